// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/mariadb/cell_literal.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/formats/value_text.h"
#include "connectors/mariadb/maria_connection.h"
#include "connectors/mariadb/wire_value.h"

#include <fmt/format.h>

namespace headrace::mariadb {

std::string cellText(const arrow::Array& column, std::int64_t row)
{
    std::string text;
    switch (column.type_id()) {
    case arrow::Type::STRING:
        return static_cast<const arrow::StringArray&>(column).GetString(row);
    case arrow::Type::BINARY:
        for (const char byte : static_cast<const arrow::BinaryArray&>(column).GetView(row))
            text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        return text;
    case arrow::Type::BOOL:
        return static_cast<const arrow::BooleanArray&>(column).Value(row) ? "1" : "0";
    case arrow::Type::FLOAT: // compared as a double
        return fmt::format("{:.17e}", static_cast<double>(static_cast<const arrow::FloatArray&>(column).Value(row)));
    case arrow::Type::DOUBLE: // without an exponent the server would take it for a decimal
        return fmt::format("{:.17e}", static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::DURATION:
        return timeText(static_cast<const arrow::DurationArray&>(column).Value(row));
    default: {
        const auto writer = makeCellText(*column.type(), {});
        writer->bind(column);
        writer->append(row, text);
        if (text.ends_with('Z')) // the session is in UTC
            text.pop_back();
        return text;
    }
    }
}

std::string cellLiteral(const arrow::DataType& type, const std::string& text)
{
    const auto typed = [&text](const char* word) {
        return consistsOf(text, "0123456789-:. ") ? fmt::format("{}'{}'", word, text) : std::string();
    };
    switch (type.id()) {
    case arrow::Type::STRING:
        return literal(text);
    case arrow::Type::BINARY:
        return text.empty() || consistsOf(text, "0123456789abcdef") ? fmt::format("X'{}'", text) : "";
    case arrow::Type::DATE32:
        return typed("DATE");
    case arrow::Type::TIMESTAMP:
        return typed("TIMESTAMP");
    case arrow::Type::TIME64:
    case arrow::Type::DURATION:
        return typed("TIME");
    default:
        return consistsOf(text, "0123456789-+.e") ? text : "";
    }
}

} // namespace headrace::mariadb
