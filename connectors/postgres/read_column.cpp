// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/postgres/cell_decoder.h"

#include "connectors/core/json_mark.h"

namespace headrace::postgres {

namespace {

constexpr int kMaxDecimal128 = 38;
constexpr int kMaxDecimal256 = 76;

std::shared_ptr<arrow::DataType> numericType(const Type& type, const ReadOptions& options)
{
    if (options.numeric == ReadOptions::Numeric::Double)
        return arrow::float64();
    if (options.numeric == ReadOptions::Numeric::Text || !type.hasPrecision())
        return arrow::utf8();
    // numeric(3,5) has 5 digits behind the point, numeric(3,-2) ends with two zeros.
    const int scale = std::max(0, type.scale());
    const int precision = std::max(scale, type.scale() < 0 ? type.precision() - type.scale() : type.precision());
    if (precision <= kMaxDecimal128)
        return arrow::decimal128(precision, scale);
    return precision <= kMaxDecimal256 ? arrow::decimal256(precision, scale) : arrow::utf8();
}

/// The Arrow type of values that are decoded from their own binary form; null for those read as text.
std::shared_ptr<arrow::DataType> nativeType(const Type& type, const ReadOptions& options)
{
    switch (type.oid) {
    case kBool:
        return arrow::boolean();
    case kInt2:
        return arrow::int16();
    case kInt4:
        return arrow::int32();
    case kInt8:
        return arrow::int64();
    case kOid:
        return arrow::uint32();
    case kFloat4:
        return arrow::float32();
    case kFloat8:
        return arrow::float64();
    case kNumeric:
        return numericType(type, options);
    case kDate:
        return arrow::date32();
    case kTime:
        return arrow::time64(arrow::TimeUnit::MICRO);
    case kTimestamp:
        return arrow::timestamp(arrow::TimeUnit::MICRO);
    case kTimestamptz:
        return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case kBytea:
        return arrow::binary();
    case kUuid:
    case kJsonb:
        return arrow::utf8();
    default:
        return isTextLike(type.oid) || type.isEnum ? arrow::utf8() : nullptr;
    }
}

bool isJson(unsigned oid)
{
    return oid == kJson || oid == kJsonb;
}

} // namespace

ReadColumn readColumn(const Column& column, const ReadOptions& options)
{
    ReadColumn result{quoted(column.name), nullptr, column.type};
    std::shared_ptr<arrow::DataType> type;
    if (column.type.element != 0) {
        Type element;
        element.oid = column.type.element;
        element.modifier = column.type.elementModifier;
        element.isEnum = column.type.elementIsEnum;
        auto items = nativeType(element, options);
        if (items == nullptr) {
            result.expression += "::text[]";
            result.type.element = kText;
            items = arrow::utf8();
        }
        auto item = arrow::field("item", std::move(items));
        type = arrow::list(isJson(element.oid) ? markedAsJson(item) : item);
    } else {
        type = nativeType(column.type, options);
        if (type == nullptr) {
            result.expression += "::text";
            result.type.oid = kText;
            type = arrow::utf8();
        }
    }
    const bool saysItself = newColumnType(*type) == column.type.name;
    result.field = arrow::field(column.name, type, true,
                                saysItself ? nullptr : arrow::key_value_metadata({kTypeKey}, {column.type.name}));
    if (isJson(column.type.oid))
        result.field = markedAsJson(result.field);
    return result;
}

} // namespace headrace::postgres
