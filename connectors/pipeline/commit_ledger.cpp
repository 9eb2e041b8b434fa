// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/commit_ledger.h"

#include <fmt/format.h>

#include <utility>

namespace headrace {

namespace {

/// Every row of the batch has waited until `durableAt`.
void extend(BatchRecord& batch, std::chrono::nanoseconds durableAt)
{
    const auto since = durableAt - std::exchange(batch.committedAt, durableAt);
    for (auto* time : {&batch.sinkTime, &batch.waitP50, &batch.waitP95, &batch.waitP99})
        *time += since;
}

} // namespace

CommitLedger::CommitLedger(CheckpointStore& store, Metrics& metrics, const Clock& clock, std::string fingerprint,
                           Destination destination)
    : m_store(store)
    , m_metrics(metrics)
    , m_clock(clock)
    , m_fingerprint(std::move(fingerprint))
    , m_destination(std::move(destination))
{
}

Status CommitLedger::load()
{
    if (m_loaded)
        return {};
    HEADRACE_TRY(m_saved, m_store.load(m_fingerprint));
    m_checkpoint = m_saved.value_or(Checkpoint{});
    m_quarantinedBefore = m_checkpoint.quarantined;
    m_loaded = true;
    return {};
}

Result<std::optional<CommittedPosition>> CommitLedger::known()
{
    HEADRACE_CHECK(load());
    if (m_checkpoint.committed.sequence == 0)
        return std::nullopt;
    return m_checkpoint.committed;
}

Result<std::optional<CommittedPosition>> CommitLedger::resume(const std::optional<CommittedPosition>& destination)
{
    HEADRACE_CHECK(load());
    if (destination) {
        HEADRACE_CHECK(checkPlace(*destination));
        moveUpTo(destination->sequence);
        m_checkpoint.committed = *destination;
    } else if (m_destination.keepsPosition) {
        m_checkpoint = {};
    }
    m_checkpoint.destination = m_destination.place;
    m_inFlight.clear();
    m_savedAt = m_clock.now();
    return known();
}

Status CommitLedger::checkPlace(const CommittedPosition& found) const
{
    const std::string& before = m_checkpoint.destination;
    if (before.empty() || before == m_destination.place || found.sequence <= m_checkpoint.earlierBatches)
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("This pipeline has written to {} until now, and the position found at {} is of those rows: "
                            "going on behind it would leave them out here. Give the pipeline another name to write all "
                            "rows, or reset its state (headrace state --reset) to write only those that follow.",
                            before, m_destination.place.empty() ? "the destination" : m_destination.place));
}

Status CommitLedger::beginAnew()
{
    HEADRACE_CHECK(load());
    m_checkpoint.earlierBatches = m_checkpoint.committed.sequence;
    return save(false);
}

Status CommitLedger::beginAnewWhenFinished()
{
    HEADRACE_CHECK(load());
    return m_checkpoint.finished ? beginAnew() : Status();
}

void CommitLedger::add(const BatchRecord& batch, CommittedPosition position, std::int64_t sourceRows,
                       std::vector<MadeAt> made)
{
    m_inFlight.push_back({batch, std::move(position), sourceRows, std::move(made)});
}

Status CommitLedger::settle(const CommittedPosition& durable, std::int64_t quarantined)
{
    if (!moveUpTo(durable.sequence))
        return {};
    m_checkpoint.quarantined = m_quarantinedBefore + quarantined;
    m_checkpoint.finished = false;
    const bool mayLag = m_destination.keepsPosition || !m_destination.repeatsShow;
    if (mayLag && m_clock.now() - m_savedAt < kMaxLag)
        return {};
    return save(false);
}

Status CommitLedger::save(bool finished)
{
    m_checkpoint.finished = finished;
    if (m_checkpoint.committed.sequence == 0 || m_checkpoint == m_saved)
        return {};
    HEADRACE_CHECK(m_store.save(m_fingerprint, m_checkpoint));
    m_saved = m_checkpoint;
    m_savedAt = m_clock.now();
    return {};
}

std::optional<std::int64_t> CommitLedger::pending() const
{
    if (m_inFlight.empty())
        return std::nullopt;
    return m_inFlight.back().position.sequence;
}

std::optional<Position> CommitLedger::takeDurable()
{
    return std::exchange(m_durable, std::nullopt);
}

bool CommitLedger::moveUpTo(std::int64_t sequence)
{
    bool moved = false;
    for (; !m_inFlight.empty() && m_inFlight.front().position.sequence <= sequence; m_inFlight.pop_front()) {
        Commit& commit = m_inFlight.front();
        if (commit.batch.batch.rows > 0) {
            extend(commit.batch, m_clock.now());
            m_metrics.addBatch(commit.batch);
        }
        if (!commit.made.empty())
            m_metrics.addLatencies(commit.made, m_clock.wall());
        m_checkpoint.committed = commit.position;
        m_checkpoint.rows += commit.batch.batch.rows;
        m_durable = commit.position.end;
        m_durableSourceRows = commit.sourceRows;
        ++m_durableBatches;
        moved = true;
    }
    return moved;
}

} // namespace headrace
