// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/odbc/cell_value.h"

#include "connectors/odbc/odbc_library.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstring>

namespace headrace::odbc {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kNanoDigits = 9;

/// Digits behind the point of a second.
int digitsOf(arrow::TimeUnit::type unit)
{
    return unit == arrow::TimeUnit::NANO    ? 9
           : unit == arrow::TimeUnit::MICRO ? 6
           : unit == arrow::TimeUnit::MILLI ? 3
                                            : 0;
}

std::int64_t powerOfTen(int digits)
{
    std::int64_t power = 1;
    for (int i = 0; i < digits; ++i)
        power *= 10;
    return power;
}

bool daysOf(std::int64_t year, unsigned month, unsigned day, std::int64_t& days)
{
    constexpr std::int64_t kMostYears = 32'000; // of the calendar, in chrono; an era of it has 400 years
    const std::int64_t eras = year > kMostYears || year < -kMostYears ? year / 400 : 0;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year - eras * 400)),
                                           std::chrono::month(month), std::chrono::day(day)};
    constexpr std::int64_t kEraDays = 146'097;
    days = std::chrono::sys_days(date).time_since_epoch().count() + eras * kEraDays;
    return date.ok();
}

/// Takes a whole number of at least `least` digits and the character behind it, if it is to be one.
bool take(std::string_view& text, std::int64_t& value, std::size_t least, char behind)
{
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
    if (parsed.ec != std::errc() || length < least || text.front() == '-')
        return false;
    text.remove_prefix(length);
    if (behind == 0)
        return true;
    if (text.empty() || text.front() != behind)
        return false;
    text.remove_prefix(1);
    return true;
}

bool takeDays(std::string_view& text, bool isBeforeChrist, std::int64_t& days)
{
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    constexpr std::size_t kYearDigits = 4;
    return take(text, year, kYearDigits, '-') && take(text, month, 2, '-') && take(text, day, 2, 0) && year > 0 &&
           month <= 12 && day <= 31 &&
           daysOf(isBeforeChrist ? 1 - year : year, static_cast<unsigned>(month), static_cast<unsigned>(day), days);
}

/// Digits behind the point, as units; zeros that go beyond them do not count.
bool takeFraction(std::string_view& text, arrow::TimeUnit::type unit, std::int64_t& units)
{
    units = 0;
    if (text.empty() || text.front() != '.')
        return true;
    text.remove_prefix(1);
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
        if (digits < digitsOf(unit))
            units = units * 10 + (text.front() - '0');
        else if (text.front() != '0')
            return false;
    }
    units *= powerOfTen(std::max(0, digitsOf(unit) - digits));
    return digits > 0;
}

bool takeClock(std::string_view& text, arrow::TimeUnit::type unit, std::int64_t& value)
{
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (!take(text, hours, 2, ':') || !take(text, minutes, 2, ':') || !take(text, seconds, 2, 0) || minutes > 59 ||
        seconds > 59 || hours > 100'000 || !takeFraction(text, unit, fraction))
        return false;
    value = (hours * 3600 + minutes * 60 + seconds) * powerOfTen(digitsOf(unit)) + fraction;
    return true;
}

bool momentOf(std::int64_t days, std::int64_t timeOfDay, arrow::TimeUnit::type unit, std::int64_t& value)
{
    std::int64_t seconds = 0;
    return !__builtin_mul_overflow(days, kDaySeconds, &seconds) &&
           !__builtin_mul_overflow(seconds, powerOfTen(digitsOf(unit)), &value) &&
           !__builtin_add_overflow(value, timeOfDay, &value);
}

bool takeBeforeChrist(std::string_view& text)
{
    const bool found = text.ends_with(" BC");
    text.remove_suffix(found ? 3 : 0);
    return found;
}

template <typename T>
T structure(std::string_view cell)
{
    T value{};
    std::memcpy(&value, cell.data(), std::min(sizeof value, cell.size()));
    return value;
}

} // namespace

bool takeDate(std::string_view cell, arrow::TimeUnit::type, std::int64_t& value)
{
    const auto date = structure<SQL_DATE_STRUCT>(cell);
    return daysOf(date.year, date.month, date.day, value);
}

bool takeMoment(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value)
{
    const auto moment = structure<SQL_TIMESTAMP_STRUCT>(cell);
    const std::int64_t step = powerOfTen(kNanoDigits - digitsOf(unit));
    std::int64_t days = 0;
    if (!daysOf(moment.year, moment.month, moment.day, days) || moment.fraction % step != 0)
        return false;
    const std::int64_t seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second;
    return seconds < kDaySeconds &&
           momentOf(days, seconds * powerOfTen(digitsOf(unit)) + moment.fraction / step, unit, value);
}

bool parseDate(std::string_view cell, arrow::TimeUnit::type, std::int64_t& value)
{
    const bool isBeforeChrist = takeBeforeChrist(cell);
    return takeDays(cell, isBeforeChrist, value) && cell.empty();
}

bool parseMoment(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value)
{
    const bool isBeforeChrist = takeBeforeChrist(cell);
    std::int64_t days = 0;
    std::int64_t clock = 0;
    if (!takeDays(cell, isBeforeChrist, days) || !cell.starts_with(' '))
        return false;
    cell.remove_prefix(1);
    if (!takeClock(cell, unit, clock))
        return false;
    return (cell.empty() || cell == "+00") && momentOf(days, clock, unit, value); // sessions are in UTC
}

bool parseTime(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value)
{
    const bool isNegative = cell.starts_with('-');
    cell.remove_prefix(isNegative ? 1 : 0);
    if (!takeClock(cell, unit, value) || !cell.empty())
        return false;
    value = isNegative ? -value : value;
    return true;
}

bool parseTimeOfDay(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value)
{
    return parseTime(cell, unit, value) && value >= 0 && value < kDaySeconds * powerOfTen(digitsOf(unit));
}

std::string shownDate(std::string_view cell)
{
    const auto date = structure<SQL_DATE_STRUCT>(cell);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string shownMoment(std::string_view cell)
{
    const auto moment = structure<SQL_TIMESTAMP_STRUCT>(cell);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}", moment.year, moment.month, moment.day, moment.hour,
                       moment.minute, moment.second, moment.fraction);
}

std::u16string_view wideCell(std::string_view cell)
{
    return {reinterpret_cast<const char16_t*>(cell.data()), cell.size() / sizeof(char16_t)};
}

} // namespace headrace::odbc
