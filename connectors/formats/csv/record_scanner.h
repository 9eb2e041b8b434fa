// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/special_scanner.h"

#include <algorithm>
#include <cstdint>

namespace headrace::csv {

/// Where a cell's content lies in its text, without the quotes around it. Texts are shorter than 1 GiB.
struct Cell {
    std::uint32_t begin;
    std::uint32_t size : 30;
    std::uint32_t quoted : 1;
    std::uint32_t escaped : 1; ///< holds doubled or escaped quotes: see unescape()

    [[nodiscard]] std::string_view in(std::string_view text) const { return text.substr(begin, size); }
};

enum class Malformed { No, TextAfterQuote, OpenQuote };

/// What stands between two record ends.
struct RecordSpan {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< of its content
    std::size_t next = 0; ///< where the next record begins: behind the line end
    std::uint32_t lines = 1;
    Malformed malformed = Malformed::No;
    std::size_t malformedAt = 0; ///< the quote or text in question
};

/// How many bytes the line end ("\n", "\r\n", "\r\r\n", "\r") that `text` begins with has.
[[nodiscard]] inline std::size_t lineEndSize(std::string_view text)
{
    if (text[0] == '\n')
        return 1;
    if (text.substr(0, 2) == "\r\n")
        return 2;
    return text.substr(0, 3) == "\r\r\n" ? 3 : 1;
}

/// How many line ends stand in `text`.
[[nodiscard]] inline std::uint32_t countLineEnds(std::string_view text)
{
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\n' && text[i] != '\r')
            continue;
        i += lineEndSize(text.substr(i)) - 1;
        ++count;
    }
    return count;
}

/// The one state machine of the dialect: walks a padded text that begins at a record and tells the handler each
/// `cell(Cell)` and each `record(RecordSpan)`; comment lines are `comment(RecordSpan)`.
template <typename Handler>
class RecordScanner {
public:
    RecordScanner(std::string_view text, const Dialect& dialect, Handler& handler)
        : m_text(text)
        , m_dialect(dialect)
        , m_quote(dialect.quote.value_or('\0'))
        , m_scanner(text, dialect)
        , m_handler(handler)
    {
    }

    void run()
    {
        while (m_record.begin < m_text.size()) {
            if (m_dialect.comment && m_text[m_record.begin] == *m_dialect.comment)
                skipComment();
            else
                scanRecord();
        }
    }

private:
    void scanRecord()
    {
        std::size_t begin = m_record.begin;
        while (true) {
            const std::size_t at = m_scanner.next();
            if (at < m_text.size() && m_text[at] == m_dialect.delimiter) {
                emit(begin, at, false, false);
                begin = at + 1;
            } else if (at < m_text.size() && !isLineEnd(at)) {
                if (at != begin || !m_dialect.quote || m_text[at] != m_quote)
                    continue;
                const std::size_t end = scanQuoted(at);
                if (end >= m_text.size() || isLineEnd(end)) {
                    finish(end);
                    return;
                }
                begin = end + 1;
            } else {
                emit(begin, at, false, false);
                finish(at);
                return;
            }
        }
    }

    /// Scans the cell whose opening quote is at `open`; returns where it ends: a delimiter, line end or the text's end.
    std::size_t scanQuoted(std::size_t open)
    {
        bool escaped = false;
        bool severalLines = false;
        std::size_t close = m_text.size();
        for (std::size_t at = m_scanner.next(); at < m_text.size(); at = m_scanner.next()) {
            const char character = m_text[at];
            if (m_dialect.escape && character == *m_dialect.escape) {
                escaped = true;
                skipEscaped(at + 1);
            } else if (character == m_quote && !m_dialect.escape && at + 1 < m_text.size() &&
                       m_text[at + 1] == m_quote) {
                escaped = true;
                m_scanner.next();
            } else if (character == m_quote) {
                close = at;
                break;
            } else {
                severalLines |= character == '\n' || character == '\r';
            }
        }
        if (severalLines)
            m_record.lines += countLineEnds(m_text.substr(open, close - open));
        if (close == m_text.size()) {
            spoil(Malformed::OpenQuote, open);
            emit(open + 1, close, true, escaped);
            return close;
        }
        return scanAfterQuote(open, close, escaped);
    }

    std::size_t scanAfterQuote(std::size_t open, std::size_t close, bool escaped)
    {
        std::size_t end = m_scanner.next();
        while (end < m_text.size() && m_text[end] != m_dialect.delimiter && !isLineEnd(end))
            end = m_scanner.next();
        const std::string_view rest = m_text.substr(close + 1, end - close - 1);
        if (!std::ranges::all_of(rest, [](char c) { return c == ' '; }))
            spoil(Malformed::TextAfterQuote, close + 1);
        emit(open + 1, close, true, escaped);
        return end;
    }

    void skipComment()
    {
        std::size_t at = m_scanner.next();
        while (at < m_text.size() && !isLineEnd(at))
            at = m_scanner.next();
        m_record.end = at;
        m_record.next = behindLineEnd(at);
        m_handler.comment(m_record);
        m_record = {.begin = m_record.next};
    }

    /// Passes over the escaped character at `at`, which may be special itself.
    void skipEscaped(std::size_t at)
    {
        if (at >= m_text.size())
            return;
        const char character = m_text[at];
        if (character == m_quote || character == *m_dialect.escape || character == m_dialect.delimiter || isLineEnd(at))
            m_scanner.next();
    }

    [[nodiscard]] bool isLineEnd(std::size_t at) const { return m_text[at] == '\n' || m_text[at] == '\r'; }

    /// Where the next record begins, when the present one ends at `at`; moves the scanner past the line end.
    std::size_t behindLineEnd(std::size_t at)
    {
        if (at >= m_text.size())
            return m_text.size();
        const std::size_t size = lineEndSize(m_text.substr(at));
        for (std::size_t i = 1; i < size; ++i)
            m_scanner.next();
        return at + size;
    }

    void finish(std::size_t at)
    {
        m_record.end = at;
        m_record.next = behindLineEnd(at);
        m_handler.record(m_record);
        m_record = {.begin = m_record.next};
    }

    void emit(std::size_t begin, std::size_t end, bool quoted, bool escaped)
    {
        m_handler.cell(
            Cell{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin), quoted, escaped});
    }

    void spoil(Malformed malformed, std::size_t at)
    {
        if (m_record.malformed != Malformed::No)
            return;
        m_record.malformed = malformed;
        m_record.malformedAt = at;
    }

    std::string_view m_text;
    const Dialect& m_dialect;
    char m_quote;
    SpecialScanner m_scanner;
    Handler& m_handler;
    RecordSpan m_record;
};

template <typename Handler>
void scanRecords(std::string_view text, const Dialect& dialect, Handler& handler)
{
    RecordScanner<Handler>(text, dialect, handler).run();
}

} // namespace headrace::csv
