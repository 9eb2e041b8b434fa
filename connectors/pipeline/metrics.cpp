// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/metrics.h"

#include <algorithm>
#include <utility>

namespace headrace {

std::string_view toString(RunState state)
{
    static constexpr std::array<std::string_view, 8> kNames{"idle",     "starting", "running", "waiting",
                                                            "draining", "finished", "stopped", "failed"};
    return kNames.at(static_cast<std::size_t>(state));
}

MetricsSnapshot Metrics::snapshot() const
{
    std::lock_guard lock(m_mutex);
    MetricsSnapshot snapshot = m_snapshot;
    if (m_latencies.rows() > 0) {
        LatencyHistogram recent = m_recent;
        recent.add(m_beforeRecent);
        snapshot.recentLatency = recent.figures();
        snapshot.latency = m_latencies.figures();
    }
    return snapshot;
}

std::vector<BatchRecord> Metrics::batchesSince(std::int64_t afterBatch) const
{
    std::lock_guard lock(m_mutex);
    const std::int64_t oldestKept = m_snapshot.batches - static_cast<std::int64_t>(m_batches.size());
    std::vector<BatchRecord> news;
    for (std::int64_t number = std::max(afterBatch, oldestKept); number < m_snapshot.batches; ++number)
        news.push_back(m_batches[static_cast<std::size_t>(number) % kKept]);
    return news;
}

void Metrics::addBatch(const BatchRecord& batch)
{
    std::lock_guard lock(m_mutex);
    const std::size_t place = static_cast<std::size_t>(m_snapshot.batches) % kKept;
    if (place == m_batches.size())
        m_batches.push_back(batch);
    else
        m_batches[place] = batch;
    ++m_snapshot.batches;
    m_snapshot.rowsCommitted += batch.batch.rows;
    m_snapshot.bytesCommitted += batch.batch.bytes;
    ++m_snapshot.reasons.at(static_cast<std::size_t>(batch.batch.reason));
}

void Metrics::addLatencies(const std::vector<MadeAt>& made, std::chrono::system_clock::time_point now)
{
    std::lock_guard lock(m_mutex);
    if (now - m_recentSince >= kRecent) {
        m_beforeRecent = now - m_recentSince < 2 * kRecent ? m_recent : LatencyHistogram();
        m_recent.clear();
        m_recentSince = now;
    }
    for (const MadeAt& group : made) {
        m_latencies.add(now - group.at, group.rows);
        m_recent.add(now - group.at, group.rows);
    }
}

void Metrics::noteOutage(Noticed noticed, const std::optional<Outage>& outage,
                         std::chrono::system_clock::time_point now)
{
    std::lock_guard lock(m_mutex);
    m_outages.at(static_cast<std::size_t>(noticed)) = outage;
    const auto first = std::ranges::find_if(m_outages, &std::optional<Outage>::has_value);
    const std::optional<Outage> before =
        std::exchange(m_snapshot.outage, first == m_outages.end() ? std::nullopt : *first);
    if (m_snapshot.outage)
        m_snapshot.outages += before ? 0 : 1;
    else if (before)
        m_snapshot.recovery = recoverySentence(*before, now);
}

LatencyHistogram Metrics::latencies() const
{
    std::lock_guard lock(m_mutex);
    return m_latencies;
}

} // namespace headrace
