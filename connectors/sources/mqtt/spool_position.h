// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"
#include "connectors/formats/ndjson/json_column.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::mqtt {

/// Where a reader stands in a spool.
struct SpoolPosition {
    std::string spool;     ///< its id
    std::int64_t next = 0; ///< number of the next message
    std::vector<ndjson::Column> columns;

    /// JSON: {"spool":"1f…","next":17,"columns":[["user","id","int64"]]}
    [[nodiscard]] Position toPosition() const;
    [[nodiscard]] static Result<SpoolPosition> parse(const Position& position);
};

/// The positions of a chunk: before it, behind the message of each row, and behind all.
[[nodiscard]] std::shared_ptr<const RowPositions>
positionsOf(SpoolPosition before, std::vector<std::uint32_t> messageOfRow, std::size_t messages);

} // namespace headrace::mqtt
