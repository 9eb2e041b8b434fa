// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/array.h>
#include <arrow/buffer_builder.h>
#include <arrow/util/bit_util.h>

#include "connectors/core/arrow_result.h"
#include "connectors/postgres/cell_decoder.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace headrace::postgres {

inline constexpr std::string_view kColumnFailed = "The rows that PostgreSQL sent could not be kept";

/// Which cells of a column are not null: all that are added, but for those marked.
class Validity {
public:
    Status add(std::int64_t cells)
    {
        HEADRACE_CHECK(fromArrow(m_bits.Reserve(cells), kColumnFailed));
        m_bits.UnsafeAppend(cells, true);
        return {};
    }
    void setNull(std::int64_t cell)
    {
        arrow::bit_util::ClearBit(m_bits.mutable_data(), cell);
        ++m_nulls;
    }
    [[nodiscard]] std::int64_t size() const { return m_bits.length(); }

    /// An array of the other buffers with these nulls; empty afterwards.
    [[nodiscard]] Result<std::shared_ptr<arrow::Array>> finish(const std::shared_ptr<arrow::DataType>& type,
                                                               std::vector<std::shared_ptr<arrow::Buffer>> buffers,
                                                               arrow::ArrayDataVector children = {})
    {
        const std::int64_t cells = m_bits.length();
        const std::int64_t nulls = std::exchange(m_nulls, 0);
        HEADRACE_TRY(auto bits, fromArrow(m_bits.Finish(), kColumnFailed));
        buffers.insert(buffers.begin(), nulls > 0 ? std::move(bits) : nullptr);
        return arrow::MakeArray(arrow::ArrayData::Make(type, cells, std::move(buffers), std::move(children), nulls));
    }

private:
    arrow::TypedBufferBuilder<bool> m_bits;
    std::int64_t m_nulls = 0;
};

/// What became of one cell.
enum class Fit { Value, Null, Refused };

/// Values of fixed width. Convert(wire, T&) says what became of the cell.
template <typename T, typename Convert>
class ValueDecoder final : public CellDecoder {
public:
    ValueDecoder(std::shared_ptr<arrow::DataType> type, Convert convert)
        : m_type(std::move(type))
        , m_convert(std::move(convert))
    {
    }

    Status append(std::span<const WireCell> cells, std::vector<std::size_t>& refused) override
    {
        const std::int64_t before = m_validity.size();
        const auto count = static_cast<std::int64_t>(cells.size());
        HEADRACE_CHECK(m_validity.add(count));
        HEADRACE_CHECK(fromArrow(m_values.Reserve(before == 0 ? std::max(count, m_rowsBefore) : count), kColumnFailed));
        T* const values = m_values.mutable_data() + before;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            values[i] = T{};
            const Fit fit = cells[i].isNull() ? Fit::Null : m_convert(cells[i].view(), values[i]);
            if (fit == Fit::Value)
                continue;
            m_validity.setNull(before + static_cast<std::int64_t>(i));
            if (fit == Fit::Refused)
                refused.push_back(i);
        }
        m_values.UnsafeAdvance(count);
        return {};
    }

    Result<std::shared_ptr<arrow::Array>> finish() override
    {
        m_rowsBefore = m_values.length();
        HEADRACE_TRY(auto values, fromArrow(m_values.Finish(), kColumnFailed));
        return m_validity.finish(m_type, {std::move(values)});
    }

private:
    std::shared_ptr<arrow::DataType> m_type;
    Convert m_convert;
    Validity m_validity;
    arrow::TypedBufferBuilder<T> m_values;
    std::int64_t m_rowsBefore = 0; ///< of the array before: the next one is likely to have as many
};

/// Texts and bytes of any length. Convert(std::string_view& wire) says what became of the cell, and may point the view
/// at other bytes.
template <typename Convert>
class BytesDecoder final : public CellDecoder {
public:
    BytesDecoder(std::shared_ptr<arrow::DataType> type, Convert convert)
        : m_type(std::move(type))
        , m_convert(std::move(convert))
    {
    }

    Status append(std::span<const WireCell> cells, std::vector<std::size_t>& refused) override
    {
        const std::int64_t before = m_validity.size();
        const auto count = static_cast<std::int64_t>(cells.size());
        HEADRACE_CHECK(m_validity.add(count));
        if (before == 0) {
            HEADRACE_CHECK(fromArrow(m_offsets.Reserve(std::max(count, m_rowsBefore) + 1), kColumnFailed));
            HEADRACE_CHECK(fromArrow(m_data.Reserve(m_bytesBefore + m_bytesBefore / 8), kColumnFailed));
            m_offsets.UnsafeAppend(0);
        }
        HEADRACE_CHECK(fromArrow(m_offsets.Reserve(count), kColumnFailed));
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::string_view bytes = cells[i].isNull() ? std::string_view() : cells[i].view();
            Fit fit = cells[i].isNull() ? Fit::Null : m_convert(bytes);
            if (fit == Fit::Value && m_data.length() + static_cast<std::int64_t>(bytes.size()) > kMost)
                fit = Fit::Refused;
            if (fit == Fit::Value) {
                const auto size = static_cast<std::int64_t>(bytes.size());
                if (m_data.capacity() - m_data.length() < size)
                    HEADRACE_CHECK(fromArrow(m_data.Reserve(size), kColumnFailed));
                m_data.UnsafeAppend(bytes.data(), size);
            } else {
                m_validity.setNull(before + static_cast<std::int64_t>(i));
                if (fit == Fit::Refused)
                    refused.push_back(i);
            }
            m_offsets.UnsafeAppend(static_cast<std::int32_t>(m_data.length()));
        }
        return {};
    }

    Result<std::shared_ptr<arrow::Array>> finish() override
    {
        m_rowsBefore = m_validity.size();
        m_bytesBefore = m_data.length();
        if (m_offsets.length() == 0)
            HEADRACE_CHECK(fromArrow(m_offsets.Append(0), kColumnFailed));
        HEADRACE_TRY(auto offsets, fromArrow(m_offsets.Finish(), kColumnFailed));
        HEADRACE_TRY(auto data, fromArrow(m_data.Finish(), kColumnFailed));
        return m_validity.finish(m_type, {std::move(offsets), std::move(data)});
    }

private:
    static constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();

    std::shared_ptr<arrow::DataType> m_type;
    Convert m_convert;
    Validity m_validity;
    arrow::TypedBufferBuilder<std::int32_t> m_offsets;
    arrow::BufferBuilder m_data;
    std::int64_t m_rowsBefore = 0;  ///< of the array before: the next one is likely to have as many …
    std::int64_t m_bytesBefore = 0; ///< … and as long ones
};

} // namespace headrace::postgres
