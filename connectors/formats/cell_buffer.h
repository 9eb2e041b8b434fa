// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace headrace {

/// The cells of one column while rows are being read. Unlike an Arrow builder it can take rows back, because a row is
/// known to be bad only when its last cell is. For bool, int64, double, decimal128, date32, timestamp, utf8 and binary.
/// One thread at a time.
class CellBuffer {
public:
    explicit CellBuffer(std::shared_ptr<arrow::DataType> type);

    /// Room for that many rows; only saves time.
    void reserve(std::size_t rows);

    [[nodiscard]] std::size_t rows() const { return m_valid.size(); }
    [[nodiscard]] const std::shared_ptr<arrow::DataType>& type() const { return m_type; }

    void appendNull();

    /// A cell of any fixed width: booleans 0 or 1, dates in days, timestamps in their unit.
    void append(std::int64_t value)
    {
        m_words.push_back(value);
        m_valid.push_back(1);
    }
    void append(double value) { append(std::bit_cast<std::int64_t>(value)); }
    /// A decimal128, unscaled.
    void append(std::uint64_t low, std::int64_t high)
    {
        m_words.push_back(static_cast<std::int64_t>(low));
        append(high);
    }
    /// A cell of a utf8 or binary column.
    void append(std::string_view bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        m_offsets.push_back(static_cast<std::int32_t>(m_bytes.size()));
        m_valid.push_back(1);
    }

    /// Value bytes (value_bytes.h) of the last cell.
    [[nodiscard]] std::int64_t lastCellBytes() const
    {
        if (m_valid.back() == 0)
            return 0;
        return m_isBytes ? m_offsets.back() - m_offsets[m_offsets.size() - 2] : m_width;
    }

    /// Drops all rows behind the first `rows`.
    void truncate(std::size_t rows);

    /// The column as Arrow data; the buffer is empty afterwards, with room for as much again.
    [[nodiscard]] std::shared_ptr<arrow::Array> finish();

private:
    std::shared_ptr<arrow::DataType> m_type;
    bool m_isBytes;
    std::int64_t m_width; ///< value bytes of a cell of fixed width
    std::size_t m_wordsPerRow;
    std::vector<std::uint8_t> m_valid; ///< a byte a row
    std::vector<std::int64_t> m_words; ///< numbers of any kind, doubles by their bits
    std::vector<std::int32_t> m_offsets;
    std::vector<char> m_bytes;
    std::size_t m_nulls = 0;
};

} // namespace headrace
