// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/top_values.h"

#include "connectors/core/arrow_result.h"

#include <arrow/api.h>

#include <algorithm>

namespace headrace {

namespace {

/// Calls `visit` with the bytes of every value that is not null.
template <typename Visit>
void visitTexts(const arrow::BinaryArray& column, const Visit& visit)
{
    for (std::int64_t row = 0; row < column.length(); ++row)
        if (column.IsValid(row))
            visit(column.GetView(row).substr(0, TopValues::kMaxTextBytes));
}

template <typename Visit>
void visitBooleans(const arrow::BooleanArray& column, const Visit& visit)
{
    for (std::int64_t row = 0; row < column.length(); ++row)
        if (column.IsValid(row))
            visit(column.Value(row) ? std::string_view("\1", 1) : std::string_view("\0", 1));
}

template <typename Visit>
void visitFixed(const arrow::Array& column, std::size_t width, const Visit& visit)
{
    const auto* bytes = reinterpret_cast<const char*>(column.data()->buffers[1]->data());
    for (std::int64_t row = 0; row < column.length(); ++row)
        if (column.IsValid(row))
            visit(std::string_view(bytes + static_cast<std::size_t>(column.offset() + row) * width, width));
}

/// Bytes of one value of a fixed width; 0 for all other types.
std::size_t widthOf(const arrow::DataType& type)
{
    if (!arrow::is_primitive(type.id()) && !arrow::is_decimal(type.id()))
        return 0;
    return static_cast<std::size_t>(static_cast<const arrow::FixedWidthType&>(type).bit_width()) / 8;
}

} // namespace

TopValues::TopValues(std::shared_ptr<arrow::DataType> type)
    : m_type(std::move(type))
{
}

void TopValues::add(const arrow::Array& column)
{
    const auto visit = [this](std::string_view key) { count(key); };
    if (m_type->id() == arrow::Type::BOOL)
        visitBooleans(static_cast<const arrow::BooleanArray&>(column), visit);
    else if (arrow::is_binary_like(m_type->id()))
        visitTexts(static_cast<const arrow::BinaryArray&>(column), visit);
    else if (const std::size_t width = widthOf(*m_type); width > 0)
        visitFixed(column, width, visit);
}

void TopValues::count(std::string_view key)
{
    m_key.assign(key);
    if (const auto found = m_counts.find(m_key); found != m_counts.end()) {
        ++found->second;
        return;
    }
    if (m_counts.size() < kCounters) {
        m_counts.emplace(m_key, 1);
        return;
    }
    m_exact = false;
    for (auto& [value, rows] : m_counts)
        --rows;
    std::erase_if(m_counts, [](const auto& entry) { return entry.second == 0; });
}

Result<TopValues::Top> TopValues::top(std::size_t limit) const
{
    std::vector<std::pair<std::string, std::int64_t>> sorted;
    for (const auto& [key, rows] : m_counts)
        if (m_exact || rows > 1)
            sorted.emplace_back(key, rows);
    std::ranges::sort(sorted, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    sorted.resize(std::min(limit, sorted.size()));

    Top top;
    std::vector<std::string> keys;
    for (auto& [key, rows] : sorted) {
        keys.push_back(std::move(key));
        top.rows.push_back(rows);
    }
    HEADRACE_TRY(top.values, arrayOf(keys));
    return top;
}

Result<std::shared_ptr<arrow::Array>> TopValues::arrayOf(const std::vector<std::string>& keys) const
{
    constexpr std::string_view kWhat = "The frequent values of a column could not be collected";
    if (arrow::is_binary_like(m_type->id())) {
        arrow::BinaryBuilder builder;
        for (const std::string& key : keys)
            HEADRACE_CHECK(fromArrow(builder.Append(key), kWhat));
        HEADRACE_TRY(const auto values, fromArrow(builder.Finish(), kWhat));
        return fromArrow(values->View(m_type), kWhat);
    }
    if (m_type->id() == arrow::Type::BOOL) {
        arrow::BooleanBuilder builder;
        for (const std::string& key : keys)
            HEADRACE_CHECK(fromArrow(builder.Append(key.front() != 0), kWhat));
        return fromArrow(builder.Finish(), kWhat);
    }
    std::string bytes;
    for (const std::string& key : keys)
        bytes += key;
    const auto length = static_cast<std::int64_t>(keys.size());
    if (keys.empty())
        return fromArrow(arrow::MakeEmptyArray(m_type), kWhat);
    return arrow::MakeArray(arrow::ArrayData::Make(m_type, length, {nullptr, arrow::Buffer::FromString(bytes)}, 0));
}

} // namespace headrace
