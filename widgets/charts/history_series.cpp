// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/history_series.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace headrace {
namespace {

QString unitName(const char* name)
{
    return QCoreApplication::translate("AxisUnit", name);
}

/// Calls visit(column, slot) for the slots inside the window, oldest first.
template <typename Visit>
void forEachSlot(const RunHistory& history, const TimeWindow& window, int columns, Visit visit)
{
    if (columns <= 0 || window.seconds() <= 0)
        return;
    const double width = history.slotSeconds();
    const auto& entries = history.entries();
    const double skip = (window.from - history.firstSlotAt()) / width;
    auto index = static_cast<std::size_t>(std::max(0.0, std::floor(skip)));
    for (; index < entries.size(); ++index) {
        const double middle = history.firstSlotAt() + (static_cast<double>(index) + 0.5) * width;
        if (middle > window.to)
            break;
        const auto column = static_cast<int>((middle - window.from) / window.seconds() * columns);
        if (column >= 0)
            visit(std::min(column, columns - 1), entries[index]);
    }
}

double columnTime(const TimeWindow& window, int columns, int column)
{
    return (column + 0.5) / columns * window.seconds() - window.seconds();
}

/// The largest of `value(slot)` per column; negative values count as missing.
template <typename Value>
QList<QPointF> largestPerColumn(const RunHistory& history, const TimeWindow& window, int columns, Value value)
{
    QList<QPointF> points;
    int last = -1;
    forEachSlot(history, window, columns, [&](int column, const RunSlot& slot) {
        const double y = value(slot);
        if (y < 0)
            return;
        if (column == last)
            points.back().setY(std::max(points.back().y(), y));
        else
            points.append({columnTime(window, columns, column), y});
        last = column;
    });
    return points;
}

} // namespace

double fittingSeconds(double runSeconds)
{
    if (runSeconds <= 0)
        return 10;
    static constexpr std::array kFitting{1.0, 3.0, 10.0, 30.0, 120.0};
    const auto* fits = std::ranges::find_if(kFitting, [runSeconds](double seconds) { return seconds >= runSeconds; });
    return fits == kFitting.end() ? kFitting.back() : *fits;
}

QList<QPointF> rateLine(const RunHistory& history, const TimeWindow& window, int pixels, std::int64_t RunSlot::*rows)
{
    const auto& entries = history.entries();
    const double width = history.slotSeconds();
    const auto smooth = static_cast<std::size_t>(std::lround(1.0 / width));
    QList<QPointF> points;
    // The newest slot of a run that goes on is still filling, so the line ends one before it.
    const std::size_t complete = entries.size() - (history.hasEnded() || entries.empty() ? 0 : 1);
    if (complete == 0 || pixels <= 0)
        return points;
    const double step = std::max(width, window.seconds() / pixels);
    double lastX = -1e300;
    std::int64_t sum = 0;
    const double first = std::floor((window.from - history.firstSlotAt()) / width);
    const auto begin = static_cast<std::size_t>(std::max(0.0, first - static_cast<double>(smooth)));
    for (std::size_t index = begin; index < complete; ++index) {
        sum += entries[index].*rows;
        if (index >= begin + smooth)
            sum -= entries[index - smooth].*rows;
        const std::size_t counted = std::min(index - begin + 1, smooth);
        const double x = history.firstSlotAt() + static_cast<double>(index + 1) * width - window.to;
        if (x < -window.seconds() || x - lastX < step * 0.999)
            continue;
        points.append({std::min(x, 0.0), static_cast<double>(sum) / (static_cast<double>(counted) * width)});
        lastX = x;
    }
    return points;
}

QList<QPointF> waitLine(const RunHistory& history, const TimeWindow& window, int pixels, double RunSlot::*wait)
{
    return largestPerColumn(history, window, pixels,
                            [wait](const RunSlot& slot) { return slot.batchRows > 0 ? slot.*wait : -1.0; });
}

QList<QPointF> latencyLine(const RunHistory& history, const TimeWindow& window, int pixels, double RunSlot::*latency)
{
    return largestPerColumn(history, window, pixels,
                            [latency](const RunSlot& slot) { return slot.datedRows > 0 ? slot.*latency : -1.0; });
}

QList<QPointF> queueLine(const RunHistory& history, const TimeWindow& window, int pixels)
{
    return largestPerColumn(history, window, pixels, [](const RunSlot& slot) { return slot.queueFill; });
}

QList<QPointF> batchDots(const RunHistory& history, const TimeWindow& window, int pixels, CloseReason reason)
{
    struct Range {
        int column;
        std::int64_t smallest;
        std::int64_t largest;
    };
    std::vector<Range> ranges;
    forEachSlot(history, window, pixels, [&](int column, const RunSlot& slot) {
        const auto& sizes = slot.batches.at(static_cast<std::size_t>(reason));
        if (sizes.count == 0)
            return;
        if (!ranges.empty() && ranges.back().column == column) {
            ranges.back().smallest = std::min(ranges.back().smallest, sizes.smallest);
            ranges.back().largest = std::max(ranges.back().largest, sizes.largest);
        } else {
            ranges.push_back({column, sizes.smallest, sizes.largest});
        }
    });
    QList<QPointF> points;
    for (const Range& range : ranges) {
        const double x = columnTime(window, pixels, range.column);
        points.append({x, static_cast<double>(range.largest)});
        if (range.smallest != range.largest)
            points.append({x, static_cast<double>(range.smallest)});
    }
    return points;
}

std::vector<ReasonShares> whyClosed(const RunHistory& history, const TimeWindow& window, int columns)
{
    std::vector<ReasonShares> shares(static_cast<std::size_t>(std::max(0, columns)), ReasonShares{});
    int firstEmpty = columns;
    forEachSlot(history, window, columns, [&](int column, const RunSlot& slot) {
        firstEmpty = std::min(firstEmpty, column);
        for (std::size_t reason = 0; reason < slot.batches.size(); ++reason)
            shares[static_cast<std::size_t>(column)].at(reason) += static_cast<double>(slot.batches.at(reason).count);
    });
    for (ReasonShares& share : shares) {
        double total = 0;
        for (const double count : share)
            total += count;
        for (double& count : share)
            count = total > 0 ? count / total : 0;
    }
    const auto isEmpty = [](const ReasonShares& share) { return share == ReasonShares{}; };
    for (int column = columns - 2; column >= firstEmpty; --column) {
        const auto index = static_cast<std::size_t>(column);
        if (isEmpty(shares[index]))
            shares[index] = shares[index + 1];
    }
    return shares;
}

AxisUnit rateUnit(double maximum)
{
    if (maximum >= 1e6)
        return {1e-6, unitName("M rows/s")};
    if (maximum >= 1e4)
        return {1e-3, unitName("k rows/s")};
    return {1, unitName("rows/s")};
}

AxisUnit rowsUnit(double maximum)
{
    if (maximum >= 1e6)
        return {1e-6, unitName("M rows")};
    return {1, unitName("rows")};
}

AxisUnit secondsUnit(double maximum)
{
    if (maximum >= 7200)
        return {1.0 / 3600, unitName("h")};
    if (maximum >= 120)
        return {1.0 / 60, unitName("min")};
    if (maximum >= 2)
        return {1, unitName("s")};
    if (maximum >= 2e-3)
        return {1e3, unitName("ms")};
    return {1e6, unitName("µs")};
}

double niceMaximum(double value)
{
    if (!(value > 0))
        return 1;
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0}) {
        if (value <= step * decade * (1 + 1e-9))
            return step * decade;
    }
    return 10 * decade;
}

double niceMaximum(double value, const std::function<AxisUnit(double)>& unit)
{
    if (!(value > 0))
        return niceMaximum(value);
    const auto nice = [value](const AxisUnit& in) { return niceMaximum(value * in.factor) / in.factor; };
    return nice(unit(nice(unit(value)))); // the axis is labelled in the unit of its end
}

} // namespace headrace
