// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/history_series.h"

#include <QWidget>

namespace headrace {

/// A band over the shared time axis: at each moment the shares of the reasons for which batches closed.
class WhyClosedRibbon : public QWidget {
    Q_OBJECT

public:
    explicit WhyClosedRibbon(QWidget* parent = nullptr);

    void setHistory(const RunHistory& history, const TimeWindow& window);
    void clear();

    [[nodiscard]] QSize sizeHint() const override { return {400, 46}; }

Q_SIGNALS:
    /// A moment was clicked, 0 … 1 of the shown time.
    void picked(double share);
    /// An arrow key: −1 the batch before, +1 the one behind.
    void stepped(int by);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QRect bandRect() const;

    std::vector<ReasonShares> m_columns;
};

} // namespace headrace
