// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/postgres/copy_input.h"
#include "connectors/postgres/row_packer.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace::postgres {

/// Reads the rows of one COPY (SELECT …) TO STDOUT (FORMAT binary) into columns. One thread at a time.
class CopyReader {
public:
    /// The connection outlives the reader. `title` names what is read: "table 'public.orders'".
    CopyReader(Connection& connection, const std::vector<ReadColumn>& columns, const ReadOptions& options,
               std::string title);

    Status begin(const std::string& select);

    /// Rows that came together, in the order they came.
    struct Block {
        std::shared_ptr<arrow::RecordBatch> rows; ///< all of them, with nulls in the cells that were refused
        bool isPacked = false;                    ///< as they came (core/packed_rows.h); none was refused
        std::vector<std::int64_t> refused;        ///< rows of it that cannot be delivered, ascending
        std::vector<BadRecord> rejected;          ///< why; beforeRow counts the delivered rows
        std::int64_t wireBytes = 0;
        bool last = false;      ///< nothing follows
        std::uint64_t page = 0; ///< where the range begins that it belongs to, when ranges are read
    };

    struct Limits {
        std::int64_t rows = 0;
        std::int64_t bytes = 0; ///< on the wire
        std::chrono::milliseconds wait{};
    };

    [[nodiscard]] static std::shared_ptr<arrow::RecordBatch> emptyRows(const std::vector<ReadColumn>& columns);

    /// Fills a block up to either limit; returns what there is when nothing came within the wait. `packed`: rows come
    /// as they are, but for a few around such as the decoder refuses.
    [[nodiscard]] Result<Block> read(const Limits& limits, bool packed, std::stop_token stop);

    /// One row of a packed block, decoded.
    [[nodiscard]] static Result<std::shared_ptr<arrow::RecordBatch>>
    unpacked(std::string_view row, const std::vector<ReadColumn>& columns, const ReadOptions& options);

private:
    Result<std::size_t> split(const Limits& limits, const Block& block);
    Status decode(Block& block);
    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> finishRows(std::int64_t rows);
    [[nodiscard]] BadRecord rejectedRow(std::size_t row, std::size_t column) const;

    std::vector<ReadColumn> m_columns;
    std::string m_title;
    CopyInput m_input;
    RowPacker m_packer;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<std::unique_ptr<CellDecoder>> m_decoders;
    std::int64_t m_rows = 0;   ///< of the block
    bool m_rowsAtHand = false; ///< rows are split that are in no block
};

} // namespace headrace::postgres
