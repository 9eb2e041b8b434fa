// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/table_text.h"

#include "app/command_line/console.h"

#include <algorithm>
#include <numeric>

namespace headrace::cli {

namespace {

constexpr int kNarrowest = 8; ///< to which a wide column may be clipped before columns are left out
constexpr int kSeparatorWidth = 3;

int naturalWidth(const TextColumn& column)
{
    int width = std::max(displayWidth(column.title), displayWidth(column.subtitle));
    for (const std::string& cell : column.cells)
        width = std::max(width, displayWidth(cell));
    return width;
}

int lineWidth(const std::vector<int>& widths)
{
    return std::accumulate(widths.begin(), widths.end(), 0) + kSeparatorWidth * (static_cast<int>(widths.size()) - 1);
}

/// Takes from the widest columns until the line fits, then drops columns from the end.
std::vector<int> fittingWidths(const std::vector<TextColumn>& columns, int width)
{
    std::vector<int> widths;
    std::ranges::transform(columns, std::back_inserter(widths), naturalWidth);
    while (width > 0 && lineWidth(widths) > width) {
        const auto widest = std::ranges::max_element(widths);
        if (*widest > kNarrowest)
            --*widest;
        else if (widths.size() > 1)
            widths.pop_back();
        else
            break;
    }
    return widths;
}

std::string padded(const std::string& text, int width, bool alignRight)
{
    std::string shown = clipped(text, width);
    const std::string blanks(static_cast<std::size_t>(std::max(0, width - displayWidth(shown))), ' ');
    return alignRight ? blanks + shown : shown + blanks;
}

class TableWriter {
public:
    TableWriter(const std::vector<TextColumn>& columns, std::vector<int> widths)
        : m_columns(columns)
        , m_widths(std::move(widths))
    {
    }

    std::string write()
    {
        line([](const TextColumn& column) { return column.title; });
        if (std::ranges::any_of(m_columns, [](const TextColumn& column) { return !column.subtitle.empty(); }))
            line([](const TextColumn& column) { return column.subtitle; });
        rule();
        const std::size_t rows = m_columns.empty() ? 0 : m_columns.front().cells.size();
        for (std::size_t row = 0; row < rows; ++row)
            line([row](const TextColumn& column) { return column.cells[row]; });
        return std::move(m_text);
    }

private:
    template <typename CellOf>
    void line(CellOf&& cellOf)
    {
        std::string text;
        for (std::size_t i = 0; i < m_widths.size(); ++i) {
            text += i == 0 ? "" : " │ ";
            text += padded(cellOf(m_columns[i]), m_widths[i], m_columns[i].alignRight);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        m_text += text + "\n";
    }

    void rule()
    {
        for (std::size_t i = 0; i < m_widths.size(); ++i) {
            m_text += i == 0 ? "" : "─┼─";
            for (int column = 0; column < m_widths[i]; ++column)
                m_text += "─";
        }
        m_text += "\n";
    }

    const std::vector<TextColumn>& m_columns;
    std::vector<int> m_widths;
    std::string m_text;
};

} // namespace

std::string tableText(const std::vector<TextColumn>& columns, int width, std::vector<std::string>* hidden)
{
    std::vector<int> widths = fittingWidths(columns, width);
    if (hidden != nullptr) {
        hidden->clear();
        for (std::size_t i = widths.size(); i < columns.size(); ++i)
            hidden->push_back(columns[i].title);
    }
    return TableWriter(columns, std::move(widths)).write();
}

} // namespace headrace::cli
