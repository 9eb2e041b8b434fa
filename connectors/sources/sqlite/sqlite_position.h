// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::sqlite {

/// Where a read stands: behind a row id, or for what has none, behind that many rows.
struct ReadPosition {
    std::optional<std::int64_t> rowId;
    std::int64_t rows = 0;
    std::string schema; ///< the columns of the first run (encodeSchema)

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<ReadPosition> parse(const Position& position);
};

/// The positions of a chunk between `start` and `end`. `keys` holds for each row what stands behind it: its row id when
/// `byRowId`, else the number of rows so far.
[[nodiscard]] std::shared_ptr<const RowPositions> positionsOf(ReadPosition start, ReadPosition end,
                                                              std::vector<std::int64_t> keys, bool byRowId);

} // namespace headrace::sqlite
