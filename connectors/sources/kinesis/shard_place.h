// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/kinesis.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/sources/messages/durable_rows.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kinesis {

/// Where a reader stands in one shard. As text: "-" at its begin, "@1700000000000" at a time, "=49…" before a record,
/// "49…" behind one, "49…/3" inside an aggregated record, behind its third, "." read to its end. "~1700000000000"
/// follows where it is known up to which time all has been read.
struct ShardPlace {
    aws::IteratorStart start;
    std::uint32_t taken = 0; ///< records inside the aggregated one at start.sequence that are behind us
    bool isEnd = false;
    std::int64_t readUpTo = 0; ///< milliseconds since 1970 on the server's clock; what arrived before is behind us

    [[nodiscard]] static ShardPlace end();
    [[nodiscard]] static ShardPlace behind(std::string sequence, std::int64_t readUpTo);
    [[nodiscard]] static ShardPlace inside(std::string sequence, std::uint32_t taken, std::int64_t readUpTo);

    [[nodiscard]] std::string toText() const;
    [[nodiscard]] static std::optional<ShardPlace> parse(const std::string& text);

    /// The same record comes next.
    [[nodiscard]] bool isAt(const ShardPlace& other) const
    {
        return start == other.start && taken == other.taken && isEnd == other.isEnd;
    }

    friend bool operator==(const ShardPlace&, const ShardPlace&) = default;
};

using Places = std::map<std::string, ShardPlace>; ///< by shard

/// Where a reader stands in a stream.
struct StreamPosition {
    std::string created; ///< of the stream: a new one of the same name is another
    Places shards;
    std::vector<ndjson::Column> columns; ///< of the values so far

    /// JSON: {"created":"1.7E9","shards":{"shardId-000000000000":"4957…"},"columns":[["user","id","int64"]]}
    [[nodiscard]] Position toPosition() const;
    [[nodiscard]] static Result<StreamPosition> parse(const Position& position);
};

/// The rows of one chunk, all of one shard, from which the position after any of them follows.
struct ChunkRecords {
    std::shared_ptr<const StreamPosition> before; ///< the chunk's start
    std::string shard;                            ///< empty: the chunk has no records
    std::vector<ShardPlace> behindRow;            ///< by row
    ShardPlace end;                               ///< past bad records behind the last row
    DurableRows::Counts taken;                    ///< messages by shard before the chunk
    std::size_t index = 0;                        ///< of its shard in them
    std::vector<std::int64_t> takenAtRow;         ///< by row: messages of the chunk up to it, bad ones too
    std::int64_t messages = 0;
    std::shared_ptr<DurableRows> durable; ///< learns what lies before each position
};

[[nodiscard]] std::shared_ptr<const RowPositions> positionsOf(ChunkRecords records);

} // namespace headrace::kinesis
