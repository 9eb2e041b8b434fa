// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "app/prove/row_set.h"

#include "app/command_line/row_text.h"
#include "connectors/core/stable_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace headrace::prove {

namespace {

ValueKind kindOf(const arrow::DataType& type)
{
    if (arrow::is_floating(type.id()))
        return ValueKind::Floating;
    if (arrow::is_integer(type.id()) || arrow::is_decimal(type.id()))
        return ValueKind::Exact;
    if (type.id() == arrow::Type::BOOL)
        return ValueKind::Boolean;
    if (arrow::is_temporal(type.id()))
        return ValueKind::Time;
    return ValueKind::Text;
}

/// The finalizer of MurmurHash3 (Austin Appleby, public domain): every bit of the input reaches every bit of the
/// output.
std::uint64_t mixed(std::uint64_t bits)
{
    bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdULL;
    bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return bits ^ (bits >> 33);
}

/// Two lanes that mix differently, so that rows that meet in one differ in the other.
class RowHasher {
public:
    void add(std::string_view text)
    {
        m_high.add(text);
        for (const char c : text)
            m_low = mixed(m_low ^ static_cast<unsigned char>(c));
    }
    [[nodiscard]] RowHash finish() const { return {mixed(m_high.value()), mixed(m_low)}; }

private:
    StableHash m_high;
    std::uint64_t m_low = 0x9e3779b97f4a7c15ULL;
};

struct ColumnTexts {
    std::string name;
    ValueKind kind = ValueKind::Text;
    std::vector<std::optional<std::string>> cells;
};

void appendCell(const ColumnTexts& column, std::size_t row, RowHasher& hasher, std::string& text)
{
    const std::optional<std::string>& cell = column.cells[row];
    const std::string canonical = cell ? canonicalText(column.kind, *cell) : std::string();
    // Lengths part the values, so that no two rows run together into the same bytes.
    hasher.add(
        fmt::format("{}:{}={}:", column.name.size(), column.name, cell ? std::to_string(canonical.size()) : "-"));
    hasher.add(canonical);
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", column.name,
                        !cell                            ? "NULL"
                        : column.kind == ValueKind::Text ? fmt::format("\"{}\"", cli::onOneLine(*cell))
                                                         : *cell);
}

} // namespace

ColumnKinds columnKinds(const arrow::Schema& schema)
{
    ColumnKinds kinds;
    for (const auto& field : schema.fields())
        kinds.emplace(field->name(), kindOf(*field->type()));
    return kinds;
}

Status visitRows(const arrow::RecordBatch& rows, const ColumnKinds& kinds,
                 const std::function<void(const RowHash&, const std::string& text)>& visit)
{
    std::vector<ColumnTexts> columns;
    for (int i = 0; i < rows.num_columns(); ++i) {
        const std::string& name = rows.column_name(i);
        const auto kind = kinds.find(name);
        HEADRACE_TRY(auto cells, cli::cellTexts(*rows.column(i)));
        columns.push_back({name, kind == kinds.end() ? ValueKind::Text : kind->second, std::move(cells)});
    }
    std::ranges::sort(columns, {}, &ColumnTexts::name);
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
        RowHasher hasher;
        std::string text;
        for (const ColumnTexts& column : columns)
            appendCell(column, static_cast<std::size_t>(row), hasher, text);
        visit(hasher.finish(), text);
    }
    return {};
}

std::string RowSet::digest() const
{
    RowHash sum;
    for (const RowHash& row : m_rows) {
        sum.high += row.high;
        sum.low += row.low;
    }
    return fmt::format("{:016x}{:016x}", sum.high, sum.low);
}

std::vector<RowHash> RowSet::without(RowSet& other)
{
    std::ranges::sort(m_rows);
    std::ranges::sort(other.m_rows);
    std::vector<RowHash> only;
    std::ranges::set_difference(m_rows, other.m_rows, std::back_inserter(only));
    return only;
}

} // namespace headrace::prove
