// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/batch_summary.h"
#include "connectors/core/source.h"
#include "connectors/pipeline/latency.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

enum class RunState { Idle, Starting, Running, Waiting, Draining, Finished, Stopped, Failed };

[[nodiscard]] std::string_view toString(RunState state);

/// A batch as the charts show it.
struct BatchRecord {
    BatchSummary batch;
    std::chrono::nanoseconds sinkTime{};    ///< in append, and from commit until the batch was known to be durable
    std::chrono::nanoseconds committedAt{}; ///< monotonic, when it was known to be durable
    /// Wait of its rows from arrival to committedAt, percentiles over rows.
    std::chrono::nanoseconds waitP50{};
    std::chrono::nanoseconds waitP95{};
    std::chrono::nanoseconds waitP99{};
    Position end; ///< the source's position behind its last row
};

/// Counters of one run at one moment. All counters only grow during a run.
struct MetricsSnapshot {
    RunState state = RunState::Idle;
    std::chrono::nanoseconds at{};      ///< monotonic
    std::chrono::nanoseconds started{}; ///< monotonic, when the run started
    std::int64_t rowsRead = 0;          ///< rows that left the source
    std::int64_t bytesRead = 0;         ///< their value bytes
    std::int64_t rowsShaped = 0;        ///< rows that left the shape
    std::int64_t rowsCommitted = 0;
    std::int64_t bytesCommitted = 0;
    std::int64_t batches = 0;
    std::int64_t quarantined = 0;
    std::int64_t rewinds = 0; ///< retries so far
    std::array<std::int64_t, kCloseReasonCount> reasons{};
    std::int64_t queueBytes = 0; ///< between reader and pipeline thread
    std::int64_t queueCapacity = 0;
    SourceProgress source;
    LatencyFigures latency;              ///< of the whole run
    LatencyFigures recentLatency;        ///< of its last 10 to 20 seconds with durable rows
    std::optional<std::int64_t> newRows; ///< seen at the last look, while a trigger waits for new rows
    std::string message;                 ///< last warning or retry sentence; empty when all is well
    std::optional<Outage> outage;        ///< of a server that is away now
    std::int64_t outages = 0;            ///< so far
    std::string recovery;                ///< what was said when the last one was over
};

/// Counters and recent batches of a run. Written by the Runner, read from any thread; readers never block it for long.
class Metrics {
public:
    [[nodiscard]] MetricsSnapshot snapshot() const;

    /// Batches committed after number `afterBatch` (1-based count in this run), oldest first; at most the last kKept.
    [[nodiscard]] std::vector<BatchRecord> batchesSince(std::int64_t afterBatch) const;

    static constexpr std::size_t kKept = 20'000;

    /// Applies `change(MetricsSnapshot&)` under the lock. Runner only.
    template <typename Change>
    void update(Change&& change)
    {
        std::lock_guard lock(m_mutex);
        change(m_snapshot);
    }

    /// Adds a committed batch and its counters. Runner only.
    void addBatch(const BatchRecord& batch);

    /// Rows that were made at these times are durable now. Runner only.
    void addLatencies(const std::vector<MadeAt>& made, std::chrono::system_clock::time_point now);

    /// Who notices that a server is away: the run, which begins anew, or an end of it that goes on by itself.
    enum class Noticed { ByRun, BySource, BySink };

    /// How it is there now; nullopt: every server answers. The run, and what it uses.
    void noteOutage(Noticed noticed, const std::optional<Outage>& outage, std::chrono::system_clock::time_point now);

    /// Of the whole run.
    [[nodiscard]] LatencyHistogram latencies() const;

private:
    static constexpr std::chrono::seconds kRecent{10};

    mutable std::mutex m_mutex;
    MetricsSnapshot m_snapshot;
    std::array<std::optional<Outage>, 3> m_outages; ///< by Noticed; the first one counts
    std::vector<BatchRecord> m_batches;             ///< ring of kKept
    LatencyHistogram m_latencies;
    LatencyHistogram m_recent; ///< since m_recentSince, and of the kRecent before
    LatencyHistogram m_beforeRecent;
    std::chrono::system_clock::time_point m_recentSince;
};

} // namespace headrace
