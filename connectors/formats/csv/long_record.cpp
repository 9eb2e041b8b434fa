// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/long_record.h"

#include "connectors/formats/csv/record_scanner.h"

namespace headrace::csv {

namespace {

constexpr std::size_t kLookAhead = 2; ///< "\r" may be the beginning of "\r\r\n"

struct FirstLong {
    std::size_t limit;
    std::size_t begin;
    bool found = false;

    void cell(const Cell&) {}
    void comment(const RecordSpan&) {}
    void record(const RecordSpan& span)
    {
        if (found || span.next - span.begin <= limit)
            return;
        begin = span.begin;
        found = true;
    }
};

} // namespace

bool LongRecordScanner::scan(std::string_view text, bool atEnd, std::size_t& used)
{
    for (used = 0; used < text.size();) {
        const std::string_view rest = text.substr(used);
        if (rest.size() <= kLookAhead && !atEnd)
            return false;
        if (rest[0] != '\n' && rest[0] != '\r') {
            used += step(rest);
            continue;
        }
        used += lineEndSize(rest);
        if (m_state != State::Quoted)
            return true;
        ++m_record.lines;
    }
    m_record.malformed |= atEnd && m_state == State::Quoted;
    return atEnd;
}

std::size_t LongRecordScanner::step(std::string_view text)
{
    const char character = text[0];
    switch (m_state) {
    case State::RecordStart:
        m_record.comment = m_dialect.comment && character == *m_dialect.comment;
        m_state = m_record.comment ? State::Comment : State::CellStart;
        return m_record.comment ? 1 : 0;
    case State::CellStart:
    case State::Unquoted:
    case State::BehindQuote:
        if (character == m_dialect.delimiter) {
            ++m_record.cells;
            m_state = State::CellStart;
        } else if (m_state == State::BehindQuote) {
            m_record.malformed |= character != ' ';
        } else {
            m_state = m_state == State::CellStart && character == m_dialect.quote ? State::Quoted : State::Unquoted;
        }
        return 1;
    case State::Quoted:
        return stepQuoted(text);
    case State::Comment:
        break;
    }
    return 1;
}

std::size_t LongRecordScanner::stepQuoted(std::string_view text)
{
    const char character = text[0];
    const bool paired = text.size() > 1 && (text[1] == m_dialect.quote || text[1] == m_dialect.escape);
    if (m_dialect.escape && character == *m_dialect.escape)
        return paired ? 2 : 1;
    if (character != m_dialect.quote)
        return 1;
    if (!m_dialect.escape && paired)
        return 2;
    m_state = State::BehindQuote;
    return 1;
}

std::size_t findLongRecord(std::string_view text, const Dialect& dialect, std::size_t limit)
{
    FirstLong first{limit, text.size()};
    scanRecords(text, dialect, first);
    return first.begin;
}

} // namespace headrace::csv
