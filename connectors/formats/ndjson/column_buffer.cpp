// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/decimal.h>

#include "connectors/formats/ndjson/column_buffer.h"

#include "connectors/formats/ndjson/iso_time.h"
#include "connectors/formats/ndjson/json_number.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace headrace::ndjson {

namespace {

/// A bit for every byte that is not zero.
template <typename T>
std::shared_ptr<arrow::Buffer> packBits(const std::vector<T>& values)
{
    std::vector<std::uint8_t> bits(arrow::bit_util::BytesForBits(static_cast<std::int64_t>(values.size())));
    for (std::size_t i = 0; i < values.size(); ++i)
        bits[i / 8] |= static_cast<std::uint8_t>((values[i] != 0 ? 1U : 0U) << (i % 8));
    return arrow::Buffer::FromVector(std::move(bits));
}

std::string_view shortened(std::string_view text)
{
    return text.substr(0, 200);
}

} // namespace

ColumnBuffer::ColumnBuffer(Column column)
    : m_column(std::move(column))
    , m_type(toField(m_column)->type())
    , m_offsets{0}
{
}

void ColumnBuffer::reserve(std::size_t rows)
{
    m_valid.reserve(rows);
    if (isText())
        m_offsets.reserve(rows + 1);
    else
        m_words.reserve(rows * wordsPerRow());
}

void ColumnBuffer::appendNull()
{
    m_valid.push_back(0);
    ++m_nulls;
    if (isText())
        m_offsets.push_back(m_offsets.back());
    else
        m_words.resize(m_words.size() + wordsPerRow());
}

void ColumnBuffer::appendWord(std::int64_t word)
{
    m_words.push_back(word);
    m_valid.push_back(1);
}

void ColumnBuffer::appendText(std::string_view text)
{
    m_text.insert(m_text.end(), text.begin(), text.end());
    m_offsets.push_back(static_cast<std::int32_t>(m_text.size()));
    m_valid.push_back(1);
}

bool ColumnBuffer::append(const JsonValue& value, JsonCursor& cursor, std::string& reason)
{
    if (value.type == JsonType::Null) {
        appendNull();
        return true;
    }
    if (appendFitting(value, cursor))
        return true;
    reason = !cursor.problem().empty() ? fmt::format("The record is no JSON: {}.", cursor.problem())
                                       : fmt::format("The column '{}' is read as {}, which the value {} does not fit.",
                                                     m_column.name(), typeNotation(m_column), shortened(value.raw));
    return false;
}

bool ColumnBuffer::appendFitting(const JsonValue& value, JsonCursor& cursor)
{
    std::string_view content;
    JsonNumber number;
    switch (m_column.kind) {
    case Kind::Text:
    case Kind::Json:
        if (value.type == JsonType::String && !cursor.text(value, content))
            return false;
        if (value.type == JsonType::Number && !scanNumber(value.raw, number))
            return false;
        appendText(m_column.kind == Kind::Text && value.type == JsonType::String ? content : value.raw);
        return true;
    case Kind::Boolean:
        if (value.type != JsonType::Boolean)
            return false;
        appendWord(value.raw == "true" ? 1 : 0);
        return true;
    case Kind::Int64:
    case Kind::Double:
    case Kind::Decimal:
        return value.type == JsonType::Number && appendNumber(value.raw);
    case Kind::Date:
    case Kind::Timestamp:
        return value.type == JsonType::String && cursor.text(value, content) && appendTime(content);
    }
    return false;
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
        appendWord(whole);
        return true;
    }
    double real = 0;
    if (!toDouble(token, number, real))
        return false;
    appendWord(std::bit_cast<std::int64_t>(real));
    return true;
}

bool ColumnBuffer::appendDecimal(std::string_view token)
{
    arrow::Decimal128 value;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    if (!arrow::Decimal128::FromString(token, &value, &precision, &scale).ok())
        return false;
    const auto scaled = value.Rescale(scale, m_column.scale);
    if (!scaled.ok() || !scaled->FitsInPrecision(m_column.precision))
        return false;
    m_words.push_back(static_cast<std::int64_t>(scaled->low_bits()));
    appendWord(scaled->high_bits());
    return true;
}

bool ColumnBuffer::appendTime(std::string_view text)
{
    if (m_column.kind == Kind::Date) {
        std::int32_t days = 0;
        if (!parseIsoDate(text, days))
            return false;
        appendWord(days);
        return true;
    }
    IsoTime time;
    if (!parseIsoTime(text, time) || time.zoned != m_column.zoned)
        return false;
    appendWord(time.microseconds);
    return true;
}

void ColumnBuffer::truncate(std::size_t rows)
{
    for (; m_valid.size() > rows; m_valid.pop_back())
        m_nulls -= m_valid.back() == 0 ? 1 : 0;
    if (isText()) {
        m_offsets.resize(rows + 1);
        m_text.resize(static_cast<std::size_t>(m_offsets.back()));
    } else {
        m_words.resize(rows * wordsPerRow());
    }
}

std::shared_ptr<arrow::Array> ColumnBuffer::finish()
{
    const auto rows = static_cast<std::int64_t>(m_valid.size());
    const auto nulls = static_cast<std::int64_t>(m_nulls);
    std::vector<std::shared_ptr<arrow::Buffer>> buffers{m_nulls > 0 ? packBits(m_valid) : nullptr};
    if (isText()) {
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_offsets)));
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_text)));
    } else if (m_column.kind == Kind::Boolean) {
        buffers.push_back(packBits(m_words));
    } else if (m_column.kind == Kind::Date) {
        buffers.push_back(arrow::Buffer::FromVector(std::vector<std::int32_t>(m_words.begin(), m_words.end())));
    } else {
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_words)));
    }
    m_valid.clear();
    m_words.clear();
    m_offsets.assign(1, 0);
    m_text.clear();
    m_nulls = 0;
    return arrow::MakeArray(arrow::ArrayData::Make(m_type, rows, std::move(buffers), nulls));
}

} // namespace headrace::ndjson
