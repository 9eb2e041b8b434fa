// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/grid_clock.h"

namespace headrace {

namespace {

/// How many whole grids lie before `local`, rounded down also before 1970.
std::int64_t gridIndex(std::chrono::nanoseconds local, std::chrono::nanoseconds grid)
{
    const std::int64_t index = local / grid;
    return local % grid < std::chrono::nanoseconds::zero() ? index - 1 : index;
}

} // namespace

GridClock::GridClock(std::shared_ptr<const TimeZone> zone, std::chrono::nanoseconds grid)
    : m_zone(std::move(zone))
    , m_grid(grid)
{
}

WallTime GridClock::next(WallTime at)
{
    if (at < m_from || at >= m_next) {
        m_next = find(at);
        m_from = at;
    }
    return m_next;
}

WallTime GridClock::find(WallTime at)
{
    while (true) {
        if (!m_span.contains(at))
            m_span = m_zone->spanAt(at);
        const auto local = at.time_since_epoch() + m_span.offset;
        const WallTime multiple = at + ((gridIndex(local, m_grid) + 1) * m_grid - local);
        const WallTime change = m_span.until;
        if (multiple <= change)
            return multiple;
        const auto before = change.time_since_epoch() + m_span.offset;
        const auto after = change.time_since_epoch() + m_zone->spanAt(change).offset;
        if (after % m_grid == std::chrono::nanoseconds::zero() || gridIndex(after, m_grid) > gridIndex(before, m_grid))
            return change;
        at = change;
    }
}

} // namespace headrace
