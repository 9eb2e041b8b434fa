// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/postgres_types.h"

#include "connectors/postgres/cell_encoder.h"

#include <fmt/format.h>

namespace headrace {

using namespace postgres;

namespace {

constexpr unsigned kTextArray = 1009;

/// Digits before and behind the point that hold every value of a type; false for what is no exact number.
bool digitsOf(const arrow::DataType& type, int& whole, int& behind)
{
    behind = 0;
    switch (type.id()) {
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
        whole = 3;
        return true;
    case arrow::Type::INT16:
    case arrow::Type::UINT16:
        whole = 5;
        return true;
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
        whole = 10;
        return true;
    case arrow::Type::INT64:
        whole = 19;
        return true;
    case arrow::Type::UINT64:
        whole = 20;
        return true;
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
        const auto& decimal = static_cast<const arrow::DecimalType&>(type);
        whole = decimal.precision() - decimal.scale();
        behind = std::max(0, decimal.scale());
        return true;
    }
    default:
        return false;
    }
}

int wholeDigits(unsigned oid)
{
    return oid == kInt2 ? 5 : oid == kInt4 ? 10 : oid == kInt8 ? 19 : 0;
}

/// Types that Arrow has no type for: their text is cast by the server.
bool isForeign(unsigned oid)
{
    switch (oid) {
    case kBool:
    case kBytea:
    case kInt2:
    case kInt4:
    case kInt8:
    case kFloat4:
    case kFloat8:
    case kNumeric:
    case kDate:
    case kTime:
    case kTimestamp:
    case kTimestamptz:
    case kOid:
        return false;
    default:
        return true;
    }
}

bool isText(const arrow::DataType& type)
{
    return arrow::is_string(type.id()) ||
           (type.id() == arrow::Type::LIST && arrow::is_string(type.field(0)->type()->id()));
}

} // namespace

bool holds(const Type& existing, const arrow::Field& incoming)
{
    const auto& type = *incoming.type();
    if (makeEncoder(type, existing) == nullptr) {
        const bool same = originalType(incoming) == existing.name;
        return isText(type) &&
               (same || (existing.element == 0 ? isForeign(existing.oid) && arrow::is_string(type.id())
                                               : isForeign(existing.element) && !arrow::is_string(type.id())));
    }
    int whole = 0;
    int behind = 0;
    if (existing.oid != kNumeric || !existing.hasPrecision() || !digitsOf(type, whole, behind))
        return true;
    return existing.precision() - existing.scale() >= whole && existing.scale() >= behind;
}

std::string widened(const Type& existing, const arrow::DataType& incoming)
{
    const auto id = incoming.id();
    if (existing.oid == kFloat4 && (id == arrow::Type::DOUBLE || id == arrow::Type::INT32))
        return "double precision";
    if ((existing.oid == kInt2 || existing.oid == kInt4) && (id == arrow::Type::DOUBLE || id == arrow::Type::FLOAT))
        return "double precision";
    int whole = 0;
    int behind = 0;
    const int before = wholeDigits(existing.oid);
    if (!digitsOf(incoming, whole, behind) || (before == 0 && existing.oid != kNumeric))
        return {};
    if (before > 0 && arrow::is_integer(id) && whole <= 19)
        return newColumnType(incoming);
    if (existing.oid == kNumeric && !existing.hasPrecision())
        return {};
    const int scale = std::max(behind, existing.oid == kNumeric ? existing.scale() : 0);
    const int digits = std::max(whole, existing.oid == kNumeric ? existing.precision() - existing.scale() : before);
    return fmt::format("numeric({},{})", digits + scale, scale);
}

Type textTypeFor(const arrow::DataType& incoming)
{
    Type text;
    const bool list = incoming.id() == arrow::Type::LIST || incoming.id() == arrow::Type::LARGE_LIST;
    text.oid = list ? kTextArray : static_cast<unsigned>(kText);
    text.element = list ? static_cast<unsigned>(kText) : 0;
    text.name = list ? "text[]" : "text";
    return text;
}

} // namespace headrace
