// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/history_series.h"

#include <QWidget>

#include <optional>

class QPainter;

namespace headrace {

/// The labels of the shared time axis: "−120 s … 0 s".
class TimeRuler : public QWidget {
    Q_OBJECT

public:
    explicit TimeRuler(QWidget* parent = nullptr);
    void setWindowSeconds(double seconds);
    /// What the labels of marks, which lie over the upper half of the ruler, need in the widget's font.
    [[nodiscard]] static int markHeight(const QWidget& widget);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_seconds = 120;
};

/// Lies over all lanes and marks where the gates were changed: a dashed line with what changed below it.
class MarkOverlay : public QWidget {
    Q_OBJECT

public:
    explicit MarkOverlay(QWidget* parent = nullptr);
    void setMarks(const std::vector<PolicyMark>& marks, const TimeWindow& window);
    /// A solid line at the moment of the chosen batch.
    void setChosen(std::optional<double> at);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void drawChosen(QPainter& painter) const;
    [[nodiscard]] double xOf(double at) const;

    std::vector<PolicyMark> m_marks;
    std::optional<double> m_chosen;
    TimeWindow m_window;
};

} // namespace headrace
