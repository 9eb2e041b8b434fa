// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

namespace headrace {

/// The colours, patterns and shapes of the close reasons with their names.
class ReasonLegend : public QWidget {
    Q_OBJECT

public:
    explicit ReasonLegend(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// Of each reason, in lines where the width ends.
    [[nodiscard]] QList<QRect> places(int width) const;
};

} // namespace headrace
