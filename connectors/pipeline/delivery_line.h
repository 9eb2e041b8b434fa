// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/sink.h"
#include "connectors/pipeline/batcher.h"
#include "connectors/pipeline/commit_ledger.h"
#include "connectors/pipeline/feed.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/pull_kind.h"
#include "connectors/pipeline/quarantine.h"
#include "connectors/pipeline/shape.h"
#include "connectors/pipeline/wait_profile.h"

#include <functional>
#include <memory>
#include <optional>

namespace headrace {

/// Everything behind the source, in the order of the rows: shape → batcher → sink → quarantine → checkpoint. A position
/// moves only past rows that are durable in the sink or in quarantine. Deterministic: time and connectors are passed
/// in. Used on one thread. After an error only abandon() and open() may be called.
class DeliveryLine {
public:
    using ShapeCompiler = std::function<Result<std::unique_ptr<Shape>>(const std::string& sql,
                                                                       const std::shared_ptr<arrow::Schema>& input)>;

    /// All references outlive the line.
    struct Parts {
        const Pipeline& pipeline;
        Sink& sink;
        bool sinkKeepsPosition = false; ///< the destination commits rows and position together
        bool repeatsShow = true;        ///< as SinkType::repeatsShow
        PullKind pulls;
        Quarantine& quarantine;
        CheckpointStore& checkpoints;
        Metrics& metrics;
        const Clock& clock;
        std::string run; ///< unique to this run
        std::stop_token abort;
        ShapeCompiler compileShape = &Shape::compile;
    };

    explicit DeliveryLine(Parts parts);

    /// Before each pull: one that reads everything again forgets the positions of the pull before.
    Status beginPull();
    /// When the source cannot go on where it stood: true if it may begin at its start instead.
    Result<bool> restart();

    /// Where the source is likely to go on, as far as is known without the destination: the last checkpoint.
    [[nodiscard]] Result<std::optional<Position>> expectedStart();

    /// Opens the destination for rows of the source's `schema`, or later where that has no columns yet. Returns after
    /// which position the source must stand.
    Result<std::optional<Position>> open(const std::shared_ptr<arrow::Schema>& schema);

    /// Whether rows of this packing (packed_rows.h) may come: the destination takes them, and nothing looks into them.
    [[nodiscard]] bool takesPacked(const std::string& packing) const;

    /// Takes one chunk to the destination and closes every batch that ends in it.
    Status deliver(const Arrival& arrival);

    /// Closes the open batch when its time has come, and notes what has become durable.
    Status tick();
    /// The monotonic time by which tick() is due.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> deadline() const;

    /// Closes the open batch, waits until everything is durable, saves the checkpoint and closes the destination.
    Status finish(CloseReason reason);

    /// Drops what is not committed and closes the destination.
    void abandon() noexcept;

    /// The position that became durable since the last call; for Source::acknowledge.
    [[nodiscard]] std::optional<Position> takeDurable() { return m_ledger.takeDurable(); }
    /// How many batches became durable so far: progress, as the retries count it.
    [[nodiscard]] std::int64_t durableBatches() const { return m_ledger.durableBatches(); }

    /// Rows of the source that this run took, without those that a rewind dropped again. Behind a shape a chunk counts
    /// when all of it was taken.
    [[nodiscard]] std::int64_t sourceRows() const { return m_sourceRows; }

    /// No row is on its way.
    [[nodiscard]] bool isIdle() const { return !m_batcher.isOpen() && !m_ledger.pending(); }

    void setPolicy(const BatchPolicy& policy);

private:
    Status openSink(const std::shared_ptr<arrow::Schema>& schema);
    [[nodiscard]] std::optional<Position> startAfter(const std::optional<CommittedPosition>& known) const;
    Result<std::optional<Position>> resume();
    [[nodiscard]] bool hasNoColumns() const;
    Status openLate(const std::shared_ptr<arrow::Schema>& schema);
    Status setAside(const Chunk& chunk);
    Status changeSchema(const std::shared_ptr<arrow::Schema>& schema);
    Status deliverRows(const Chunk& chunk, const Arrival& arrival);
    Status append(const Chunk& chunk, std::int64_t from, std::int64_t rows);
    Status quarantine(const Chunk& chunk, std::int64_t fromRow, std::int64_t untilRow);
    Status commit(const BatchSummary& batch);
    Status settle();
    Status commitNothing();
    Status closeAndFlush(CloseReason reason);
    [[nodiscard]] Instant instant() const { return {m_parts.clock.now(), m_parts.clock.wall()}; }

    Parts m_parts;
    RunIdentity m_identity;
    CommitLedger m_ledger;
    BatchPolicy m_policy; ///< of the next batch
    Batcher m_batcher;
    std::unique_ptr<Shape> m_shape;
    std::shared_ptr<arrow::Schema> m_inputSchema;
    bool m_sinkOpen = false;
    bool m_pullIsEmpty = true;                      ///< nothing of it is committed
    std::optional<CommittedPosition> m_destination; ///< what the sink's open() returned last

    std::shared_ptr<const RowPositions> m_end; ///< positions of the chunk delivered last …
    std::int64_t m_endRows = 0;                ///< … and how many of its rows were taken
    /// Since when m_end lies past the last commit without a row in the open batch.
    std::optional<std::chrono::nanoseconds> m_movedAt;

    std::int64_t m_sourceRows = 0;
    WaitProfile m_waits;
    MadeTimes m_made; ///< of the open batch's rows; behind a shape, of chunks that end in it
    std::chrono::nanoseconds m_sinkTime{};
};

} // namespace headrace
