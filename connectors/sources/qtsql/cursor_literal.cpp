// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/sources/qtsql/cursor_literal.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

namespace headrace::qtsql {

namespace {

constexpr std::size_t kFirebirdFraction = 4; ///< digits of a second

/// Without zeros at the end of the seconds' fraction, of which Firebird takes no more digits than it keeps.
std::string shortFraction(std::string text)
{
    const std::size_t point = text.find('.');
    while (point != std::string::npos && text.size() > point + 1 + kFirebirdFraction && text.back() == '0')
        text.pop_back();
    return text;
}

} // namespace

std::string cursorText(const arrow::Array& column, std::int64_t row)
{
    switch (column.type_id()) {
    case arrow::Type::STRING:
        return static_cast<const arrow::StringArray&>(column).GetString(row);
    case arrow::Type::DOUBLE: // without an exponent a server may take it for a decimal
        return fmt::format("{:.17e}", static_cast<const arrow::DoubleArray&>(column).Value(row));
    default:
        if (const auto writer = makeCellText(*column.type(), {})) {
            std::string text;
            writer->bind(column);
            writer->append(row, text);
            return text;
        }
        return {};
    }
}

bool hasLiterals(const arrow::DataType& type, Server server)
{
    const bool isFloat = type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE;
    return type.id() != arrow::Type::BINARY && !(isFloat && server == Server::Firebird); // which rounds its digits
}

std::string cursorLiteral(const arrow::DataType& type, const std::string& text, Server server)
{
    const auto temporal = [&](const char* word) {
        return consistsOf(text, "0123456789-:. Z") ? fmt::format("{} '{}'", word, shortFraction(text)) : "";
    };
    switch (type.id()) {
    case arrow::Type::STRING: {
        std::string literal = sqlLiteral(text);
        if (server == Server::MySql) // where a backslash is not itself
            for (std::size_t at = literal.find('\\'); at != std::string::npos; at = literal.find('\\', at + 2))
                literal.insert(at, 1, '\\');
        return literal;
    }
    case arrow::Type::DATE32:
        return temporal("DATE");
    case arrow::Type::TIME64:
        return temporal("TIME");
    case arrow::Type::TIMESTAMP:
        return temporal(static_cast<const arrow::TimestampType&>(type).timezone().empty() ? "TIMESTAMP"
                                                                                          : "TIMESTAMP WITH TIME ZONE");
    case arrow::Type::BOOL:
        return text == "true" || text == "false" ? text : "";
    default:
        return consistsOf(text, "0123456789-+.e") ? text : "";
    }
}

} // namespace headrace::qtsql
