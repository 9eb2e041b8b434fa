// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/csv/column_type.h"

#include "connectors/formats/csv/temporal_pattern.h"

#include <fmt/format.h>

namespace headrace::csv {

namespace {

tl::unexpected<Error> unknown(std::string_view text)
{
    return fail(ErrorCode::Usage,
                fmt::format("'{}' is no column type; write text, bool, int64, double, decimal(10,2), date, time, "
                            "timestamp, timestamptz, or a format as in date(%d.%m.%Y).",
                            text));
}

bool holds(Kind kind)
{
    return kind != Kind::Json && kind != Kind::Blob && kind != Kind::TimestampNanos && kind != Kind::UnixSeconds &&
           kind != Kind::UnixMilliseconds;
}

PlainType plain(const ColumnType& type)
{
    return {type.kind, type.precision, type.scale, type.zoned};
}

bool isTemporal(Kind kind)
{
    return kind == Kind::Date || kind == Kind::Time || kind == Kind::Timestamp;
}

} // namespace

Result<ColumnType> parseColumnType(std::string_view text)
{
    const std::size_t open = text.find('(');
    const bool decimal = text.starts_with("decimal(");
    if (open != std::string_view::npos && !text.ends_with(')'))
        return unknown(text);
    const auto known = parsePlainType(decimal ? text : text.substr(0, open));
    if (decimal && !known)
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' needs a precision of 1 to 38 digits and a scale no larger than it.", text));
    if (!known || !holds(known->kind))
        return unknown(text);
    ColumnType type{known->kind, known->precision, known->scale, {}, known->zoned};
    if (isTemporal(type.kind)) {
        type.pattern =
            open == std::string_view::npos ? isoPattern(type) : text.substr(open + 1, text.size() - open - 2);
        HEADRACE_CHECK(TemporalPattern::compile(type.pattern, type.kind));
    } else if (open != std::string_view::npos && !decimal) {
        return unknown(text);
    }
    return type;
}

std::string notation(const ColumnType& type)
{
    const std::string name = headrace::notation(plain(type));
    return isTemporal(type.kind) && type.pattern != isoPattern(type) ? fmt::format("{}({})", name, type.pattern) : name;
}

std::shared_ptr<arrow::DataType> arrowType(const ColumnType& type)
{
    return headrace::arrowType(plain(type));
}

ColumnType columnTypeFor(const arrow::DataType& type)
{
    const auto known = plainTypeOf(type);
    if (!known || !holds(known->kind))
        return {};
    ColumnType column{known->kind, known->precision, known->scale, {}, known->zoned};
    if (isTemporal(column.kind))
        column.pattern = isoPattern(column);
    return column;
}

} // namespace headrace::csv
