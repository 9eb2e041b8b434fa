// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/format.h"
#include "connectors/formats/csv/record_scanner.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::csv {

/// Where the rows of a block lie, and which records cannot become rows.
class RowIndex {
public:
    struct Row {
        std::uint32_t begin = 0;
        std::uint32_t next = 0;        ///< behind its line end
        std::uint32_t linesBefore = 0; ///< line ends in the block before `begin`
        std::uint32_t linesAfter = 0;  ///< line ends in the block before `next`
    };

    struct Reject {
        Row row;
        std::string reason;
    };

    /// Indexes `text`, whole records, padded. Ragged and malformed records are rejected.
    RowIndex(std::string_view text, const Dialect& dialect, const std::vector<Column>& columns);

    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] const std::vector<Cell>& cells() const { return m_cells; } ///< row by row, one for each column
    [[nodiscard]] std::uint32_t lines() const { return m_lines; }

    /// Takes rows out; `reasons` has one sentence for each row, in the order of `rows` (ascending).
    void reject(const std::vector<std::uint32_t>& rows, std::vector<std::string> reasons);

    /// The rejected records in the order of the text.
    [[nodiscard]] const std::vector<Reject>& rejects() const { return m_rejects; }

    // RecordScanner's handler.
    void cell(const Cell& cell)
    {
        if (m_count++ < m_columns.size())
            m_cells.push_back(cell);
        else if (m_count == m_columns.size() + 1)
            m_extra = cell;
    }
    void record(const RecordSpan& span);
    void comment(const RecordSpan& span) { m_lines += span.lines; }

private:
    [[nodiscard]] std::string reasonOf(const RecordSpan& span) const;

    std::string_view m_text;
    const std::vector<Column>& m_columns;
    std::vector<Row> m_rows;
    std::vector<Cell> m_cells;
    std::vector<Reject> m_rejects;
    std::uint32_t m_lines = 0;
    std::size_t m_count = 0; ///< cells of the present record so far
    Cell m_extra;            ///< the first cell beyond the columns
};

/// A value as messages quote it: at most 100 characters.
[[nodiscard]] std::string shown(std::string_view value);

} // namespace headrace::csv
