// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/odbc/odbc_column.h"

#include "connectors/odbc/odbc_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::odbc {

namespace {

// Types of Microsoft's server, whose numbers no header of unixODBC has.
constexpr short kTimeWithFraction = -154;

constexpr std::uint64_t kNumberRoom = 96; ///< the longest decimal with sign, point and end
constexpr std::uint64_t kMostRoom = 2048; ///< longer values are asked for again
constexpr std::uint64_t kLeastRoom = 64;

/// ORDER BY takes the name of a column that is selected before one of the table.
constexpr const char* kConvertedName = "headrace_value";

struct Mapping {
    std::shared_ptr<arrow::DataType> type;
    Wire wire;
};

Mapping integer(const Column& column, Dialect dialect)
{
    // SQLite keeps 64 bits in a column of any such type, and other values too: only their text shows.
    if (dialect == Dialect::Sqlite)
        return {arrow::int64(), Wire::Characters};
    const bool isUnsigned = column.isUnsigned;
    switch (column.type) {
    case SQL_TINYINT:
        return {isUnsigned ? arrow::uint8() : arrow::int8(), Wire::Integer};
    case SQL_SMALLINT:
        return {isUnsigned ? arrow::uint16() : arrow::int16(), Wire::Integer};
    case SQL_INTEGER:
        return {isUnsigned ? arrow::uint32() : arrow::int32(), Wire::Integer};
    default:
        return isUnsigned ? Mapping{arrow::uint64(), Wire::Unsigned} : Mapping{arrow::int64(), Wire::Integer};
    }
}

Mapping text(Dialect dialect)
{
    // These two give UTF-8 whatever the locale; MariaDB's loses characters beyond the first 65,536 when it converts.
    const bool isUtf8 = dialect == Dialect::Sqlite || dialect == Dialect::MySql;
    return {arrow::utf8(), isUtf8 ? Wire::Characters : Wire::Wide};
}

Mapping decimal(const Column& column, Dialect dialect)
{
    const int precision = static_cast<int>(std::min<std::uint64_t>(column.size, 1000));
    if (dialect == Dialect::Sqlite || precision < 1 || precision > arrow::Decimal256Type::kMaxPrecision ||
        column.digits < 0 || column.digits > precision)
        return text(dialect);
    if (precision <= arrow::Decimal128Type::kMaxPrecision)
        return {arrow::decimal128(precision, column.digits), Wire::Characters};
    return {arrow::decimal256(precision, column.digits), Wire::Characters};
}

Mapping temporal(const Column& column, Dialect dialect)
{
    constexpr int kMicroseconds = 6;
    if (dialect == Dialect::Sqlite) // keeps any text in such a column
        return text(dialect);
    const bool asText = dialect != Dialect::Standard;
    switch (column.type) {
    case SQL_DATE:
    case SQL_TYPE_DATE:
        return {arrow::date32(), asText ? Wire::Characters : Wire::Date};
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP: {
        const bool isZoned = (dialect == Dialect::PostgreSql && column.typeName == "timestamptz") ||
                             (dialect == Dialect::MySql && column.typeName == "timestamp");
        const auto unit = column.digits > kMicroseconds ? arrow::TimeUnit::NANO : arrow::TimeUnit::MICRO;
        return {isZoned ? arrow::timestamp(unit, "UTC") : arrow::timestamp(unit),
                asText ? Wire::Characters : Wire::DateTime};
    }
    default: // MySQL's TIME is no time of a day
        return {dialect == Dialect::MySql       ? arrow::duration(arrow::TimeUnit::MICRO)
                : column.digits > kMicroseconds ? arrow::time64(arrow::TimeUnit::NANO)
                                                : arrow::time64(arrow::TimeUnit::MICRO),
                Wire::Characters};
    }
}

Mapping mappingOf(const Column& column, Dialect dialect)
{
    if (dialect == Dialect::PostgreSql && column.typeName == "money") // said to be a float
        return text(dialect);
    switch (column.type) {
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
        return integer(column, dialect);
    case SQL_BIT:
        if (dialect == Dialect::Sqlite)
            return integer(column, dialect);
        return {arrow::boolean(), Wire::Bit};
    case SQL_REAL:
        if (dialect == Dialect::Sqlite)
            return {arrow::float64(), Wire::Characters};
        return {arrow::float32(), Wire::Double};
    case SQL_FLOAT:
    case SQL_DOUBLE:
        return {arrow::float64(), dialect == Dialect::Sqlite ? Wire::Characters : Wire::Double};
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        return decimal(column, dialect);
    case SQL_DATE:
    case SQL_TIME:
    case SQL_TIMESTAMP:
    case SQL_TYPE_DATE:
    case SQL_TYPE_TIME:
    case SQL_TYPE_TIMESTAMP:
    case kTimeWithFraction:
        return temporal(column, dialect);
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
        return {dialect == Dialect::MySql && column.typeName == "bit" ? arrow::uint64() : arrow::binary(), Wire::Bytes};
    default: // texts, and everything that only its text shows exactly: intervals, identifiers, documents, arrays
        return text(dialect);
    }
}

/// What PostgreSQL's driver would alter: BC and infinite dates, letters of identifiers.
bool needsTextOfServer(const Column& column)
{
    static constexpr std::array kTypes{SQL_TYPE_DATE, SQL_TYPE_TIMESTAMP, SQL_GUID};
    return std::ranges::find(kTypes, column.type) != kTypes.end();
}

std::uint64_t roomFor(const Column& column, const Mapping& mapping)
{
    switch (mapping.wire) {
    case Wire::Integer:
    case Wire::Unsigned:
    case Wire::Double:
        return sizeof(std::int64_t);
    case Wire::Bit:
        return 1;
    case Wire::Date:
        return sizeof(SQL_DATE_STRUCT);
    case Wire::DateTime:
        return sizeof(SQL_TIMESTAMP_STRUCT);
    case Wire::Characters:
    case Wire::Wide:
    case Wire::Bytes:
        break;
    }
    if (mapping.type->id() != arrow::Type::STRING && mapping.type->id() != arrow::Type::BINARY)
        return kNumberRoom;
    constexpr std::uint64_t kUtf8Bytes = 4;
    const std::uint64_t size = column.size == 0 ? kMostRoom : std::min(column.size, kMostRoom);
    const std::uint64_t bytes = mapping.wire == Wire::Characters ? kUtf8Bytes * size : sizeof(char16_t) * size;
    return std::clamp(bytes + 2, kLeastRoom, kMostRoom);
}

} // namespace

ReadColumn readColumn(const Column& column, const std::string& name, Dialect dialect)
{
    ReadColumn read;
    read.column = column;
    const Mapping mapping = mappingOf(column, dialect);
    read.wire = mapping.wire;
    read.field = arrow::field(column.name, mapping.type);
    read.room = roomFor(column, mapping);
    read.mayExceed = read.room == kMostRoom || dialect == Dialect::Sqlite; // which keeps any value in any column
    read.select = name;
    if (dialect == Dialect::PostgreSql && needsTextOfServer(column)) {
        read.select = fmt::format("{}::text AS {}", name, kConvertedName);
        read.isConverted = true;
    }
    // SQLite's driver gives 15 digits of a float, wherever one stands.
    const auto id = mapping.type->id();
    if (dialect == Dialect::Sqlite && id != arrow::Type::BINARY && id != arrow::Type::INT64) {
        read.select = fmt::format("CASE typeof({0}) WHEN 'real' THEN printf('%!.17g', {0}) ELSE {0} END AS {1}", name,
                                  kConvertedName);
        read.isConverted = true;
    }
    return read;
}

} // namespace headrace::odbc
