// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/batch_summary.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace headrace {

/// The position that a destination has committed, with the batch it ended.
struct CommittedPosition {
    Position end;
    std::int64_t sequence = 0; ///< BatchSummary::sequence of that batch

    friend bool operator==(const CommittedPosition&, const CommittedPosition&) = default;
};

/// Whose rows these are. A sink that keeps positions keeps them under (pipeline, source).
struct RunIdentity {
    std::string pipeline;            ///< Pipeline::name
    std::string source;              ///< fingerprint of the source's and the shape's options, 16 hex digits
    std::string run;                 ///< unique to this run
    std::int64_t earlierBatches = 0; ///< batches up to this sequence belong to earlier pulls of a source read whole

    /// Whether a destination that has committed `last` has nothing yet of the pull that now writes. One that replaces
    /// its content does so with the next commit.
    [[nodiscard]] bool isNewAt(const std::optional<CommittedPosition>& last) const
    {
        return !last || last->sequence <= earlierBatches;
    }
};

/// The writing half of a connector. One thread uses it at a time; it may own worker threads.
/// Call order: open, then per batch any number of append followed by commit or rollback; flush; close.
/// After an error only rollback and close may be called; the Runner then opens it again and asks for its position.
class Sink {
public:
    virtual ~Sink() = default;

    /// Prepares the destination for rows of `schema`, creating it if missing, and removes what an interrupted run
    /// left half-written. Returns the position the destination itself has committed for this identity, if it keeps
    /// one; that position wins over the local checkpoint.
    virtual Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                          const RunIdentity& identity, std::stop_token stop) = 0;

    /// Rows of the open batch, in order; the first append after a commit opens the next batch. `rows` is immutable
    /// and may be kept. Nothing of it may become visible to readers before commit.
    virtual Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) = 0;

    /// Closes the open batch (possibly empty) atomically together with `end`. May be pipelined: what counts is
    /// durable().
    virtual Status commit(const BatchSummary& batch, const Position& end, std::stop_token stop) = 0;

    /// The highest committed position up to which everything is durable in this run; nullopt before the first.
    virtual Result<std::optional<CommittedPosition>> durable() = 0;

    /// Waits until everything committed is durable.
    virtual Status flush(std::stop_token stop) = 0;

    /// Drops the open batch; nothing half-written stays under a final name.
    virtual void rollback() noexcept = 0;

    /// Releases everything and joins workers. Implies rollback of an open batch. Callable more than once.
    virtual void close() noexcept = 0;
};

} // namespace headrace
