// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/continuum.h"

#include "widgets/forms/gate_quantity.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace headrace::continuum {
namespace {

double seconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

double placeOfSeconds(double value)
{
    const double clamped = std::clamp(value, kStops.back().seconds, kStops.front().seconds);
    std::size_t next = 1;
    while (next + 1 < kStops.size() && clamped < kStops.at(next).seconds)
        ++next;
    const double from = kStops.at(next - 1).seconds;
    const double share = std::log(from / clamped) / std::log(from / kStops.at(next).seconds);
    return (static_cast<double>(next - 1) + share) / static_cast<double>(kStops.size() - 1);
}

double secondsAt(double place)
{
    const double position = std::clamp(place, 0.0, 1.0) * static_cast<double>(kStops.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(position), kStops.size() - 2);
    const double share = position - static_cast<double>(index);
    return kStops.at(index).seconds * std::pow(kStops.at(index + 1).seconds / kStops.at(index).seconds, share);
}

} // namespace

double placeOf(const BatchPolicy& policy)
{
    if (policy.rows == 1)
        return 1;
    double bound = kStops.front().seconds;
    if (policy.age)
        bound = std::min(bound, seconds(*policy.age));
    if (policy.grid)
        bound = std::min(bound, seconds(*policy.grid));
    return placeOfSeconds(bound);
}

BatchPolicy policyAt(double place, const BatchPolicy& base)
{
    BatchPolicy policy = base;
    if (place >= 1) {
        policy.rows = 1;
        return policy;
    }
    if (policy.rows == 1)
        policy.rows.reset();
    const GateQuantity age = GateQuantity::of(Gate::Age);
    age.set(policy, age.snap(secondsAt(place)));
    return policy;
}

QString nameOf(double place)
{
    if (place < kMicroBatchFrom)
        return QCoreApplication::translate("Continuum", "batch");
    return place < kStreamingFrom ? QCoreApplication::translate("Continuum", "micro-batch")
                                  : QCoreApplication::translate("Continuum", "streaming");
}

} // namespace headrace::continuum
