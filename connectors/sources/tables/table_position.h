// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"
#include "connectors/formats/row_block.h"
#include "connectors/sources/tables/cursor_audit.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

// What the sources of tables share, whatever server they read.

/// The rows without the refused ones.
[[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> deliveredRows(const std::shared_ptr<arrow::RecordBatch>& rows,
                                                                        const std::vector<std::int64_t>& refused);

/// How many rows, refused ones included, the first `delivered` ones of `whole` are: without the refused ones behind the
/// last of them, unless these end the block.
[[nodiscard]] std::int64_t withRefusedRows(std::int64_t delivered, std::int64_t whole,
                                           const std::vector<std::int64_t>& refused);

/// Digest of the values of one row.
[[nodiscard]] std::string rowDigest(const arrow::RecordBatch& rows, std::int64_t row);

/// A value of a cursor or key column as text that the source's own SQL makes the same value of.
using CursorText = std::function<std::string(const arrow::Array& column, std::int64_t row)>;

/// The CursorText of readers that let the source's own SQL make the text.
[[nodiscard]] std::string textOfText(const arrow::Array& column, std::int64_t row);

/// Where a read of a table or query stands: behind the row with these values of cursor and key, or behind so many rows.
struct TablePosition {
    std::vector<std::string> above; ///< empty at the start, and when rows are counted
    std::int64_t rows = 0;
    std::string row;        ///< digest of the last of them, "" for none
    CursorAudit audit = {}; ///< of the pull that this position is of

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<TablePosition> parse(const Position& position);
    /// `columns`: how many cursor and key columns there are; 0: rows are counted. Conflict when it does not fit.
    [[nodiscard]] static Result<TablePosition> parse(const Position& position, std::size_t columns);
};

// SourceType::cursorAt and lateRows of sources with such positions.
[[nodiscard]] std::string tableCursorAt(const Position& position);
[[nodiscard]] std::string tableLateRows(const Position& position);

/// Positions of the rows of one block that began at `start`; `cursor` are its cursor and key columns, none when rows
/// are counted.
[[nodiscard]] std::shared_ptr<const RowPositions> tablePositions(TablePosition start, const RowBlock& block,
                                                                 std::vector<int> cursor, CursorText text);
/// The last of them.
[[nodiscard]] TablePosition positionBehind(const TablePosition& start, const RowBlock& block,
                                           const std::vector<int>& cursor, const CursorText& text);

} // namespace headrace
