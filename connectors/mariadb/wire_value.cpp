// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/wire_value.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace headrace::mariadb {

namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// Leap days count as the server counts them, also before 1582.
std::chrono::year_month_day calendarDay(const DateTime& value)
{
    return {std::chrono::year(static_cast<int>(value.year)), std::chrono::month(value.month),
            std::chrono::day(value.day)};
}

} // namespace

bool DateTime::isReal() const
{
    return month > 0 && day > 0 && calendarDay(*this).ok();
}

std::int32_t DateTime::days() const
{
    return static_cast<std::int32_t>(std::chrono::sys_days(calendarDay(*this)).time_since_epoch().count());
}

std::int64_t DateTime::microseconds() const
{
    const std::int64_t seconds = ((std::int64_t{days()} * 24 + hour) * 60 + minute) * 60 + second;
    return seconds * kSecond + microsecond;
}

std::string DateTime::text() const
{
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", year, month, day, hour, minute, second,
                       microsecond);
}

DateTime takeDateTime(const unsigned char*& at)
{
    // Trailing parts that are zero are left out: 0, 4, 7 or 11 bytes.
    constexpr int kTimeAt = 7;
    constexpr int kFractionAt = 11;
    DateTime value;
    const int length = *at++;
    const unsigned char* part = at;
    at += length;
    if (length == 0)
        return value;
    value.year = takeFixed<std::uint16_t>(part);
    value.month = *part++;
    value.day = *part++;
    if (length >= kTimeAt) {
        value.hour = *part++;
        value.minute = *part++;
        value.second = *part++;
    }
    if (length >= kFractionAt)
        value.microsecond = takeFixed<std::uint32_t>(part);
    return value;
}

std::int64_t takeTime(const unsigned char*& at)
{
    constexpr int kFractionAt = 12;
    const int length = *at++;
    const unsigned char* part = at;
    at += length;
    if (length == 0)
        return 0;
    const bool negative = *part++ != 0;
    std::int64_t value = takeFixed<std::uint32_t>(part);
    value = value * 24 + *part++;
    value = value * 60 + *part++;
    value = (value * 60 + *part++) * kSecond;
    if (length >= kFractionAt)
        value += takeFixed<std::uint32_t>(part);
    return negative ? -value : value;
}

std::uint64_t takeBits(const unsigned char*& at)
{
    std::uint64_t value = 0;
    for (const char byte : takeBytes(at))
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

bool parseDecimal(std::string_view digits, int scale, Int128& value)
{
    constexpr std::size_t kMostDigits = 40; // "0." and 38 digits
    const bool negative = digits.starts_with('-');
    digits.remove_prefix(negative ? 1 : 0);
    if (digits.empty() || digits.size() > kMostDigits)
        return false;
    auto number = Int128{0};
    int behind = -1; // digits behind the point; −1 before it
    for (const char c : digits) {
        if (c == '.' && behind < 0) {
            behind = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
        behind += behind < 0 ? 0 : 1;
    }
    for (behind = std::max(behind, 0); behind < scale; ++behind)
        number *= 10;
    value = negative ? -number : number;
    return behind == scale;
}

std::string timeText(std::int64_t microseconds)
{
    const std::int64_t whole = std::abs(microseconds);
    const std::int64_t seconds = whole / kSecond;
    return fmt::format("{}{:02}:{:02}:{:02}.{:06}", microseconds < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60,
                       seconds % 60, whole % kSecond);
}

} // namespace headrace::mariadb
