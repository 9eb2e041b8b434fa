// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/sources/odbc/cursor_literal.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/formats/value_text.h"
#include "connectors/odbc/odbc_connection.h"

#include <fmt/format.h>

namespace headrace::odbc {

namespace {

std::string hexDigits(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

/// The keyword of ODBC's literals and of MySQL's; "" for what is neither a date nor a time.
std::pair<const char*, const char*> temporalWords(arrow::Type::type id)
{
    switch (id) {
    case arrow::Type::DATE32:
        return {"d", "DATE"};
    case arrow::Type::TIMESTAMP:
        return {"ts", "TIMESTAMP"};
    case arrow::Type::TIME64:
    case arrow::Type::DURATION:
        return {"t", "TIME"};
    default:
        return {"", ""};
    }
}

std::string durationText(std::int64_t microseconds)
{
    constexpr std::int64_t kSecond = 1'000'000;
    const std::int64_t whole = std::abs(microseconds);
    const std::int64_t seconds = whole / kSecond;
    return fmt::format("{}{:02}:{:02}:{:02}.{:06}", microseconds < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60,
                       seconds % 60, whole % kSecond);
}

} // namespace

std::string cursorText(const arrow::Array& column, std::int64_t row)
{
    switch (column.type_id()) {
    case arrow::Type::STRING:
        return static_cast<const arrow::StringArray&>(column).GetString(row);
    case arrow::Type::BINARY:
        return hexDigits(static_cast<const arrow::BinaryArray&>(column).GetView(row));
    case arrow::Type::BOOL:
        return static_cast<const arrow::BooleanArray&>(column).Value(row) ? "1" : "0";
    case arrow::Type::FLOAT: // compared as a double
        return fmt::format("{:.17e}", static_cast<double>(static_cast<const arrow::FloatArray&>(column).Value(row)));
    case arrow::Type::DOUBLE: // without an exponent a server may take it for a decimal
        return fmt::format("{:.17e}", static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::DURATION:
        return durationText(static_cast<const arrow::DurationArray&>(column).Value(row));
    default: {
        std::string text;
        const auto writer = makeCellText(*column.type(), {});
        writer->bind(column);
        writer->append(row, text);
        if (text.ends_with('Z')) // sessions are in UTC
            text.pop_back();
        return text;
    }
    }
}

std::string cursorLiteral(const arrow::DataType& type, const std::string& text, Dialect dialect)
{
    const auto id = type.id();
    if (id == arrow::Type::BINARY) {
        if (!text.empty() && !consistsOf(text, "0123456789abcdef"))
            return {};
        if (dialect == Dialect::Standard)
            return {};
        return dialect == Dialect::PostgreSql ? fmt::format("'\\x{}'", text) : fmt::format("X'{}'", text);
    }
    if (id == arrow::Type::STRING)
        return textLiteral(text, dialect);
    const auto [odbc, mysql] = temporalWords(id);
    const bool isTemporal = *odbc != 0;
    if (!consistsOf(text, isTemporal ? "0123456789-:. " : "0123456789-+.e"))
        return {};
    if (dialect == Dialect::PostgreSql) // which reads it as what the column is
        return sqlLiteral(text);
    if (!isTemporal)
        return text;
    return dialect == Dialect::MySql ? fmt::format("{}'{}'", mysql, text) : fmt::format("{{{} '{}'}}", odbc, text);
}

} // namespace headrace::odbc
