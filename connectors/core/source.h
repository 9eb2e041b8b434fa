// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/outage.h"
#include "connectors/core/result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

/// Upper bounds for one read. A source may return less; it exceeds `maxBytes` only for a single larger row.
struct ReadHint {
    std::int64_t maxRows = 65'536;
    std::int64_t maxBytes = 8 * 1024 * 1024; ///< value bytes
    std::chrono::milliseconds maxWait{100};  ///< how long to wait before an empty chunk is returned
};

/// One partition or shard of a stream that is being read.
struct PartitionProgress {
    std::string name;                     ///< "orders/3"
    std::int64_t rows = 0;                ///< read since open()
    std::int64_t durable = 0;             ///< of these: before the position that acknowledge() was last told
    std::optional<std::int64_t> lag = {}; ///< records in it that were not read yet
    std::optional<std::chrono::milliseconds> behind = {}; ///< the same as time, where the server counts so
    std::string position = {}; ///< of the next record, or behind the last one, as the server writes it
    std::optional<std::chrono::system_clock::time_point> lastAt = {}; ///< the last record's own timestamp
};

/// How far a source has come, for progress bars. Unknown parts are empty.
struct SourceProgress {
    std::int64_t bytesRead = 0; ///< bytes as they lie at the source (compressed size for compressed files)
    std::optional<std::int64_t> bytesTotal;
    std::optional<std::int64_t> rowsTotal;
    std::shared_ptr<const std::vector<PartitionProgress>> partitions = {}; ///< null: the source has none
    std::optional<Outage> outage = {}; ///< of a server that the source goes on asking by itself
};

/// Something the source found out by itself and an option can override: dialect, header, encoding, column types.
struct Decision {
    std::string option; ///< the OptionSpec key that overrides it, for example "delimiter"
    std::string value;  ///< what was decided, in that option's own notation
    std::string reason; ///< one sentence of evidence
};

/// The reading half of a connector. One thread uses it at a time; it may own worker threads.
/// Call order: open, any number of read and acknowledge, close. After an error only close may be called.
/// Never retries: the Runner closes it, reopens it after the last durable position and reads again.
class Source {
public:
    virtual ~Source() = default;

    /// Connects and positions after `resumeFrom` (the start without one). Blocks; returns Cancelled when stopped.
    /// A position whose data is gone or changed is an Error that says so, never a silent restart.
    virtual Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                        std::stop_token stop) = 0;

    /// The next rows in order. nullopt: the input has ended. A chunk without rows: nothing came within maxWait.
    /// All chunks of a run have the schema returned by open, unless the source announces a change by a chunk
    /// with another schema; the Runner closes the batch there (CloseReason::SchemaChange).
    virtual Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) = 0;

    /// All rows up to `position` are durable. May be skipped or batched by the caller.
    virtual Status acknowledge(const Position& position) = 0;

    /// Releases everything and joins workers. Callable at any time, more than once.
    virtual void close() noexcept = 0;

    /// Thread-safe between open and close.
    [[nodiscard]] virtual SourceProgress progress() const { return {}; }

    /// What open detected; empty before open.
    [[nodiscard]] virtual std::vector<Decision> decisions() const { return {}; }
};

} // namespace headrace
