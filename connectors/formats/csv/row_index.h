// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/format.h"
#include "connectors/formats/csv/pool_vector.h"
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
        std::uint32_t begin;
        std::uint32_t next;        ///< behind its line end
        std::uint32_t linesBefore; ///< line ends in the block before `begin`
        std::uint32_t linesAfter;  ///< line ends in the block before `next`
    };

    struct Reject {
        Row row;
        std::string reason;
    };

    /// Indexes `text`, whole records, padded. Ragged and malformed records are rejected.
    RowIndex(std::string_view text, const Dialect& dialect, const std::vector<Column>& columns);

    [[nodiscard]] const PoolVector<Row>& rows() const { return m_rows; }
    [[nodiscard]] const PoolVector<Cell>& cells() const { return m_cells; } ///< row by row, one for each column
    [[nodiscard]] std::uint32_t lines() const { return m_lines; }

    /// Takes rows out; `reasons` has one sentence for each row, in the order of `rows` (ascending).
    void reject(const std::vector<std::uint32_t>& rows, std::vector<std::string> reasons);

    /// The rejected records in the order of the text.
    [[nodiscard]] const std::vector<Reject>& rejects() const { return m_rejects; }

    // RecordScanner's handler.
    void cell(const Cell& cell)
    {
        if (m_count < m_columns.size())
            m_cells.end()[m_count] = cell;
        else if (m_count == m_columns.size())
            m_extra = cell;
        ++m_count;
    }
    void record(const RecordSpan& span);
    void comment(const RecordSpan& span) { m_lines += span.lines; }

private:
    [[nodiscard]] std::string reasonOf(const RecordSpan& span) const;

    std::string_view m_text;
    const std::vector<Column>& m_columns;
    PoolVector<Row> m_rows;
    PoolVector<Cell> m_cells; ///< with room for one more row behind them
    std::vector<Reject> m_rejects;
    std::uint32_t m_lines = 0;
    std::size_t m_count = 0; ///< cells of the present record so far
    Cell m_extra{};          ///< the first cell beyond the columns
};

/// A value as messages quote it: at most 100 characters.
[[nodiscard]] std::string shown(std::string_view value);

} // namespace headrace::csv
