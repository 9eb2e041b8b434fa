// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/qtsql/qt_column.h"

#include <fmt/format.h>

#include <QMetaType>

#include <algorithm>

namespace headrace::qtsql {

namespace {

// The drivers' own numbers of types.
constexpr int kFirebirdChar = 452; ///< one more where it may be NULL, as the others
constexpr int kFirebirdFloat = 482;
constexpr int kFirebirdBlob = 520;
constexpr int kFirebirdInt128 = 32'752;
constexpr int kPostgresNumeric = 1700;
constexpr int kPostgresZonedTimestamp = 1184;
constexpr int kMySqlDecimal = 246;
constexpr int kMySqlTime = 11;

/// Blobs of text have the number of their character set where others have digits: 1 is bytes, 2 ASCII, 3 and 4 UTF-8.
constexpr int kFirebirdAscii = 2;
constexpr int kFirebirdUtf8 = 4;

constexpr int kMostUtf8 = 4; ///< bytes of a character

struct Mapping {
    std::shared_ptr<arrow::DataType> type;
    std::string select = "{}";
};

bool isFirebird(const Column& column, int type)
{
    return column.typeId == type || column.typeId == type + 1;
}

/// Null when it is not known to be a decimal with so many digits.
std::shared_ptr<arrow::DataType> decimalType(int precision, int scale)
{
    if (precision < 1 || scale < 0 || scale > precision || precision > arrow::Decimal256Type::kMaxPrecision)
        return nullptr;
    return precision <= arrow::Decimal128Type::kMaxPrecision ? arrow::decimal128(precision, scale)
                                                             : arrow::decimal256(precision, scale);
}

/// Drivers name decimals and floats alike.
Mapping number(const Column& column, Server server)
{
    switch (server) {
    case Server::Firebird: {
        if (column.precision <= 0)
            return {isFirebird(column, kFirebirdFloat) ? arrow::float32() : arrow::float64()};
        constexpr int kInt64Digits = 18;
        const int digits = isFirebird(column, kFirebirdInt128) ? arrow::Decimal128Type::kMaxPrecision : kInt64Digits;
        return {arrow::decimal128(digits, column.precision), "CAST({} AS VARCHAR(60))"}; // else rounded to a double
    }
    case Server::PostgreSql: {
        if (column.typeId != kPostgresNumeric)
            return {arrow::float64()};
        const auto type = decimalType(column.length, column.precision);
        return {type ? type : arrow::utf8()};
    }
    case Server::MySql: {
        if (column.typeId != kMySqlDecimal)
            return {arrow::float64()};
        const auto type = decimalType(column.length - 1, column.precision); // with a sign; a point more is no harm
        return {type ? type : arrow::utf8()};
    }
    case Server::Other:
        break;
    }
    const auto type = column.precision > 0 ? decimalType(column.length, column.precision) : nullptr;
    return {type ? type : arrow::float64()};
}

/// Qt's own times end at milliseconds, so they come as text where the server's text is known.
Mapping temporal(const Column& column, Server server)
{
    const std::string select = server == Server::MySql   ? "CAST({} AS CHAR(40))"
                               : server == Server::Other ? "{}"
                                                         : "CAST({} AS VARCHAR(60))";
    if (column.type == QMetaType::QTime)
        return {server == Server::MySql && column.typeId == kMySqlTime ? arrow::utf8()
                                                                       : arrow::time64(arrow::TimeUnit::MICRO),
                select};
    const bool isZoned = server == Server::PostgreSql && column.typeId == kPostgresZonedTimestamp;
    return {isZoned ? arrow::timestamp(arrow::TimeUnit::MICRO, "UTC") : arrow::timestamp(arrow::TimeUnit::MICRO),
            select};
}

Mapping mappingOf(const Column& column, Server server)
{
    switch (column.type) {
    case QMetaType::Bool:
        return {arrow::boolean()};
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
        return {arrow::int32()};
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
        return {arrow::uint32()};
    case QMetaType::Long:
    case QMetaType::LongLong:
        return {arrow::int64()};
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return {arrow::uint64()};
    case QMetaType::Float:
    case QMetaType::Double:
        return number(column, server);
    case QMetaType::QDate:
        return {arrow::date32()};
    case QMetaType::QTime:
    case QMetaType::QDateTime:
        return temporal(column, server);
    case QMetaType::QByteArray:
        if (server == Server::Firebird && isFirebird(column, kFirebirdBlob) && column.precision >= kFirebirdAscii &&
            column.precision <= kFirebirdUtf8)
            return {arrow::utf8()};
        return {arrow::binary()};
    default:
        if (server == Server::Firebird && isFirebird(column, kFirebirdChar)) // which its driver fills up with blanks
            return {arrow::utf8(), fmt::format("CAST({{}} AS VARCHAR({}))", std::max(1, column.length / kMostUtf8))};
        return {arrow::utf8()};
    }
}

} // namespace

ReadColumn readColumn(const Column& column, const std::string& expression, Server server)
{
    const Mapping mapping = mappingOf(column, server);
    return {column, arrow::field(column.name, mapping.type, !column.isRequired),
            fmt::format(fmt::runtime(mapping.select), expression)};
}

bool losesFractions(const ReadColumn& column, Server server)
{
    return server == Server::Other &&
           (column.column.type == QMetaType::QTime || column.column.type == QMetaType::QDateTime);
}

} // namespace headrace::qtsql
