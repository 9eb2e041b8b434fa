// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/record_boundary.h"

#include "connectors/formats/csv/record_scanner.h"

#include <vector>

namespace headrace::csv {

namespace {

/// Text outside quotes: [begin, end).
struct Outside {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The end of the last line end within `part`, or 0. A "\r" at the very end of the text is passed over, because the
/// bytes that follow may belong to it.
std::size_t lastLineEnd(std::string_view text, const Outside& part)
{
    for (std::size_t at = part.end; at > part.begin; --at) {
        const char character = text[at - 1];
        if (character == '\n')
            return at;
        if (character != '\r')
            continue;
        const std::string_view behind = text.substr(at, 2);
        if (!behind.empty() && behind[0] != '\r' && behind[0] != '\n')
            return at;
        if (behind.size() == 2 && behind[0] == '\r' && behind[1] != '\n')
            return at;
    }
    return 0;
}

/// Where a quoted cell that opens at `open` ends: behind its closing quote, or the text's size.
std::size_t behindQuoted(std::string_view text, std::size_t open, char quote)
{
    std::size_t at = open + 1;
    while (true) {
        const std::size_t found = text.find(quote, at);
        if (found == std::string_view::npos)
            return text.size();
        if (found + 1 >= text.size() || text[found + 1] != quote)
            return found + 1;
        at = found + 2;
    }
}

bool startsCell(std::string_view text, std::size_t at, char delimiter)
{
    return at == 0 || text[at - 1] == delimiter || text[at - 1] == '\n' || text[at - 1] == '\r';
}

/// For doubled quotes: walks from quote to quote, then searches backwards through what lies outside.
std::size_t byQuotes(std::string_view text, const Dialect& dialect)
{
    std::vector<Outside> parts;
    std::size_t begin = 0;
    std::size_t from = 0;
    while (dialect.quote) {
        const std::size_t quote = text.find(*dialect.quote, from);
        if (quote == std::string_view::npos)
            break;
        if (!startsCell(text, quote, dialect.delimiter)) {
            from = quote + 1;
            continue;
        }
        parts.push_back({begin, quote});
        begin = behindQuoted(text, quote, *dialect.quote);
        from = begin;
    }
    parts.push_back({begin, text.size()});
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
        if (const std::size_t end = lastLineEnd(text, *part); end > 0)
            return end;
    return 0;
}

/// For escapes and comments: runs the whole state machine.
struct LastRecord {
    std::size_t size;
    std::size_t whole = 0;

    void cell(const Cell&) {}
    void comment(const RecordSpan& span) { record(span); }
    void record(const RecordSpan& span)
    {
        // A "\r" needs two more bytes to be known as the whole line end; "\n" ends any.
        if (span.next + 2 <= size)
            whole = span.next;
    }
};

std::size_t byScanning(std::string_view text, const Dialect& dialect)
{
    LastRecord last{text.size()};
    scanRecords(text, dialect, last);
    return last.whole;
}

} // namespace

std::size_t wholeRecords(std::string_view text, const Dialect& dialect, bool atEnd)
{
    if (atEnd)
        return text.size();
    return dialect.escape || dialect.comment ? byScanning(text, dialect) : byQuotes(text, dialect);
}

} // namespace headrace::csv
