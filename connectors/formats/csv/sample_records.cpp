// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/sample_records.h"

#include "connectors/formats/csv/column_decoder.h"
#include "connectors/formats/csv/record_boundary.h"

#include <map>

namespace headrace::csv {

SampleRecords::SampleRecords(std::string_view text, const Dialect& dialect, bool complete)
    : m_text(text)
    , m_dialect(dialect)
{
    const std::size_t whole = wholeRecords(text, dialect, complete);
    m_text = text.substr(0, whole == 0 ? text.size() : whole);
    scanRecords(m_text, m_dialect, *this);
    m_usualCount = findUsualCount();
}

std::string SampleRecords::value(const Cell& cell) const
{
    std::string value(cell.size, '\0');
    value.resize(cell.escaped ? unescape(text(cell), m_dialect, value.data())
                              : text(cell).copy(value.data(), cell.size));
    return value;
}

void SampleRecords::record(const RecordSpan& span)
{
    if (span.begin == span.end)
        m_cells.resize(m_recordCells);
    else
        m_records.push_back({.firstCell = m_recordCells,
                             .count = m_cells.size() - m_recordCells,
                             .begin = span.begin,
                             .next = span.next,
                             .line = m_line,
                             .nextLine = m_line + span.lines,
                             .malformed = span.malformed != Malformed::No});
    m_recordCells = m_cells.size();
    m_line += span.lines;
}

void SampleRecords::comment(const RecordSpan& span)
{
    m_line += span.lines;
}

std::size_t SampleRecords::findUsualCount() const
{
    std::map<std::size_t, std::size_t> frequencies;
    for (const Record& each : m_records)
        ++frequencies[each.count];
    std::size_t usual = 1;
    std::size_t best = 0;
    for (const auto& [count, frequency] : frequencies) {
        // Lines of text around a table have one cell, and may be many.
        const std::size_t weight = frequency * (count > 1 ? 2 : 1);
        if (weight >= best) {
            best = weight;
            usual = count;
        }
    }
    return usual;
}

} // namespace headrace::csv
