// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/postgres/cell_text.h"

#include <fmt/format.h>

#include <cmath>

namespace headrace::postgres {

namespace {

constexpr std::int64_t kDay = 86'400'000'000;

/// Floor division, so that times before 1970 fall on the day before.
std::int64_t daysOf(std::int64_t microseconds)
{
    return microseconds / kDay - (microseconds % kDay < 0 ? 1 : 0);
}

struct Date {
    std::int64_t year;
    int month;
    int day;
};

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
Date dateOf(std::int64_t days)
{
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t dayOfEra = days - era * 146'097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1)};
}

/// The year before 1 is 1 BC.
std::string stamp(std::int64_t days, const std::string& time)
{
    const Date date = dateOf(days);
    const bool before = date.year <= 0;
    return fmt::format("{:04}-{:02}-{:02}{}{}", before ? 1 - date.year : date.year, date.month, date.day, time,
                       before ? " BC" : "");
}

std::string timeOfDay(std::int64_t microseconds)
{
    const std::int64_t seconds = microseconds / 1'000'000;
    return fmt::format("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                       microseconds % 1'000'000);
}

template <typename T>
std::string infinite(T value)
{
    return value > 0 ? "infinity" : "-infinity";
}

std::string timestampText(const arrow::Array& column, std::int64_t row)
{
    const std::int64_t value = static_cast<const arrow::TimestampArray&>(column).Value(row);
    if (value == INT64_MAX || value == -INT64_MAX)
        return infinite(value);
    const bool zoned = !static_cast<const arrow::TimestampType&>(*column.type()).timezone().empty();
    const std::int64_t days = daysOf(value);
    return stamp(days, ' ' + timeOfDay(value - days * kDay) + (zoned ? "+00" : ""));
}

std::string dateText(std::int32_t days)
{
    return days == INT32_MAX || days == -INT32_MAX ? infinite(days) : stamp(days, "");
}

template <typename T>
std::string floatText(T value)
{
    if (std::isnan(value))
        return "NaN";
    return std::isinf(value) ? infinite(value) : fmt::format("{}", value);
}

} // namespace

std::string cellText(const arrow::Array& column, std::int64_t row)
{
    switch (column.type_id()) {
    case arrow::Type::STRING:
        return static_cast<const arrow::StringArray&>(column).GetString(row);
    case arrow::Type::BINARY: {
        std::string text = "\\x";
        for (const char byte : static_cast<const arrow::BinaryArray&>(column).GetView(row))
            text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        return text;
    }
    case arrow::Type::TIMESTAMP:
        return timestampText(column, row);
    case arrow::Type::DATE32:
        return dateText(static_cast<const arrow::Date32Array&>(column).Value(row));
    case arrow::Type::TIME64:
        return timeOfDay(static_cast<const arrow::Time64Array&>(column).Value(row));
    case arrow::Type::FLOAT:
        return floatText(static_cast<const arrow::FloatArray&>(column).Value(row));
    case arrow::Type::DOUBLE:
        return floatText(static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::DECIMAL128:
        return static_cast<const arrow::Decimal128Array&>(column).FormatValue(row);
    case arrow::Type::DECIMAL256:
        return static_cast<const arrow::Decimal256Array&>(column).FormatValue(row);
    default:
        return column.GetScalar(row).ValueOrDie()->ToString(); // booleans and integers
    }
}

} // namespace headrace::postgres
