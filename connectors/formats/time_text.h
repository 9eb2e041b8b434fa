// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace headrace {

// Dates and times as ISO 8601 text, appended to `out`. Values count units of which `perSecond` make a second; fractions
// take 3, 6 or 9 digits, none when zero. Years are proleptic Gregorian, before 1 BC with a minus sign.

[[nodiscard]] std::int64_t unitsPerSecond(arrow::TimeUnit::type unit);

/// False where digits would be lost or the number is too large. Inline: asked for each cell.
[[nodiscard]] inline bool toMicroseconds(std::int64_t value, arrow::TimeUnit::type unit, std::int64_t& microseconds)
{
    switch (unit) {
    case arrow::TimeUnit::SECOND:
        return !__builtin_mul_overflow(value, std::int64_t{1'000'000}, &microseconds);
    case arrow::TimeUnit::MILLI:
        return !__builtin_mul_overflow(value, std::int64_t{1'000}, &microseconds);
    case arrow::TimeUnit::NANO:
        microseconds = value / 1'000;
        return value % 1'000 == 0;
    case arrow::TimeUnit::MICRO:
        microseconds = value;
        return true;
    }
    return false;
}

void appendDate(std::int64_t days, std::string& out);                               ///< days since 1970-01-01
void appendTimeOfDay(std::int64_t value, std::int64_t perSecond, std::string& out); ///< "23:59:59.500"

/// "2024-01-31 12:30:00" with `separator` between; zoned values are UTC and end in "Z".
void appendTimestamp(std::int64_t value, std::int64_t perSecond, char separator, bool zoned, std::string& out);

/// "PT-1.500S": always in seconds.
void appendDuration(std::int64_t value, std::int64_t perSecond, std::string& out);

} // namespace headrace
