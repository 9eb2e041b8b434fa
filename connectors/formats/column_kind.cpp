// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/column_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace headrace {

namespace {

using Kind = ColumnKind;

constexpr int kMaxPrecision = 38;
constexpr std::string_view kDecimal = "decimal(";

constexpr std::array<std::pair<std::string_view, PlainType>, 14> kNotations{{
    {"text", {Kind::Text}},
    {"json", {Kind::Json}},
    {"blob", {Kind::Blob}},
    {"bool", {Kind::Boolean}},
    {"int64", {Kind::Int64}},
    {"double", {Kind::Double}},
    {"date", {Kind::Date}},
    {"time", {Kind::Time}},
    {"timestamp", {Kind::Timestamp}},
    {"timestamptz", {.kind = Kind::Timestamp, .zoned = true}},
    {"timestamp_ns", {Kind::TimestampNanos}},
    {"timestamptz_ns", {.kind = Kind::TimestampNanos, .zoned = true}},
    {"timestamp_s", {Kind::UnixSeconds}},
    {"timestamp_ms", {Kind::UnixMilliseconds}},
}};

} // namespace

std::optional<PlainType> parsePlainType(std::string_view notation)
{
    const auto known = std::ranges::find(kNotations, notation, &std::pair<std::string_view, PlainType>::first);
    if (known != kNotations.end())
        return known->second;
    if (!notation.starts_with(kDecimal) || !notation.ends_with(')'))
        return std::nullopt;
    return parseDecimalType(notation.substr(kDecimal.size(), notation.size() - kDecimal.size() - 1));
}

std::string notation(const PlainType& type)
{
    if (type.kind == Kind::Decimal)
        return fmt::format("decimal({},{})", type.precision, type.scale);
    return std::string(std::ranges::find(kNotations, type, &std::pair<std::string_view, PlainType>::second)->first);
}

std::optional<PlainType> parseDecimalType(std::string_view digits)
{
    PlainType type{.kind = Kind::Decimal};
    const char* const end = digits.data() + digits.size();
    const auto precision = std::from_chars(digits.data(), end, type.precision);
    if (precision.ec != std::errc{} || (precision.ptr != end && *precision.ptr != ','))
        return std::nullopt;
    if (precision.ptr != end) {
        const char* const at = std::find_if(precision.ptr + 1, end, [](char c) { return c != ' '; });
        const auto scale = std::from_chars(at, end, type.scale);
        if (scale.ec != std::errc{} || scale.ptr != end)
            return std::nullopt;
    }
    const bool fits =
        type.precision >= 1 && type.precision <= kMaxPrecision && type.scale >= 0 && type.scale <= type.precision;
    return fits ? std::optional(type) : std::nullopt;
}

std::shared_ptr<arrow::DataType> arrowType(const PlainType& type)
{
    switch (type.kind) {
    case Kind::Blob:
        return arrow::binary();
    case Kind::Boolean:
        return arrow::boolean();
    case Kind::Int64:
        return arrow::int64();
    case Kind::Double:
        return arrow::float64();
    case Kind::Decimal:
        return arrow::decimal128(type.precision, type.scale);
    case Kind::Date:
        return arrow::date32();
    case Kind::Time:
        return arrow::time64(arrow::TimeUnit::MICRO);
    case Kind::Timestamp:
        return arrow::timestamp(arrow::TimeUnit::MICRO, type.zoned ? "UTC" : "");
    case Kind::TimestampNanos:
        return arrow::timestamp(arrow::TimeUnit::NANO, type.zoned ? "UTC" : "");
    case Kind::UnixSeconds:
    case Kind::UnixMilliseconds:
        return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case Kind::Text:
    case Kind::Json:
        break;
    }
    return arrow::utf8();
}

std::optional<PlainType> plainTypeOf(const arrow::DataType& type)
{
    if (type.id() == arrow::Type::DECIMAL128) {
        const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
        return PlainType{Kind::Decimal, decimal.precision(), decimal.scale()};
    }
    for (const auto& [name, plain] : kNotations)
        if (arrowType(plain)->Equals(type))
            return plain;
    return std::nullopt;
}

} // namespace headrace
