// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/run_history.h"

#include <QList>
#include <QPointF>
#include <QString>

#include <array>
#include <functional>
#include <vector>

namespace headrace {

/// The stretch of a run that the charts show, in seconds since its start.
struct TimeWindow {
    double from = -120;
    double to = 0;
    [[nodiscard]] double seconds() const { return to - from; }
};

/// The shortest of 1 s, 3 s, 10 s, 30 s and 2 min that shows a run which has taken so many seconds, 10 s before it
/// begins; the last 2 min of a longer one.
[[nodiscard]] double fittingSeconds(double runSeconds);

// Points are (seconds before window.to, value) with at most one per pixel and line, two per pixel and close reason for
// dots: the cost of a frame depends on the width of the chart only.

/// Rows a second, smoothed over one second.
[[nodiscard]] QList<QPointF> rateLine(const RunHistory& history, const TimeWindow& window, int pixels,
                                      std::int64_t RunSlot::*rows);
/// Seconds from arrival to commit; slots without a commit leave the line where it was.
[[nodiscard]] QList<QPointF> waitLine(const RunHistory& history, const TimeWindow& window, int pixels,
                                      double RunSlot::*wait);
/// Seconds from a record's own time until it was durable; slots without such rows leave the line where it was.
[[nodiscard]] QList<QPointF> latencyLine(const RunHistory& history, const TimeWindow& window, int pixels,
                                         double RunSlot::*latency);
/// 0 … 1 how full the queue was.
[[nodiscard]] QList<QPointF> queueLine(const RunHistory& history, const TimeWindow& window, int pixels);
/// Rows of the smallest and the largest batch of each pixel that closed for `reason`.
[[nodiscard]] QList<QPointF> batchDots(const RunHistory& history, const TimeWindow& window, int pixels,
                                       CloseReason reason);

using ReasonShares = std::array<double, kCloseReasonCount>;

/// Per column the share of each close reason. A batch fills the columns since the close before it; columns after the
/// last close are all zero.
[[nodiscard]] std::vector<ReasonShares> whyClosed(const RunHistory& history, const TimeWindow& window, int columns);

/// The unit in which an axis up to `maximum` is labelled.
struct AxisUnit {
    double factor = 1; ///< value × factor is what the label says
    QString name;      ///< "k rows/s"
};
[[nodiscard]] AxisUnit rateUnit(double maximum);
[[nodiscard]] AxisUnit rowsUnit(double maximum);
[[nodiscard]] AxisUnit secondsUnit(double maximum);

/// The next of 1, 2, 3, 4, 6, 8 × 10ⁿ at or above `value`; 1 for nothing.
[[nodiscard]] double niceMaximum(double value);
/// The same for the number that an axis is labelled with: 3 min rather than 200 s, which is 3.33 min.
[[nodiscard]] double niceMaximum(double value, const std::function<AxisUnit(double)>& unit);

} // namespace headrace
