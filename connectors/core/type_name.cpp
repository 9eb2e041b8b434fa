// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/core/type_name.h"

#include <fmt/format.h>

namespace headrace {

std::string typeName(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
        return "text";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
        return "blob";
    case arrow::Type::DATE32:
        return "date";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
        return "time";
    case arrow::Type::TIMESTAMP:
        return static_cast<const arrow::TimestampType&>(type).timezone().empty() ? "timestamp" : "timestamptz";
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
        const auto& decimal = static_cast<const arrow::DecimalType&>(type);
        return fmt::format("decimal({},{})", decimal.precision(), decimal.scale());
    }
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
        return "list of " + typeName(*static_cast<const arrow::BaseListType&>(type).value_type());
    case arrow::Type::DICTIONARY:
        return typeName(*static_cast<const arrow::DictionaryType&>(type).value_type());
    default:
        return type.ToString();
    }
}

} // namespace headrace
