// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/time_zone.h"

#include <chrono>
#include <memory>

namespace headrace {

/// Finds the wall-clock multiples of a length since local midnight: at 6 h those are 00:00, 06:00, 12:00 and 18:00 by
/// the clock on the wall, also on days of 23 or 25 hours. A multiple that the clocks skip lies at the change; one that
/// they show twice counts twice. Asks the time zone only where its clocks change. Not thread-safe.
class GridClock {
public:
    /// `grid` divides a day or is a multiple of one; multiples of days count from 1970-01-01, local.
    GridClock(std::shared_ptr<const TimeZone> zone, std::chrono::nanoseconds grid);

    /// The first multiple after `at`.
    [[nodiscard]] WallTime next(WallTime at);

private:
    [[nodiscard]] WallTime find(WallTime at);

    std::shared_ptr<const TimeZone> m_zone;
    std::chrono::nanoseconds m_grid;
    OffsetSpan m_span{};
    WallTime m_from{}; ///< no multiple lies after m_from and before m_next
    WallTime m_next{};
};

} // namespace headrace
