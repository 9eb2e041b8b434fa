// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type_fwd.h>

#include "connectors/formats/time_text.h"

#include <array>
#include <charconv>

namespace headrace {

namespace {

void appendPadded(std::int64_t value, int width, std::string& out)
{
    std::array<char, 20> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    const auto length = static_cast<int>(end.ptr - buffer.data());
    if (length < width)
        out.append(static_cast<std::size_t>(width - length), '0');
    out.append(buffer.data(), end.ptr);
}

void appendFraction(std::int64_t fraction, std::int64_t perSecond, std::string& out)
{
    if (fraction == 0)
        return;
    out += '.';
    std::int64_t nanoseconds = fraction * (1'000'000'000 / perSecond);
    if (nanoseconds % 1'000'000 == 0)
        appendPadded(nanoseconds / 1'000'000, 3, out);
    else if (nanoseconds % 1'000 == 0)
        appendPadded(nanoseconds / 1'000, 6, out);
    else
        appendPadded(nanoseconds, 9, out);
}

} // namespace

// Days since 1970 in the proleptic Gregorian calendar: Howard Hinnant, "chrono-compatible low-level date algorithms".
void appendDate(std::int64_t days, std::string& out)
{
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t dayOfEra = days - era * 146'097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1'460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const std::int64_t day = dayOfYear - (153 * shifted + 2) / 5 + 1;
    const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    std::int64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 0) {
        out += '-';
        year = -year;
    }
    appendPadded(year, 4, out);
    out += '-';
    appendPadded(month, 2, out);
    out += '-';
    appendPadded(day, 2, out);
}

std::int64_t unitsPerSecond(arrow::TimeUnit::type unit)
{
    switch (unit) {
    case arrow::TimeUnit::SECOND:
        return 1;
    case arrow::TimeUnit::MILLI:
        return 1'000;
    case arrow::TimeUnit::MICRO:
        return 1'000'000;
    default:
        return 1'000'000'000;
    }
}

void appendTimeOfDay(std::int64_t value, std::int64_t perSecond, std::string& out)
{
    const std::int64_t seconds = value / perSecond;
    appendPadded(seconds / 3'600, 2, out);
    out += ':';
    appendPadded(seconds / 60 % 60, 2, out);
    out += ':';
    appendPadded(seconds % 60, 2, out);
    appendFraction(value % perSecond, perSecond, out);
}

void appendTimestamp(std::int64_t value, std::int64_t perSecond, char separator, bool zoned, std::string& out)
{
    const std::int64_t perDay = perSecond * 86'400;
    std::int64_t days = value / perDay;
    std::int64_t rest = value % perDay;
    if (rest < 0) {
        rest += perDay;
        --days;
    }
    appendDate(days, out);
    out += separator;
    appendTimeOfDay(rest, perSecond, out);
    if (zoned)
        out += 'Z';
}

void appendDuration(std::int64_t value, std::int64_t perSecond, std::string& out)
{
    out += "PT";
    if (value < 0)
        out += '-';
    const std::uint64_t magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const auto divisor = static_cast<std::uint64_t>(perSecond);
    appendPadded(static_cast<std::int64_t>(magnitude / divisor), 1, out);
    appendFraction(static_cast<std::int64_t>(magnitude % divisor), perSecond, out);
    out += 'S';
}

} // namespace headrace
