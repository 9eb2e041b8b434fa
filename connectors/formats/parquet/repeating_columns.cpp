// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include "connectors/formats/parquet/repeating_columns.h"

#include "connectors/formats/value_text.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

namespace headrace {

namespace {

constexpr std::int64_t kMostSampleRows = 4'096;
constexpr std::int64_t kFewestSampleRows = 256; ///< a 32nd of the rows in between, to stay cheap for small files

/// The bytes of one cell, for comparing only.
class CellBytes {
public:
    static bool covers(const arrow::DataType& type)
    {
        return BytesView::covers(type) ||
               (arrow::is_fixed_width(type.id()) && type.bit_width() % 8 == 0 && type.id() != arrow::Type::DICTIONARY);
    }

    explicit CellBytes(const arrow::Array& array)
        : m_isBytes(BytesView::covers(*array.type()))
    {
        if (m_isBytes) {
            m_view.bind(array);
            return;
        }
        m_width = array.type()->bit_width() / 8;
        m_values = array.data()->GetValues<char>(1, array.offset() * m_width);
    }

    std::string_view at(std::int64_t row) const
    {
        if (m_isBytes)
            return m_view.at(row);
        return {m_values + row * m_width, static_cast<std::size_t>(m_width)};
    }

private:
    bool m_isBytes;
    BytesView m_view;
    const char* m_values = nullptr;
    std::int64_t m_width = 0;
};

bool repeats(const arrow::Array& array)
{
    if (!CellBytes::covers(*array.type()))
        return false;
    const CellBytes cells(array);
    const std::int64_t sample = std::clamp(array.length() / 32, kFewestSampleRows, kMostSampleRows);
    const std::int64_t step = std::max<std::int64_t>(1, array.length() / sample);
    std::vector<std::size_t> hashes;
    hashes.reserve(static_cast<std::size_t>(array.length() / step + 1));
    for (std::int64_t row = 0; row < array.length(); row += step)
        if (!array.IsNull(row))
            hashes.push_back(std::hash<std::string_view>{}(cells.at(row)));
    std::ranges::sort(hashes);
    const auto distinct = std::ranges::unique(hashes).begin() - hashes.begin();
    return !hashes.empty() && static_cast<std::size_t>(distinct) * 2 <= hashes.size();
}

} // namespace

std::vector<bool> repeatingColumns(const arrow::RecordBatch& rows)
{
    std::vector<bool> result;
    for (const auto& column : rows.columns())
        result.push_back(repeats(*column));
    return result;
}

} // namespace headrace
