// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/row_index.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::csv {

namespace {

constexpr std::size_t kShownCharacters = 100;

} // namespace

std::string shown(std::string_view value)
{
    if (value.size() <= kShownCharacters)
        return fmt::format("'{}'", value);
    std::size_t size = kShownCharacters;
    while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0) == 0x80)
        --size; // never half a character
    return fmt::format("'{}…' ({} bytes)", value.substr(0, size), value.size());
}

RowIndex::RowIndex(std::string_view text, const Dialect& dialect, const std::vector<Column>& columns)
    : m_text(text)
    , m_columns(columns)
{
    constexpr std::size_t kGuessedCellSize = 8;
    m_cells.reserve(text.size() / kGuessedCellSize + columns.size());
    m_rows.reserve(text.size() / kGuessedCellSize / columns.size() + 1);
    scanRecords(text, dialect, *this);
}

void RowIndex::record(const RecordSpan& span)
{
    const Row row{static_cast<std::uint32_t>(span.begin), static_cast<std::uint32_t>(span.next), m_lines,
                  m_lines + span.lines};
    m_lines = row.linesAfter;
    const bool emptyLine = span.begin == span.end && m_columns.size() != 1;
    if (!emptyLine && m_count == m_columns.size() && span.malformed == Malformed::No) {
        m_rows.push_back(row);
        m_cells.resize(m_cells.size() + m_count);
        m_cells.reserve(m_cells.size() + m_count);
    } else if (!emptyLine) {
        m_rejects.push_back({row, reasonOf(span)});
    }
    m_count = 0;
}

std::string RowIndex::reasonOf(const RecordSpan& span) const
{
    const std::size_t columns = m_columns.size();
    const std::string rest = shown(m_text.substr(span.malformedAt, span.end - span.malformedAt));
    const auto nameOf = [&](std::size_t cell) {
        return cell < columns ? fmt::format("of column '{}'", m_columns[cell].name)
                              : fmt::format("of cell {}", cell + 1);
    };
    // The malformed cell is the last one that begins before the place in question.
    const Cell* const first = m_cells.end();
    const Cell* const cell = std::upper_bound(first, first + std::min(m_count, columns), span.malformedAt,
                                              [](std::size_t at, const Cell& each) { return at + 1 < each.begin; });
    const std::size_t index = cell == first ? 0 : static_cast<std::size_t>(cell - first) - 1;
    if (span.malformed == Malformed::OpenQuote)
        return fmt::format("The quote that opens the value {} is never closed; the value starts {}.", nameOf(index),
                           rest);
    if (span.malformed == Malformed::TextAfterQuote)
        return fmt::format("Text follows the closing quote of the value {}: {}.", nameOf(index), rest);
    if (m_count < columns)
        return fmt::format("The record has {} of {} cells; the first column without one is '{}'. It reads {}.", m_count,
                           columns, m_columns[m_count].name, shown(m_text.substr(span.begin, span.end - span.begin)));
    return fmt::format(
        "The record has {} cells, but there are {} columns; the first cell behind the last column, '{}', "
        "is {}.",
        m_count, columns, m_columns.back().name, shown(m_extra.in(m_text)));
}

void RowIndex::reject(const std::vector<std::uint32_t>& rows, std::vector<std::string> reasons)
{
    const std::size_t columns = m_columns.size();
    std::size_t next = 0;
    std::size_t kept = 0;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (next < rows.size() && rows[next] == row) {
            m_rejects.push_back({m_rows[row], std::move(reasons[next])});
            ++next;
            continue;
        }
        if (kept != row) {
            m_rows[kept] = m_rows[row];
            std::copy_n(m_cells.begin() + row * columns, columns, m_cells.begin() + kept * columns);
        }
        ++kept;
    }
    m_rows.resize(kept);
    m_cells.resize(kept * columns);
    std::ranges::stable_sort(m_rejects, {}, [](const Reject& each) { return each.row.begin; });
}

} // namespace headrace::csv
