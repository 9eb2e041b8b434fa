// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace headrace {

/// How values look as text; what the CSV, NDJSON and SQLite writers share.
/// Timestamps with a zone are written in UTC with a "Z"; fractions as 3, 6 or 9 digits, none when zero.
struct TextStyle {
    char dateTimeSeparator = ' '; ///< ' ' as SQL writes it, 'T' as RFC 3339 does
};

/// Appends the text of cells of one column. Use: bind an array of the column's type, then append rows of it.
/// Cells must not be null. One thread at a time.
class CellText {
public:
    virtual ~CellText() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< `array` must outlive the appends
    virtual void append(std::int64_t row, std::string& out) const = 0;
};

/// For integers, floats (shortest text that reads back exactly, "NaN", "Infinity", "-Infinity"), decimals (all digits
/// of the scale), booleans, dates, times, timestamps and durations (ISO 8601). Null for any other type.
[[nodiscard]] std::unique_ptr<CellText> makeCellText(const arrow::DataType& type, const TextStyle& style);

/// Bytes of a cell of a text or binary array (string, large string, string view, fixed-size binary).
class BytesView {
public:
    [[nodiscard]] static bool covers(const arrow::DataType& type); ///< text or binary of any layout
    [[nodiscard]] static bool isText(const arrow::DataType& type);
    void bind(const arrow::Array& array);
    [[nodiscard]] std::string_view at(std::int64_t row) const;

private:
    const arrow::Array* m_array = nullptr;
    const std::int32_t* m_offsets = nullptr;
    const std::int64_t* m_largeOffsets = nullptr;
    const char* m_bytes = nullptr;
    std::int64_t m_width = 0;
};

void appendUuid(std::string_view bytes, std::string& out); ///< of 16 bytes

} // namespace headrace
