// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/postgres/cell_decoder.h"

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
        std::vector<std::int64_t> refused;        ///< rows of it that cannot be delivered, ascending
        std::vector<BadRecord> rejected;          ///< why; beforeRow counts the delivered rows
        std::int64_t wireBytes = 0;
        bool last = false;      ///< nothing follows
        std::uint64_t page = 0; ///< where the range begins that it belongs to, when ranges are read
    };

    [[nodiscard]] static std::shared_ptr<arrow::RecordBatch> emptyRows(const std::vector<ReadColumn>& columns);

    /// Fills a block up to either limit; returns what there is when nothing came within `wait`.
    [[nodiscard]] Result<Block> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                     std::stop_token stop);

private:
    Status decodeMessage(std::string_view message, Block& block);
    Status decodeRow(std::string_view& message, Block& block);
    [[nodiscard]] BadRecord rejectedRow(std::string_view row, std::size_t column) const;

    Connection& m_connection;
    std::vector<ReadColumn> m_columns;
    std::string m_title;
    std::string m_what;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<std::unique_ptr<CellDecoder>> m_decoders;
    bool m_headerSeen = false;
    bool m_ended = false;
    std::int64_t m_rowsBefore = 0; ///< rows of earlier blocks
    std::int64_t m_rows = 0;       ///< rows in the decoders
};

} // namespace headrace::postgres
