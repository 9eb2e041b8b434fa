// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/sink.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/metrics.h"

#include <deque>
#include <optional>
#include <string>

namespace headrace {

/// Knows what was committed and what of it is durable; moves the checkpoint and the metrics accordingly.
/// One thread at a time.
class CommitLedger {
public:
    struct Destination {
        bool keepsPosition = false; ///< it commits rows and position together: its own position wins
        bool repeatsShow = true;    ///< as SinkType::repeatsShow
        std::string place = {};     ///< as Pipeline::destinationPlace()
    };

    /// The references outlive the ledger. The checkpoint follows every batch where a kill between two checkpoints would
    /// repeat rows and this would show; then at most one batch comes again. Elsewhere it may lag by kMaxLag.
    CommitLedger(CheckpointStore& store, Metrics& metrics, const Clock& clock, std::string fingerprint,
                 Destination destination);

    /// The last position known without asking the destination.
    [[nodiscard]] Result<std::optional<CommittedPosition>> known();

    /// Decides where to go on, given what the destination has committed, and forgets commits that did not arrive.
    /// Conflict when that position is of another table, topic or format in the same database or folder.
    Result<std::optional<CommittedPosition>> resume(const std::optional<CommittedPosition>& destination);

    /// From now on what is committed belongs to earlier pulls: the one that begins reads everything again.
    Status beginAnew();
    /// As beginAnew(), if the pull before read the source to its end.
    Status beginAnewWhenFinished();
    [[nodiscard]] std::int64_t earlierBatches() const { return m_checkpoint.earlierBatches; }

    /// `batch` was committed and ends at `position`, after `sourceRows` rows of the source in this run. Its times end
    /// with the commit's return; those until it is durable are added then. `made`: when its rows were made, as far as
    /// the source knows.
    void add(const BatchRecord& batch, CommittedPosition position, std::int64_t sourceRows,
             std::vector<MadeAt> made = {});

    /// Everything up to `durable` is durable; `quarantined` records were set aside in this run so far.
    Status settle(const CommittedPosition& durable, std::int64_t quarantined);

    /// Saves the checkpoint unless the store holds it already.
    Status save(bool finished);

    /// The number of the last batch that is not durable yet.
    [[nodiscard]] std::optional<std::int64_t> pending() const;

    /// A commit whose latency counts is not durable yet.
    [[nodiscard]] bool isTiming() const { return !m_inFlight.empty() && !m_inFlight.front().made.empty(); }

    /// The position that became durable since the last call.
    [[nodiscard]] std::optional<Position> takeDurable();
    [[nodiscard]] std::int64_t durableBatches() const { return m_durableBatches; }
    [[nodiscard]] std::int64_t durableSourceRows() const { return m_durableSourceRows; }

    /// How far a checkpoint may lag where nothing depends on it.
    static constexpr std::chrono::milliseconds kMaxLag{500};

private:
    struct Commit {
        BatchRecord batch;
        CommittedPosition position;
        std::int64_t sourceRows = 0;
        std::vector<MadeAt> made;
    };

    Status load();
    [[nodiscard]] Status checkPlace(const CommittedPosition& found) const;
    bool moveUpTo(std::int64_t sequence);

    CheckpointStore& m_store;
    Metrics& m_metrics;
    const Clock& m_clock;
    std::string m_fingerprint;
    Destination m_destination;

    bool m_loaded = false;
    Checkpoint m_checkpoint;           ///< a sequence of 0: nothing yet
    std::optional<Checkpoint> m_saved; ///< as the store holds it
    std::int64_t m_quarantinedBefore = 0;
    std::chrono::nanoseconds m_savedAt{};

    std::deque<Commit> m_inFlight;
    std::optional<Position> m_durable;
    std::int64_t m_durableBatches = 0;
    std::int64_t m_durableSourceRows = 0;
};

} // namespace headrace
