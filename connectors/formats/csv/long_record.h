// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/dialect.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::csv {

/// A record that is longer than may be held in memory.
struct LongRecord {
    std::string front;    ///< how its text begins
    std::int64_t end = 0; ///< offset behind it, as Block::offset
    std::int64_t lines = 1;
    std::size_t cells = 1;
    bool malformed = false; ///< text follows a closing quote, or the last quote is never closed
    bool comment = false;   ///< it is a comment line

    /// True when it can be no more than one record. A stray quote swallows the lines up to the next quote, and what
    /// comes then has text behind the quote or another number of cells.
    [[nodiscard]] bool isOne(std::size_t columns) const { return lines == 1 || (!malformed && cells == columns); }
};

/// Finds the end of a record piece by piece, by the rules of RecordScanner.
class LongRecordScanner {
public:
    LongRecordScanner(const Dialect& dialect, LongRecord& record)
        : m_dialect(dialect)
        , m_record(record)
    {
    }

    /// Goes on with `text`. True when the record ends; then the next one begins behind the first `used` bytes. Else
    /// what is not `used`, at most 2 bytes, has to come again in front of the text that follows. With `atEnd` nothing
    /// follows.
    [[nodiscard]] bool scan(std::string_view text, bool atEnd, std::size_t& used);

private:
    enum class State { RecordStart, CellStart, Unquoted, Quoted, BehindQuote, Comment };

    [[nodiscard]] std::size_t step(std::string_view text);
    [[nodiscard]] std::size_t stepQuoted(std::string_view text);

    const Dialect& m_dialect;
    LongRecord& m_record;
    State m_state = State::RecordStart;
};

/// Where the first record longer than `limit` bytes, line end included, begins in `text`, which is whole records and
/// padded; the text's size when there is none. Comments do not count.
[[nodiscard]] std::size_t findLongRecord(std::string_view text, const Dialect& dialect, std::size_t limit);

} // namespace headrace::csv
