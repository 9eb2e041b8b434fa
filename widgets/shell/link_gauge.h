// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

namespace headrace {

/// What connects two cards of the strip: an arrow, or a bar that shows how full the queue between them is.
class LinkGauge : public QWidget {
    Q_OBJECT

public:
    explicit LinkGauge(const QString& label, QWidget* parent = nullptr);

    /// 0 … 1; nullopt shows the arrow.
    void setFill(std::optional<double> fill);
    [[nodiscard]] std::optional<double> fill() const { return m_fill; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_label;
    std::optional<double> m_fill;
};

} // namespace headrace
