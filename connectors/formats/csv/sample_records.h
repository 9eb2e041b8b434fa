// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/record_scanner.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::csv {

/// The records of a file's front as one dialect reads them, ragged as they are. The text must outlive it.
class SampleRecords {
public:
    struct Record {
        std::size_t firstCell = 0;
        std::size_t count = 0;
        std::size_t begin = 0;      ///< in the text
        std::size_t next = 0;       ///< in the text: behind its line end
        std::uint32_t line = 0;     ///< line ends in the text before it
        std::uint32_t nextLine = 0; ///< line ends in the text before `next`
        bool malformed = false;
    };

    /// `text` is padded. Unless `complete`, the record that its end cuts is left out.
    SampleRecords(std::string_view text, const Dialect& dialect, bool complete);

    [[nodiscard]] const std::vector<Record>& records() const { return m_records; } ///< without empty lines
    [[nodiscard]] std::span<const Cell> cells(const Record& record) const
    {
        return {m_cells.data() + record.firstCell, record.count};
    }
    [[nodiscard]] std::string_view text(const Cell& cell) const { return cell.in(m_text); }

    /// The cell's content without doubled or escaped quotes.
    [[nodiscard]] std::string value(const Cell& cell) const;

    /// The number of cells that most records have.
    [[nodiscard]] std::size_t usualCount() const { return m_usualCount; }

    // RecordScanner's handler.
    void cell(const Cell& cell) { m_cells.push_back(cell); }
    void record(const RecordSpan& span);
    void comment(const RecordSpan& span);

private:
    [[nodiscard]] std::size_t findUsualCount() const;

    std::string_view m_text;
    Dialect m_dialect;
    std::vector<Cell> m_cells;
    std::vector<Record> m_records;
    std::size_t m_recordCells = 0; ///< where the present record's cells begin
    std::uint32_t m_line = 0;
    std::size_t m_usualCount = 0;
};

} // namespace headrace::csv
