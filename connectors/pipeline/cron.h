// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/pipeline/time_zone.h"

#include <bitset>
#include <optional>
#include <string>

namespace headrace {

/// A crontab line's five fields: minute, hour, day of month, month, day of week. Rules as in Vixie cron (crontab(5)):
/// lists, ranges, steps, names of months and days; where both day fields are restricted, either may match. A time that
/// the clocks skip is met at the change; one that they show twice is met once, unless minute or hour is a `*`.
class CronSchedule {
public:
    /// The error names the field and quotes its text.
    [[nodiscard]] static Result<CronSchedule> parse(const std::string& text);

    /// The first time after `after`; nullopt when no day ever matches, as for 30 February.
    [[nodiscard]] std::optional<WallTime> next(WallTime after, const TimeZone& zone) const;

private:
    [[nodiscard]] bool matchesDay(std::chrono::sys_days day) const;

    std::bitset<60> m_minutes;
    std::bitset<24> m_hours;
    std::bitset<32> m_days;
    std::bitset<13> m_months;
    std::bitset<8> m_weekdays; ///< 0 and 7 are Sunday
    bool m_anyDay = false;     ///< the day of the month begins with a `*`
    bool m_anyWeekday = false;
    bool m_wildcard = false; ///< minute or hour begins with a `*`
};

} // namespace headrace
