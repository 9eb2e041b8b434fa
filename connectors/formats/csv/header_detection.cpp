// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/header_detection.h"

#include "connectors/formats/csv/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace headrace::csv {

namespace {

/// Titles above a table are a few lines; nobody writes hundreds.
constexpr std::size_t kLongestPreamble = 200;

enum class RowKind {
    Data,    ///< figures where the column has figures
    Words,   ///< words where the column has figures, or another number of cells
    Sparse,  ///< hardly a cell is filled
    Neutral, ///< says nothing
};

bool isDigit(char character)
{
    return static_cast<unsigned char>(character - '0') < 10;
}

/// Numbers, dates and times in any notation, true and false.
bool isFigure(std::string_view text)
{
    bool logical = false;
    if (parseBoolean(text, true, logical))
        return true;
    constexpr std::string_view kCharacters = "0123456789.,:-+/' eETZ%";
    return !text.empty() && (isDigit(text.front()) || text.find_first_of("-+.") == 0) &&
           std::ranges::any_of(text, isDigit) && text.find_first_not_of(kCharacters) == std::string_view::npos;
}

class Table {
public:
    explicit Table(const SampleRecords& sample)
        : m_sample(sample)
        , m_columns(sample.usualCount())
    {
        findFigureColumns();
        for (const SampleRecords::Record& record : sample.records())
            m_kinds.push_back(kindOf(record));
    }

    [[nodiscard]] const std::vector<RowKind>& kinds() const { return m_kinds; }

    /// The first data record: the records before it are words or hardly filled, those from it on are data. Data before
    /// it would be lost, so that takes strong evidence.
    [[nodiscard]] std::size_t firstRow(std::size_t most) const
    {
        constexpr int kDataWeight = 3;
        int cost = 0;
        int least = 0;
        std::size_t best = 0;
        bool onTop = true; // nothing but words and nearly empty records so far
        for (std::size_t row = 0; row < std::min(most, m_kinds.size()); ++row) {
            const RowKind kind = m_kinds[row];
            onTop = onTop && (kind == RowKind::Words || kind == RowKind::Sparse);
            if (kind == RowKind::Data)
                cost += kDataWeight;
            else if (kind == RowKind::Words || onTop)
                cost -= 1;
            if (cost < least) {
                least = cost;
                best = row + 1;
            }
        }
        return best;
    }

    /// Whether the record can name the columns: nearly one cell for each of them.
    [[nodiscard]] bool canBeHeader(std::size_t row) const
    {
        const SampleRecords::Record& record = m_sample.records()[row];
        const bool enough = record.count == m_columns || (record.count > 1 && 2 * record.count >= m_columns);
        return !record.malformed && enough && m_kinds[row] != RowKind::Sparse && m_kinds[row] != RowKind::Data;
    }

    /// Years as column names: three or more, rising or falling, with at most one other cell filled.
    [[nodiscard]] bool namesYears(std::size_t row) const
    {
        std::vector<std::int64_t> years;
        std::size_t others = 0;
        for (const Cell& cell : m_sample.cells(m_sample.records()[row])) {
            std::int64_t year = 0;
            const std::string value = padded(trimmed(m_sample.text(cell)));
            const std::string_view text(value.data(), value.size() - kPadding);
            if (text.size() == 4 && parseInt64(text, {}, year) && year >= 1000 && year < 3000)
                years.push_back(year);
            else
                others += text.empty() ? 0 : 1;
        }
        return years.size() >= 3 && others <= 1 &&
               (std::ranges::adjacent_find(years, std::ranges::greater_equal()) == years.end() ||
                std::ranges::adjacent_find(years, std::ranges::less_equal()) == years.end());
    }

    /// In a table of words alone: all cells filled, different, no figures, and none of them again in its column.
    [[nodiscard]] bool namesWords(std::size_t row) const
    {
        const auto& records = m_sample.records();
        std::set<std::string_view> names;
        for (const Cell& cell : m_sample.cells(records[row])) {
            const std::string_view name = trimmed(m_sample.text(cell));
            if (name.empty() || isFigure(name) || !names.insert(name).second)
                return false;
        }
        for (std::size_t below = row + 1; below < records.size(); ++below)
            for (std::size_t column = 0; column < std::min(records[below].count, records[row].count); ++column)
                if (m_sample.text(m_sample.cells(records[below])[column]) ==
                    m_sample.text(m_sample.cells(records[row])[column]))
                    return false;
        return records[row].count == m_columns;
    }

    [[nodiscard]] bool hasFigures() const { return std::ranges::find(m_figures, true) != m_figures.end(); }

private:
    [[nodiscard]] static std::string padded(std::string_view text)
    {
        std::string copy(text);
        copy.append(kPadding, '\0');
        return copy;
    }

    void findFigureColumns()
    {
        std::vector<std::size_t> figures(m_columns);
        std::vector<std::size_t> words(m_columns);
        std::vector<std::size_t> filledCounts;
        for (const SampleRecords::Record& record : m_sample.records()) {
            if (record.count != m_columns)
                continue;
            std::size_t filled = 0;
            for (std::size_t column = 0; column < m_columns; ++column) {
                const std::string_view text = trimmed(m_sample.text(m_sample.cells(record)[column]));
                filled += text.empty() ? 0 : 1;
                if (!text.empty() && !isNullMarker(text))
                    ++(isFigure(text) ? figures : words)[column];
            }
            filledCounts.push_back(filled);
        }
        m_figures.resize(m_columns);
        for (std::size_t column = 0; column < m_columns; ++column)
            m_figures[column] = figures[column] > words[column];
        if (!filledCounts.empty()) {
            const auto middle = filledCounts.begin() + static_cast<std::ptrdiff_t>(filledCounts.size() / 2);
            std::ranges::nth_element(filledCounts, middle);
            m_usuallyFilled = *middle;
        }
    }

    [[nodiscard]] RowKind kindOf(const SampleRecords::Record& record) const
    {
        if (record.count != m_columns)
            return isRaggedData(record) ? RowKind::Neutral : RowKind::Words;
        std::size_t figures = 0;
        std::size_t words = 0;
        std::size_t filled = 0;
        for (std::size_t column = 0; column < m_columns; ++column) {
            const std::string_view text = trimmed(m_sample.text(m_sample.cells(record)[column]));
            filled += text.empty() ? 0 : 1;
            if (text.empty() || !m_figures[column] || isNullMarker(text))
                continue;
            ++(isFigure(text) ? figures : words);
        }
        if (figures > words)
            return RowKind::Data;
        if (words > 0)
            return RowKind::Words;
        const bool sparse = m_columns > 1 && (filled == 0 || (filled == 1 && m_usuallyFilled >= 3));
        return sparse ? RowKind::Sparse : RowKind::Neutral;
    }

    /// A record of several cells with a figure among them is rather a bad row than a title.
    [[nodiscard]] bool isRaggedData(const SampleRecords::Record& record) const
    {
        const auto cells = m_sample.cells(record);
        return cells.size() > 1 &&
               std::ranges::any_of(cells, [this](const Cell& cell) { return isFigure(trimmed(m_sample.text(cell))); });
    }

    const SampleRecords& m_sample;
    std::size_t m_columns;
    std::vector<bool> m_figures; ///< per column
    std::size_t m_usuallyFilled = 0;
    std::vector<RowKind> m_kinds;
};

void applyHeaderSetting(TableStart& start, bool wanted, std::size_t records)
{
    if (wanted && !start.header && start.firstRow < records)
        start.header = start.firstRow++;
    if (!wanted && start.header)
        start.firstRow = *std::exchange(start.header, std::nullopt);
}

} // namespace

TableStart findTable(const SampleRecords& sample, const Settings& settings)
{
    TableStart start;
    const std::size_t records = sample.records().size();
    if (records == 0)
        return start;
    const Table table(sample);
    if (!settings.skipLines)
        start.firstRow = table.firstRow(kLongestPreamble);
    else if (table.canBeHeader(0))
        start.firstRow = table.firstRow(1);
    const std::size_t first = start.firstRow;
    if (first > 0 && table.canBeHeader(first - 1)) {
        start.header = first - 1;
        start.headerReason = "It has words where the records below have numbers or dates.";
    } else if (first < records && table.namesYears(first)) {
        start.header = start.firstRow++;
        start.headerReason = "Its cells are years in order, as column names are.";
    } else if (!table.hasFigures() && first < records && table.namesWords(first)) {
        start.header = start.firstRow++;
        start.headerReason = "Its cells are all filled and different, and none comes again in its column.";
    } else {
        // Without a header nothing shows that nearly empty records on top are no data.
        while (start.firstRow > 0 && table.kinds()[start.firstRow - 1] == RowKind::Sparse)
            --start.firstRow;
        start.headerReason = "The first record is like the others.";
    }
    start.skipReason = start.header.value_or(start.firstRow) == 0 ? "The table begins on the first line."
                                                                  : "The lines before do not fit the table's columns.";
    if (settings.header)
        applyHeaderSetting(start, *settings.header, records);
    return start;
}

bool isNullMarker(std::string_view text)
{
    constexpr std::array<std::string_view, 18> kMarkers{"NA",   "N/A",  "n/a", "na",   "#N/A", "NULL",
                                                        "null", "Null", "\\N", "None", "nil",  "none",
                                                        "-",    "--",   ".",   "..",   "?",    "(null)"};
    if (std::ranges::find(kMarkers, text) != kMarkers.end())
        return true;
    return !text.empty() && text.find_first_not_of('*') == std::string_view::npos;
}

} // namespace headrace::csv
