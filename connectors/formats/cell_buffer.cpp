// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include "connectors/formats/cell_buffer.h"

#include <algorithm>

namespace headrace {

namespace {

/// A bit for every value that is not zero.
template <typename T>
std::shared_ptr<arrow::Buffer> packBits(const std::vector<T>& values)
{
    std::vector<std::uint8_t> bits(
        static_cast<std::size_t>(arrow::bit_util::BytesForBits(static_cast<std::int64_t>(values.size()))));
    for (std::size_t i = 0; i < values.size(); ++i)
        bits[i / 8] |= static_cast<std::uint8_t>((values[i] != 0 ? 1U : 0U) << (i % 8));
    return arrow::Buffer::FromVector(std::move(bits));
}

} // namespace

CellBuffer::CellBuffer(std::shared_ptr<arrow::DataType> type)
    : m_type(std::move(type))
    , m_isBytes(arrow::is_base_binary_like(m_type->id()))
    , m_width(std::max(1, m_isBytes ? 0 : m_type->bit_width() / 8))
    , m_wordsPerRow(m_type->id() == arrow::Type::DECIMAL128 ? 2 : 1)
    , m_offsets{0}
{
}

void CellBuffer::reserve(std::size_t rows)
{
    m_valid.reserve(rows);
    if (m_isBytes)
        m_offsets.reserve(rows + 1);
    else
        m_words.reserve(rows * m_wordsPerRow);
}

void CellBuffer::appendNull()
{
    m_valid.push_back(0);
    ++m_nulls;
    if (m_isBytes)
        m_offsets.push_back(m_offsets.back());
    else
        m_words.resize(m_words.size() + m_wordsPerRow);
}

void CellBuffer::truncate(std::size_t rows)
{
    for (; m_valid.size() > rows; m_valid.pop_back())
        m_nulls -= m_valid.back() == 0 ? 1 : 0;
    if (m_isBytes) {
        m_offsets.resize(rows + 1);
        m_bytes.resize(static_cast<std::size_t>(m_offsets.back()));
    } else {
        m_words.resize(rows * m_wordsPerRow);
    }
}

std::shared_ptr<arrow::Array> CellBuffer::finish()
{
    const auto rows = static_cast<std::int64_t>(m_valid.size());
    const auto nulls = static_cast<std::int64_t>(m_nulls);
    const std::size_t bytes = m_bytes.size();
    std::vector<std::shared_ptr<arrow::Buffer>> buffers{m_nulls > 0 ? packBits(m_valid) : nullptr};
    if (m_isBytes) {
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_offsets)));
        m_bytes.reserve(1); // Arrow's readers want an address even of nothing
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_bytes)));
    } else if (m_type->id() == arrow::Type::BOOL) {
        buffers.push_back(packBits(m_words));
    } else if (m_type->id() == arrow::Type::DATE32) {
        buffers.push_back(arrow::Buffer::FromVector(std::vector<std::int32_t>(m_words.begin(), m_words.end())));
    } else {
        buffers.push_back(arrow::Buffer::FromVector(std::move(m_words)));
    }
    m_valid.clear();
    m_words = {};
    m_offsets = {0};
    m_bytes = {};
    m_nulls = 0;
    reserve(static_cast<std::size_t>(rows));
    m_bytes.reserve(bytes + bytes / 8);
    return arrow::MakeArray(arrow::ArrayData::Make(m_type, rows, std::move(buffers), nulls));
}

} // namespace headrace
