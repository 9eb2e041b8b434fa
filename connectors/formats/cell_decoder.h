// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/arrow_result.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <memory>
#include <utility>
#include <vector>

namespace headrace {

/// Fills one column from cells as a server or driver gives them. One thread at a time.
template <typename Cell>
class CellDecoder {
public:
    virtual ~CellDecoder() = default;

    /// Room for so many cells.
    virtual Status reserve(std::int64_t rows) = 0;
    /// False when the value has no exact place in the column; a null stands for it then.
    [[nodiscard]] virtual bool append(Cell cell) = 0;
    virtual void appendNull() = 0;
    /// The cells as an array; the decoder is empty afterwards.
    [[nodiscard]] virtual Result<std::shared_ptr<arrow::Array>> finish() = 0;
};

/// A decoder over an Arrow builder; Append(builder, cell) takes the value and says whether it fits.
template <typename Cell, typename Builder, typename Append>
class BuilderDecoder final : public CellDecoder<Cell> {
public:
    BuilderDecoder(const std::shared_ptr<arrow::DataType>& type, Append append)
        : m_builder(type, arrow::default_memory_pool())
        , m_append(std::move(append))
    {
    }

    Status reserve(std::int64_t rows) override { return fromArrow(m_builder.Reserve(rows), kWhat); }
    bool append(Cell cell) override
    {
        if (m_append(m_builder, cell))
            return true;
        m_builder.UnsafeAppendNull();
        return false;
    }
    void appendNull() override { m_builder.UnsafeAppendNull(); }
    Result<std::shared_ptr<arrow::Array>> finish() override { return fromArrow(m_builder.Finish(), kWhat); }

private:
    static constexpr std::string_view kWhat = "The rows that came could not be kept";

    Builder m_builder;
    Append m_append;
};

/// Appends bytes or text to a builder whose offsets have room.
template <typename Builder>
[[nodiscard]] bool appendBytes(Builder& builder, std::string_view value)
{
    if (!builder.ReserveData(static_cast<std::int64_t>(value.size())).ok())
        return false;
    builder.UnsafeAppend(value);
    return true;
}

/// What the decoders hold, as rows.
template <typename Cell>
[[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>>
finishRows(const std::shared_ptr<arrow::Schema>& schema, std::int64_t rows,
           const std::vector<std::unique_ptr<CellDecoder<Cell>>>& decoders)
{
    arrow::ArrayVector arrays;
    arrays.reserve(decoders.size());
    for (const auto& decoder : decoders) {
        HEADRACE_TRY(auto array, decoder->finish());
        arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(schema, rows, std::move(arrays));
}

} // namespace headrace
