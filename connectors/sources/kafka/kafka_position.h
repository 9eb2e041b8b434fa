// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/kafka/topics.h"
#include "connectors/sources/messages/durable_rows.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace headrace::kafka {

/// Where a reader stands: the offset of the next message in each partition, and the columns of the values and keys so
/// far.
struct ReadPosition {
    std::map<TopicPartition, std::int64_t> next;
    std::vector<ndjson::Column> columns;
    std::vector<ndjson::Column> keyColumns;

    /// JSON: {"offsets":{"orders":"0:17 1:4"},"columns":[["user","id","int64"]],"keys":[…]}
    [[nodiscard]] Position toPosition() const;
    [[nodiscard]] static Result<ReadPosition> parse(const Position& position);
};

/// What the positions of many chunks share: the partitions by index, and the columns.
struct PositionFrame {
    std::vector<TopicPartition> partitions;
    std::vector<ndjson::Column> columns;
    std::vector<ndjson::Column> keyColumns;
};

/// The messages of one chunk, from which the position after any of its rows follows.
struct ChunkMessages {
    std::shared_ptr<const PositionFrame> frame;
    std::vector<std::int64_t> start;         ///< next offset by partition before the chunk; −1: not begun
    std::vector<std::int64_t> end;           ///< and behind it
    std::vector<std::uint32_t> partition;    ///< index by message
    std::vector<std::int64_t> offset;        ///< by message
    std::vector<std::uint32_t> messageOfRow; ///< fewer than messages where some are bad
    DurableRows::Counts taken;               ///< messages by partition before the chunk
    std::shared_ptr<DurableRows> durable;    ///< learns what lies before each position
};

[[nodiscard]] std::shared_ptr<const RowPositions> positionsOf(ChunkMessages messages);

} // namespace headrace::kafka
