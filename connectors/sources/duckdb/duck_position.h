// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace headrace::duck {

/// Where a read stands: behind a row of a table, or for what has no row ids, behind that many rows. DuckDB gives rows
/// new ids when it drops deleted ones, so the row itself is remembered too, by its digest.
struct ReadPosition {
    std::optional<std::int64_t> rowId;
    std::string row; ///< rowDigest() of that row
    std::int64_t rows = 0;
    std::string columns; ///< Query::fingerprint()

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<ReadPosition> parse(const Position& position);
};

/// The positions of a chunk that begins at `start`. `rowIds` are those of its rows; null: they are counted.
[[nodiscard]] std::shared_ptr<const RowPositions>
positionsOf(ReadPosition start, std::shared_ptr<arrow::RecordBatch> rows, std::shared_ptr<arrow::Int64Array> rowIds);

} // namespace headrace::duck
