// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/history_series.h"

#include <QWidget>

#include <optional>

namespace headrace {

class LaneChart;
class MarkOverlay;
class TimeRuler;
class WhyClosedRibbon;

/// Throughput, batch size, wait and why-closed above each other on one time axis.
class LiveCharts : public QWidget {
    Q_OBJECT

public:
    explicit LiveCharts(QWidget* parent = nullptr);

    /// Draws the history up to now. Does nothing while paused or hidden.
    void showHistory(const RunHistory& history);
    void setWindowSeconds(double seconds);
    void setPaused(bool paused) { m_paused = paused; }
    /// Marks the moment of the chosen batch, in seconds since the run's start.
    void setChosen(std::optional<double> at);

Q_SIGNALS:
    /// A moment was clicked, in seconds since the run's start.
    void picked(double at);
    /// The batch before (−1) or behind (+1) the chosen one is wanted.
    void stepped(int by);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void createLanes();
    void placeOverlay();

    LaneChart* m_throughput;
    LaneChart* m_sizes;
    LaneChart* m_waits;
    WhyClosedRibbon* m_ribbon;
    TimeRuler* m_ruler;
    MarkOverlay* m_overlay;
    TimeWindow m_window;
    int m_readLine = 0;
    int m_shapedLine = 0;
    double m_seconds = 120;
    bool m_paused = false;
};

} // namespace headrace
