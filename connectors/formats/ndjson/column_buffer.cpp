// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "connectors/formats/ndjson/column_buffer.h"

#include "connectors/formats/base64.h"
#include "connectors/formats/decimal_text.h"
#include "connectors/formats/decimal_words.h"
#include "connectors/formats/iso_time.h"
#include "connectors/formats/ndjson/json_number.h"

#include <fmt/format.h>

#include <cmath>

namespace headrace::ndjson {

namespace {

std::string_view shortened(std::string_view text)
{
    return text.substr(0, 200);
}

} // namespace

ColumnBuffer::ColumnBuffer(Column column)
    : m_column(std::move(column))
    , m_cells(toField(m_column)->type())
{
}

bool ColumnBuffer::append(const JsonValue& value, JsonCursor& cursor, std::string& reason)
{
    if (value.type == JsonType::Null) {
        m_cells.appendNull();
        return true;
    }
    if (appendFitting(value, cursor))
        return true;
    reason = !cursor.problem().empty() ? fmt::format("The record is no JSON object: {}.", cursor.problem())
                                       : fmt::format("The column '{}' is read as {}, which the value {} does not fit.",
                                                     m_column.name(), typeNotation(m_column), shortened(value.raw));
    return false;
}

bool ColumnBuffer::appendFitting(const JsonValue& value, JsonCursor& cursor)
{
    if (m_column.isConnect)
        return appendConnect(value, cursor);
    std::string_view content;
    JsonNumber number;
    switch (m_column.kind) {
    case Kind::Text:
    case Kind::Json:
        if (value.type == JsonType::String && !cursor.text(value, content))
            return false;
        if (value.type == JsonType::Number && !scanNumber(value.raw, number))
            return false;
        m_cells.append(m_column.kind == Kind::Text && value.type == JsonType::String ? content : value.raw);
        return true;
    case Kind::Boolean:
        if (value.type != JsonType::Boolean)
            return false;
        m_cells.append(std::int64_t{value.raw == "true"});
        return true;
    case Kind::Int64:
    case Kind::Double:
    case Kind::Decimal:
        return value.type == JsonType::Number && appendNumber(value.raw);
    case Kind::Date:
    case Kind::Timestamp:
        return value.type == JsonType::String && cursor.text(value, content) && appendTime(content);
    default:
        return false;
    }
}

bool ColumnBuffer::appendConnect(const JsonValue& value, JsonCursor& cursor)
{
    std::string_view content;
    if (value.type == JsonType::Number)
        return m_column.kind == Kind::Double || m_column.kind == Kind::Decimal ? appendNumber(value.raw)
                                                                               : appendSince1970(value.raw);
    if (value.type != JsonType::String || !cursor.text(value, content))
        return false;
    if (m_column.kind != Kind::Double)
        return appendEncoded(content);
    if (content != "NaN" && content != "Infinity" && content != "-Infinity")
        return false;
    const double infinity = content.front() == '-' ? -HUGE_VAL : HUGE_VAL;
    m_cells.append(content == "NaN" ? std::nan("") : infinity);
    return true;
}

bool ColumnBuffer::appendEncoded(std::string_view base64)
{
    std::string bytes;
    if (!decodeBase64(base64, bytes))
        return false;
    if (m_column.kind == Kind::Blob) {
        m_cells.append(std::string_view(bytes));
        return true;
    }
    std::uint64_t low = 0;
    std::int64_t high = 0;
    if (m_column.kind != Kind::Decimal || bytes.empty() || !decimalWords(bytes, m_column.precision, low, high))
        return false;
    m_cells.append(low, high);
    return true;
}

/// Days, or milliseconds.
bool ColumnBuffer::appendSince1970(std::string_view token)
{
    constexpr std::int64_t kMicrosPerMilli = 1'000;
    constexpr std::int64_t kDay = 86'400'000'000;
    JsonNumber number;
    std::int64_t value = 0;
    if (!scanNumber(token, number) || !toInt64(number, value))
        return false;
    if (m_column.kind == Kind::Date ? value != static_cast<std::int32_t>(value)
                                    : __builtin_mul_overflow(value, kMicrosPerMilli, &value))
        return false;
    if (m_column.kind == Kind::Blob || (m_column.kind == Kind::Time && (value < 0 || value >= kDay)))
        return false;
    m_cells.append(value);
    return true;
}

bool ColumnBuffer::appendNumber(std::string_view token)
{
    JsonNumber number;
    if (!scanNumber(token, number))
        return false;
    if (m_column.kind == Kind::Decimal)
        return appendDecimal(token);
    if (m_column.kind == Kind::Int64) {
        std::int64_t whole = 0;
        if (!toInt64(number, whole))
            return false;
        m_cells.append(whole);
        return true;
    }
    double real = 0;
    if (!toDouble(token, number, real))
        return false;
    m_cells.append(real);
    return true;
}

bool ColumnBuffer::appendDecimal(std::string_view token)
{
    const auto value = decimalOf<arrow::Decimal128>(token, m_column.precision, m_column.scale);
    if (value)
        m_cells.append(value->low_bits(), value->high_bits());
    return value.has_value();
}

bool ColumnBuffer::appendTime(std::string_view text)
{
    if (m_column.kind == Kind::Date) {
        std::int32_t days = 0;
        if (!parseIsoDate(text, days))
            return false;
        m_cells.append(std::int64_t{days});
        return true;
    }
    IsoTime time;
    if (!parseIsoTime(text, time) || time.zoned != m_column.zoned)
        return false;
    m_cells.append(time.microseconds);
    return true;
}

} // namespace headrace::ndjson
