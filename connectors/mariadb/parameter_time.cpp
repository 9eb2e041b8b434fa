// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/mariadb/parameter_time.h"

#include "connectors/formats/time_text.h"
#include "connectors/mariadb/maria_library.h"

#include <chrono>

namespace headrace::mariadb {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

/// The server's calendar begins with the year 0 and ends with 9999.
bool setDate(std::int64_t days, MYSQL_TIME& value)
{
    constexpr std::int64_t kFirst = -719'528;
    constexpr std::int64_t kLast = 2'932'896;
    if (days < kFirst || days > kLast)
        return false;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    value.year = static_cast<unsigned>(static_cast<int>(date.year()));
    value.month = static_cast<unsigned>(date.month());
    value.day = static_cast<unsigned>(date.day());
    value.time_type = MYSQL_TIMESTAMP_DATE;
    return true;
}

void setTime(std::int64_t microseconds, MYSQL_TIME& value)
{
    const std::int64_t seconds = microseconds / kSecond;
    value.hour = static_cast<unsigned>(seconds / 3600);
    value.minute = static_cast<unsigned>(seconds / 60 % 60);
    value.second = static_cast<unsigned>(seconds % 60);
    value.second_part = static_cast<unsigned long>(microseconds % kSecond);
}

} // namespace

bool dateParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value)
{
    if (array.type_id() == arrow::Type::DATE32)
        return setDate(static_cast<const arrow::Date32Array&>(array).Value(row), value);
    constexpr std::int64_t kMilliseconds = 86'400'000;
    const std::int64_t milliseconds = static_cast<const arrow::Date64Array&>(array).Value(row);
    return milliseconds % kMilliseconds == 0 && setDate(milliseconds / kMilliseconds, value);
}

bool momentParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value)
{
    constexpr std::int64_t kLastSecond = 2'147'483'647; // of the server's TIMESTAMP, whose first is 1
    const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
    std::int64_t microseconds = 0;
    if (!toMicroseconds(static_cast<const arrow::TimestampArray&>(array).Value(row), type.unit(), microseconds))
        return false;
    if (!type.timezone().empty() && (microseconds < kSecond || microseconds >= (kLastSecond + 1) * kSecond))
        return false;
    const std::int64_t days = microseconds / kDay - (microseconds % kDay < 0 ? 1 : 0);
    setTime(microseconds - days * kDay, value);
    const bool exact = setDate(days, value);
    value.time_type = MYSQL_TIMESTAMP_DATETIME;
    return exact;
}

bool timeParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value)
{
    constexpr std::int64_t kMost = 838 * 3600 + 59 * 60 + 60; // seconds that are too many
    std::int64_t microseconds = 0;
    bool exact = false;
    if (array.type_id() == arrow::Type::TIME32)
        exact = toMicroseconds(static_cast<const arrow::Time32Array&>(array).Value(row),
                               static_cast<const arrow::TimeType&>(*array.type()).unit(), microseconds);
    else if (array.type_id() == arrow::Type::TIME64)
        exact = toMicroseconds(static_cast<const arrow::Time64Array&>(array).Value(row),
                               static_cast<const arrow::TimeType&>(*array.type()).unit(), microseconds);
    else
        exact = toMicroseconds(static_cast<const arrow::DurationArray&>(array).Value(row),
                               static_cast<const arrow::DurationType&>(*array.type()).unit(), microseconds);
    if (!exact || microseconds <= -kMost * kSecond || microseconds >= kMost * kSecond)
        return false;
    value.time_type = MYSQL_TIMESTAMP_TIME;
    value.neg = static_cast<my_bool>(microseconds < 0);
    setTime(microseconds < 0 ? -microseconds : microseconds, value);
    value.day = value.hour / 24; // the protocol has a byte for the hour
    value.hour %= 24;
    return true;
}

} // namespace headrace::mariadb
