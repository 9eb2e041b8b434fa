// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::postgres {

/// Transaction ids (64 bits, with their epoch) from `from` to before `until` whose rows may not have been seen.
struct OpenTransactions {
    std::uint64_t from = 0;
    std::uint64_t until = 0;

    [[nodiscard]] bool isEmpty() const { return from >= until; }
    friend bool operator==(const OpenTransactions&, const OpenTransactions&) = default;
};

/// Rows whose cursor and key are not above `until`, and above that of the step before, have been read, but for those
/// of the open transactions.
struct Step {
    std::vector<std::string> until; ///< as text that casts back exactly
    OpenTransactions open;

    friend bool operator==(const Step&, const Step&) = default;
};

/// Where a read stands. By cursor: the steps. By counting: so many rows behind the start of a page of the table.
struct ReadPosition {
    bool byCursor = false;
    std::vector<Step> steps; ///< ascending; usually one

    std::uint64_t page = 0;
    std::uint64_t rangePages = 0; ///< 0: read over one connection, to the end
    std::int64_t rows = 0;
    std::string row;           ///< digest of the last of them, "" for none
    std::uint64_t horizon = 0; ///< rows written by this transaction or later were not there

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<ReadPosition> parse(const Position& position, bool byCursor);
};

/// SourceType::cursorAt: of the first cursor column, as those behind it only tell rows apart that have the same.
[[nodiscard]] std::string cursorAt(const Position& position);

/// The rows of one block between two positions.
struct BlockPositions {
    ReadPosition start;
    std::shared_ptr<arrow::RecordBatch> rows; ///< also the refused ones; may be packed
    std::function<std::shared_ptr<arrow::RecordBatch>(std::string_view)> unpacked; ///< decodes a packed row
    std::vector<std::int64_t> refused;                                             ///< their numbers, ascending
    std::vector<int> cursor;                   ///< columns of cursor and key; empty: counted
    std::shared_ptr<arrow::Array> step;        ///< int32: which step of the start holds the row; null: it is behind all
    OpenTransactions open;                     ///< of the snapshot that is read
    std::optional<OpenTransactions> openAtEnd; ///< known for the last block
};

[[nodiscard]] std::shared_ptr<const RowPositions> positionsOf(BlockPositions block);

/// Digest of the values of one row, the same whether it is packed or not.
[[nodiscard]] std::string blockRowDigest(const BlockPositions& block, std::int64_t row);

/// The position behind the first `count` rows of the block, refused ones counted too.
[[nodiscard]] ReadPosition positionAfter(const BlockPositions& block, std::int64_t count);

} // namespace headrace::postgres
