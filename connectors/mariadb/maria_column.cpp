// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/mariadb/maria_column.h"

#include "connectors/core/json_mark.h"
#include "connectors/mariadb/maria_connection.h"
#include "connectors/mariadb/maria_library.h"

#include <algorithm>

namespace headrace::mariadb {

namespace {

struct Mapping {
    std::shared_ptr<arrow::DataType> type;
    Wire wire = Wire::Text;
};

Mapping integer(const Column& column)
{
    switch (column.type) {
    case MYSQL_TYPE_TINY:
        return {column.isUnsigned ? arrow::uint8() : arrow::int8(), Wire::Int8};
    case MYSQL_TYPE_SHORT:
        return {column.isUnsigned ? arrow::uint16() : arrow::int16(), Wire::Int16};
    case MYSQL_TYPE_YEAR:
        return {arrow::int16(), Wire::Int16};
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_INT24:
        return {column.isUnsigned ? arrow::uint32() : arrow::int32(), Wire::Int32};
    default:
        return {column.isUnsigned ? arrow::uint64() : arrow::int64(), Wire::Int64};
    }
}

/// The length counts the digits, the sign and the point.
Mapping decimal(const Column& column)
{
    constexpr int kMost = 65;
    const int scale = static_cast<int>(column.decimals);
    const int digits = static_cast<int>(column.length) - (scale > 0 ? 1 : 0) - (column.isUnsigned ? 0 : 1);
    const int precision = std::clamp(digits, std::max(1, scale), kMost);
    if (precision <= arrow::Decimal128Type::kMaxPrecision)
        return {arrow::decimal128(precision, scale)};
    return {arrow::decimal256(precision, scale)};
}

Mapping mappingOf(const Column& column, ReadOptions::Time time)
{
    switch (column.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_YEAR:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONGLONG:
        return integer(column);
    case MYSQL_TYPE_FLOAT:
        return {arrow::float32(), Wire::Float};
    case MYSQL_TYPE_DOUBLE:
        return {arrow::float64(), Wire::Double};
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
        return decimal(column);
    case MYSQL_TYPE_BIT:
        return {column.length == 1 ? arrow::boolean() : arrow::uint64(), Wire::Bits};
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
        return {arrow::date32(), Wire::Date};
    case MYSQL_TYPE_DATETIME:
        return {arrow::timestamp(arrow::TimeUnit::MICRO), Wire::DateTime};
    case MYSQL_TYPE_TIMESTAMP:
        return {arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), Wire::DateTime};
    case MYSQL_TYPE_TIME:
        return {time == ReadOptions::Time::TimeOfDay ? arrow::time64(arrow::TimeUnit::MICRO)
                                                     : arrow::duration(arrow::TimeUnit::MICRO),
                Wire::Time};
    default:
        return {column.isBinary ? arrow::binary() : arrow::utf8()};
    }
}

} // namespace

ReadColumn readColumn(const Column& column, const ReadOptions& options)
{
    ReadColumn read;
    read.column = column;
    const std::string name = quoted(column.name);
    Mapping mapping = mappingOf(column, options.time);
    read.order = column.isEnum ? "CONCAT(" + name + ")" : name;
    const bool isDate = mapping.wire == Wire::Date || mapping.wire == Wire::DateTime;
    if ((isDate && options.zeroDates == ReadOptions::Zero::Text) ||
        (mapping.wire == Wire::Time && options.time == ReadOptions::Time::Text))
        mapping.type = arrow::utf8();
    read.wire = mapping.wire;
    read.field = arrow::field(column.name, mapping.type);
    if (!column.declared.empty())
        read.field = read.field->WithMetadata(arrow::key_value_metadata({kTypeKey}, {column.declared}));
    if (column.isJson && mapping.type->id() == arrow::Type::STRING)
        read.field = markedAsJson(read.field);
    return read;
}

} // namespace headrace::mariadb
