// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/mariadb/column_type.h"

#include "connectors/mariadb/maria_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace headrace::mariadb {

namespace {

constexpr int kMostPrecision = 65;
constexpr int kMostScale = 38;

struct Digits {
    int whole = 0;
    int behind = 0;
};

/// Digits before and behind the point that hold every value of a type; whole = 0 for what is no exact number.
Digits digitsOf(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return {1, 0};
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
        return {3, 0};
    case arrow::Type::INT16:
    case arrow::Type::UINT16:
        return {5, 0};
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
        return {10, 0};
    case arrow::Type::INT64:
        return {19, 0};
    case arrow::Type::UINT64:
        return {20, 0};
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
        const auto& decimal = static_cast<const arrow::DecimalType&>(type);
        return {std::max(1, decimal.precision() - decimal.scale()), std::max(0, decimal.scale())};
    }
    default:
        return {};
    }
}

/// Bits of a whole-number type of the server; 0 for others.
int bitsOf(const std::string& name)
{
    static const std::map<std::string, int> kBits{
        {"tinyint", 8}, {"smallint", 16}, {"mediumint", 24}, {"int", 32}, {"bigint", 64}};
    const auto found = kBits.find(name);
    return found == kBits.end() ? 0 : found->second;
}

int wholeDigits(const ColumnType& type)
{
    static const std::map<int, int> kDigits{{8, 3}, {16, 5}, {24, 8}, {32, 10}, {64, 20}};
    const auto found = kDigits.find(bitsOf(type.name));
    return found == kDigits.end() ? 0 : found->second;
}

bool holdsInteger(const ColumnType& existing, const arrow::DataType& incoming)
{
    const bool isUnsigned = arrow::is_unsigned_integer(incoming.id());
    const int bits = incoming.id() == arrow::Type::BOOL ? 1 : incoming.bit_width();
    if (existing.name == "bit")
        return (isUnsigned || bits == 1) && existing.precision >= bits;
    const int room = bitsOf(existing.name);
    if (existing.isUnsigned)
        return (isUnsigned || bits == 1) && room >= bits;
    return isUnsigned || bits == 1 ? room > bits : room >= bits;
}

bool holdsDecimal(const ColumnType& existing, const Digits& digits)
{
    return existing.name == "decimal" && !existing.isUnsigned && existing.precision - existing.scale >= digits.whole &&
           existing.scale >= digits.behind;
}

bool holdsFloat(const ColumnType& existing, const arrow::DataType& incoming)
{
    const bool isDouble = incoming.id() == arrow::Type::DOUBLE;
    const bool isFloat = incoming.id() == arrow::Type::FLOAT || incoming.id() == arrow::Type::HALF_FLOAT;
    return ((isDouble || isFloat) && existing.name == "double") || (isFloat && existing.name == "float");
}

int fractionDigits(arrow::TimeUnit::type unit)
{
    return unit == arrow::TimeUnit::SECOND ? 0 : unit == arrow::TimeUnit::MILLI ? 3 : 6;
}

/// The server's word for dates and times of a type, and the fraction digits it needs; "" for others.
std::pair<std::string, int> temporalName(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return {"date", 0};
    case arrow::Type::TIMESTAMP: {
        const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
        return {timestamp.timezone().empty() ? "datetime" : "timestamp", fractionDigits(timestamp.unit())};
    }
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
        return {"time", fractionDigits(static_cast<const arrow::TimeType&>(type).unit())};
    case arrow::Type::DURATION:
        return {"time", fractionDigits(static_cast<const arrow::DurationType&>(type).unit())};
    default:
        return {};
    }
}

bool isTextType(const arrow::DataType& type)
{
    return arrow::is_string(type.id()) || type.id() == arrow::Type::LARGE_STRING ||
           type.id() == arrow::Type::STRING_VIEW;
}

bool isBytesType(const arrow::DataType& type)
{
    return type.id() == arrow::Type::BINARY || type.id() == arrow::Type::LARGE_BINARY ||
           type.id() == arrow::Type::BINARY_VIEW || type.id() == arrow::Type::FIXED_SIZE_BINARY;
}

std::string decimalType(int whole, int behind)
{
    if (whole + behind > kMostPrecision || behind > kMostScale)
        return {};
    return fmt::format("decimal({},{})", whole + behind, behind);
}

std::string integerType(const arrow::DataType& type)
{
    static const std::map<int, const char*> kNames{{8, "tinyint"}, {16, "smallint"}, {32, "int"}, {64, "bigint"}};
    return std::string(kNames.at(type.bit_width())) + (arrow::is_unsigned_integer(type.id()) ? " unsigned" : "");
}

/// The declaration of the column that a MariaDB source read the field from; "" for others.
std::string declarationOf(const arrow::Field& field)
{
    const auto& metadata = field.metadata();
    const auto found = metadata == nullptr ? -1 : metadata->FindKey(kTypeKey);
    return found < 0 ? std::string() : metadata->value(found);
}

/// Whether the field still is what a column of the type is read as: a shape or an option may have made it another one.
bool isReadFrom(const ColumnType& type, const arrow::Field& field)
{
    const auto& arrowType = *field.type();
    if (type.declaration != declarationOf(field) || isTextType(arrowType) != type.isText() ||
        isBytesType(arrowType) != type.isBytes())
        return false;
    const auto [name, fraction] = temporalName(arrowType);
    return name.empty()
               ? type.isText() || type.isBytes() || digitsOf(arrowType).whole > 0 || holdsFloat(type, arrowType)
               : name == type.name;
}

} // namespace

ColumnType ColumnType::parse(const std::string& declaration)
{
    ColumnType type;
    type.declaration = declaration;
    const auto bracket = declaration.find('(');
    type.name = declaration.substr(0, std::min(bracket, declaration.find(' ')));
    type.isUnsigned = declaration.find(" unsigned") != std::string::npos;
    if (bracket == std::string::npos || type.name == "enum" || type.name == "set")
        return type;
    const std::string numbers = declaration.substr(bracket + 1);
    const int first = std::atoi(numbers.c_str());
    const auto comma = numbers.find(',');
    if (type.isCharacters() || type.isBytes())
        type.most = first;
    type.precision = first;
    if (comma != std::string::npos && comma < numbers.find(')'))
        type.scale = std::atoi(numbers.c_str() + comma + 1);
    return type;
}

bool ColumnType::isCharacters() const
{
    return name == "char" || name == "varchar";
}

bool ColumnType::isText() const
{
    static constexpr std::array<std::string_view, 10> kNames{"tinytext", "text", "mediumtext", "longtext", "enum",
                                                             "set",      "json", "uuid",       "inet4",    "inet6"};
    return isCharacters() || std::ranges::find(kNames, name) != kNames.end();
}

bool ColumnType::isBytes() const
{
    return name.ends_with("blob") || name.ends_with("binary");
}

bool ColumnType::dropsBlanks() const
{
    return name == "char" || name == "enum" || name == "set";
}

bool holds(const ColumnType& existing, const arrow::Field& field)
{
    const auto& incoming = *field.type();
    if (isReadFrom(existing, field))
        return true;
    const Digits digits = digitsOf(incoming);
    const bool isInteger = arrow::is_integer(incoming.id()) || incoming.id() == arrow::Type::BOOL;
    if (isInteger && holdsInteger(existing, incoming))
        return true;
    if (digits.whole > 0)
        return holdsDecimal(existing, digits);
    if (const auto [name, fraction] = temporalName(incoming); !name.empty())
        return existing.name == name && existing.precision >= fraction;
    if (arrow::is_floating(incoming.id()))
        return holdsFloat(existing, incoming);
    return incoming.id() == arrow::Type::NA || (isTextType(incoming) && existing.isText()) ||
           (isBytesType(incoming) && existing.isBytes());
}

std::string widened(const ColumnType& existing, const arrow::DataType& incoming)
{
    if (existing.name == "float" && incoming.id() == arrow::Type::DOUBLE)
        return "double";
    if (const auto [name, fraction] = temporalName(incoming); !name.empty())
        return existing.name == name ? fmt::format("{}({})", name, fraction) : std::string();
    const Digits digits = digitsOf(incoming);
    const int whole = wholeDigits(existing);
    if (digits.whole == 0 || (whole == 0 && existing.name != "decimal"))
        return {};
    if (whole > 0 && arrow::is_integer(incoming.id())) {
        const bool isUnsigned = arrow::is_unsigned_integer(incoming.id());
        if (isUnsigned == existing.isUnsigned)
            return integerType(incoming);
        if (bitsOf(existing.name) < 64 && incoming.bit_width() < 64)
            return "bigint";
    }
    const int behind = std::max(digits.behind, existing.scale);
    return decimalType(std::max(digits.whole, whole > 0 ? whole : existing.precision - existing.scale), behind);
}

std::string newColumnType(const arrow::Field& field, bool isKey)
{
    if (std::string original = declarationOf(field);
        !original.empty() && !isKey && isReadFrom(ColumnType::parse(original), field))
        return original;
    const auto& type = *field.type();
    if (arrow::is_integer(type.id()))
        return integerType(type);
    if (const auto [name, fraction] = temporalName(type); !name.empty())
        return name == "date" ? name : fmt::format("{}({})", name, fraction);
    const Digits digits = digitsOf(type);
    switch (type.id()) {
    case arrow::Type::BOOL:
        return "tinyint(1)";
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
        return decimalType(digits.whole, digits.behind);
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
        return "float";
    case arrow::Type::DOUBLE:
        return "double";
    case arrow::Type::NA:
        return "longtext";
    default:
        if (isTextType(type))
            return isKey ? "varchar(255)" : "longtext";
        if (isBytesType(type))
            return isKey ? "varbinary(255)" : "longblob";
        return {};
    }
}

} // namespace headrace::mariadb
