// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/csv/column_type.h"

#include "connectors/formats/csv/temporal_pattern.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace headrace::csv {

namespace {

struct Notation {
    std::string_view name;
    Kind kind;
    bool zoned = false;
};

constexpr std::array kNotations{
    Notation{"text", Kind::Text},           Notation{"bool", Kind::Boolean},
    Notation{"int64", Kind::Int64},         Notation{"double", Kind::Double},
    Notation{"date", Kind::Date},           Notation{"time", Kind::Time},
    Notation{"timestamp", Kind::Timestamp}, Notation{"timestamptz", Kind::Timestamp, true},
};

tl::unexpected<Error> unknown(std::string_view text)
{
    return fail(ErrorCode::Usage,
                fmt::format("'{}' is no column type; write text, bool, int64, double, decimal(10,2), date, time, "
                            "timestamp, timestamptz, or a format as in date(%d.%m.%Y).",
                            text));
}

Result<ColumnType> parseDecimalType(std::string_view text, std::string_view arguments)
{
    ColumnType type{.kind = Kind::Decimal};
    const char* end = arguments.data() + arguments.size();
    const auto precision = std::from_chars(arguments.data(), end, type.precision);
    if (precision.ec != std::errc() || precision.ptr == end || *precision.ptr != ',')
        return unknown(text);
    const char* begin = precision.ptr + 1;
    while (begin != end && *begin == ' ')
        ++begin;
    const auto scale = std::from_chars(begin, end, type.scale);
    if (scale.ec != std::errc() || scale.ptr != end)
        return unknown(text);
    if (type.precision < 1 || type.precision > 38 || type.scale < 0 || type.scale > type.precision)
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' needs a precision of 1 to 38 digits and a scale no larger than it.", text));
    return type;
}

bool isTemporal(Kind kind)
{
    return kind == Kind::Date || kind == Kind::Time || kind == Kind::Timestamp;
}

} // namespace

Result<ColumnType> parseColumnType(std::string_view text)
{
    const std::size_t open = text.find('(');
    std::string_view name = text;
    std::string_view arguments;
    if (open != std::string_view::npos) {
        if (!text.ends_with(')'))
            return unknown(text);
        name = text.substr(0, open);
        arguments = text.substr(open + 1, text.size() - open - 2);
    }
    if (name == "decimal")
        return parseDecimalType(text, arguments);
    for (const Notation& known : kNotations) {
        if (known.name != name)
            continue;
        ColumnType type{.kind = known.kind, .zoned = known.zoned};
        if (!isTemporal(type.kind))
            return arguments.empty() ? Result<ColumnType>(type) : unknown(text);
        type.pattern = arguments.empty() ? std::string(isoPattern(type)) : std::string(arguments);
        HEADRACE_CHECK(TemporalPattern::compile(type.pattern, type.kind));
        return type;
    }
    return unknown(text);
}

std::string notation(const ColumnType& type)
{
    if (type.kind == Kind::Decimal)
        return fmt::format("decimal({},{})", type.precision, type.scale);
    for (const Notation& known : kNotations) {
        if (known.kind != type.kind || known.zoned != type.zoned)
            continue;
        if (isTemporal(type.kind) && type.pattern != isoPattern(type))
            return fmt::format("{}({})", known.name, type.pattern);
        return std::string(known.name);
    }
    return "text";
}

std::shared_ptr<arrow::DataType> arrowType(const ColumnType& type)
{
    switch (type.kind) {
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
    case Kind::Text:
        break;
    }
    return arrow::utf8();
}

ColumnType columnTypeFor(const arrow::DataType& type)
{
    ColumnType column;
    switch (type.id()) {
    case arrow::Type::BOOL:
        column.kind = Kind::Boolean;
        break;
    case arrow::Type::INT64:
        column.kind = Kind::Int64;
        break;
    case arrow::Type::DOUBLE:
        column.kind = Kind::Double;
        break;
    case arrow::Type::DECIMAL128:
        column.kind = Kind::Decimal;
        column.precision = static_cast<const arrow::Decimal128Type&>(type).precision();
        column.scale = static_cast<const arrow::Decimal128Type&>(type).scale();
        break;
    case arrow::Type::DATE32:
        column.kind = Kind::Date;
        break;
    case arrow::Type::TIME64:
        column.kind = Kind::Time;
        break;
    case arrow::Type::TIMESTAMP:
        column.kind = Kind::Timestamp;
        column.zoned = !static_cast<const arrow::TimestampType&>(type).timezone().empty();
        break;
    default:
        break;
    }
    if (isTemporal(column.kind))
        column.pattern = isoPattern(column);
    return column;
}

} // namespace headrace::csv
