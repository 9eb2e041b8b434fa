// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/json_cursor.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::ndjson {

/// The cells of one column while a block is parsed. Unlike an Arrow builder it can take rows back, because a record is
/// known to be bad only when its last value is. One thread at a time.
class ColumnBuffer {
public:
    explicit ColumnBuffer(Column column);

    /// Room for that many rows; only saves time.
    void reserve(std::size_t rows);

    [[nodiscard]] std::size_t rows() const { return m_valid.size(); }

    void appendNull();

    /// False when the value does not fit; `reason` is then a sentence that names the column and quotes the value.
    bool append(const JsonValue& value, JsonCursor& cursor, std::string& reason);

    /// Appends JSON text that was made here.
    void appendText(std::string_view text);

    void truncate(std::size_t rows);

    /// The column as Arrow data; the buffer is empty afterwards.
    [[nodiscard]] std::shared_ptr<arrow::Array> finish();

private:
    bool appendFitting(const JsonValue& value, JsonCursor& cursor);
    bool appendNumber(std::string_view token);
    bool appendDecimal(std::string_view token);
    bool appendTime(std::string_view text);
    void appendWord(std::int64_t word);
    [[nodiscard]] bool isText() const { return m_column.kind == Kind::Text || m_column.kind == Kind::Json; }
    [[nodiscard]] std::size_t wordsPerRow() const { return m_column.kind == Kind::Decimal ? 2 : 1; }

    Column m_column;
    std::shared_ptr<arrow::DataType> m_type;
    std::vector<std::uint8_t> m_valid; ///< a byte a row
    std::vector<std::int64_t> m_words; ///< numbers of any kind, doubles by their bits
    std::vector<std::int32_t> m_offsets;
    std::vector<char> m_text;
    std::size_t m_nulls = 0;
};

} // namespace headrace::ndjson
