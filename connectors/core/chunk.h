// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"

#include <arrow/type_fwd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace headrace {

/// One part of where a message stood in its stream, by the name that it has there: "offset", 17.
struct PlacePart {
    std::string name;
    std::variant<std::int64_t, std::string> value;

    friend bool operator==(const PlacePart&, const PlacePart&) = default;
};

/// "topic orders, partition 3, offset 17"
[[nodiscard]] std::string toText(const std::vector<PlacePart>& place);

/// A record that cannot become a row. It goes to quarantine with the batch of the row it precedes.
struct BadRecord {
    std::int64_t beforeRow = 0;        ///< index in the chunk of the row that follows it; chunk rows when none does
    std::string origin;                ///< what it was read from: a path, topic/partition, table
    std::int64_t line = 0;             ///< 1-based line of its first character; 0 where lines mean nothing
    std::int64_t byteOffset = -1;      ///< 0-based offset in the decompressed origin; −1 where bytes mean nothing
    std::string reason;                ///< full sentence: names the column and quotes the value
    std::string raw;                   ///< the record as it came, at most kMaxRawBytes
    std::vector<PlacePart> place = {}; ///< of a message, which no other has; empty for what is no message

    static constexpr std::size_t kMaxRawBytes = 64 * 1024;
};

/// Neighbouring rows that were made at one time, by the source's own clock: a message's timestamp.
struct MadeAt {
    std::int64_t rows = 0;
    std::chrono::system_clock::time_point at;

    friend bool operator==(const MadeAt&, const MadeAt&) = default;
};

/// What one `Source::read()` returns: rows in source order, and the position after any of them.
struct Chunk {
    std::shared_ptr<arrow::RecordBatch> rows; ///< never null; zero rows mean "nothing yet"
    std::shared_ptr<const RowPositions> at;   ///< never null
    std::vector<BadRecord> rejected;          ///< in source order
    std::vector<MadeAt> made = {};            ///< all rows, in order; empty where their age is not known
    bool moved = false;                       ///< without rows: its position is worth keeping all the same
};

} // namespace headrace
