// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/run_history.h"

#include <algorithm>
#include <cmath>

namespace headrace {
namespace {

double seconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

std::int64_t RunSlot::batchCount() const
{
    std::int64_t count = 0;
    for (const Sizes& sizes : batches)
        count += sizes.count;
    return count;
}

void RunHistory::clear()
{
    *this = RunHistory();
}

void RunHistory::add(const MetricsSnapshot& snapshot, const std::vector<BatchRecord>& batches,
                     const LatencyHistogram& latencies)
{
    const bool isFirst = m_last.started != snapshot.started || m_slots.empty();
    if (isFirst) {
        m_last = MetricsSnapshot();
        m_last.started = snapshot.started;
        m_lastLatencies.clear();
    }
    m_now = std::max(m_now, seconds(snapshot.at - snapshot.started));
    RunSlot& slot = slotAt(m_now);
    slot.rowsRead += snapshot.rowsRead - m_last.rowsRead;
    slot.rowsShaped += snapshot.rowsShaped - m_last.rowsShaped;
    slot.bytesRead += snapshot.bytesRead - m_last.bytesRead;
    if (snapshot.queueCapacity > 0)
        slot.queueFill = std::max(slot.queueFill, static_cast<double>(snapshot.queueBytes) /
                                                      static_cast<double>(snapshot.queueCapacity));
    m_last = snapshot;
    addLatencies(slot, latencies);
    for (const BatchRecord& record : batches)
        addBatch(record);
    while (m_batches.size() > kBatches) {
        m_batches.pop_front();
        m_forgot = true;
    }
}

void RunHistory::addBatch(const BatchRecord& record)
{
    RunSlot& slot = slotAt(seconds(record.committedAt - m_last.started));
    const std::int64_t rows = record.batch.rows;
    auto& sizes = slot.batches.at(static_cast<std::size_t>(record.batch.reason));
    sizes.smallest = sizes.count == 0 ? rows : std::min(sizes.smallest, rows);
    sizes.largest = std::max(sizes.largest, rows);
    ++sizes.count;
    const auto total = static_cast<double>(slot.batchRows + rows);
    if (total > 0)
        slot.waitP50 += (seconds(record.waitP50) - slot.waitP50) * static_cast<double>(rows) / total;
    slot.waitP95 = std::max(slot.waitP95, seconds(record.waitP95));
    slot.waitP99 = std::max(slot.waitP99, seconds(record.waitP99));
    slot.batchRows += rows;
    slot.sinkSeconds += seconds(record.sinkTime);
    m_batches.push_back(record);
}

void RunHistory::addLatencies(RunSlot& slot, const LatencyHistogram& latencies)
{
    const LatencyFigures news = latencies.since(m_lastLatencies).figures();
    m_lastLatencies = latencies;
    if (news.rows <= 0)
        return;
    slot.datedRows += news.rows;
    slot.latencyP50 +=
        (seconds(news.p50) - slot.latencyP50) * static_cast<double>(news.rows) / static_cast<double>(slot.datedRows);
    slot.latencyP95 = std::max(slot.latencyP95, seconds(news.p95));
    slot.latencyP99 = std::max(slot.latencyP99, seconds(news.p99));
}

void RunHistory::mark(const QString& text)
{
    // One drag passes many values: the mark shows where it began and what it ended with.
    if (!m_marks.empty() && m_now - m_marks.back().at < 2.0)
        m_marks.back().text = text;
    else
        m_marks.push_back({m_now, text});
}

RunSlot& RunHistory::slotAt(double at)
{
    const auto index = static_cast<std::int64_t>(std::floor(std::max(0.0, at) / slotSeconds() + 1e-6));
    if (index < m_dropped)
        return m_slots.front();
    // After a pause longer than the history nothing of it would be visible.
    const std::int64_t end = m_dropped + static_cast<std::int64_t>(m_slots.size());
    if (index - end > static_cast<std::int64_t>(kSlots)) {
        m_slots.clear();
        m_dropped = index;
    }
    while (m_dropped + static_cast<std::int64_t>(m_slots.size()) <= index)
        m_slots.emplace_back();
    while (m_slots.size() > kSlots) {
        m_slots.pop_front();
        ++m_dropped;
    }
    return m_slots[static_cast<std::size_t>(index - m_dropped)];
}

std::optional<std::size_t> RunHistory::batchAt(double at) const
{
    const auto found =
        std::ranges::lower_bound(m_batches, at, {}, [this](const BatchRecord& r) { return committedAt(r); });
    if (m_batches.empty() || (m_forgot && found == m_batches.begin()))
        return std::nullopt;
    return std::min(static_cast<std::size_t>(found - m_batches.begin()), m_batches.size() - 1);
}

double RunHistory::committedAt(const BatchRecord& record) const
{
    return seconds(record.committedAt - m_last.started);
}

RunFigures RunHistory::figures() const
{
    RunFigures figures;
    if (m_slots.empty())
        return figures;
    addRates(figures);
    addBatchFigures(figures);
    return figures;
}

void RunHistory::addRates(RunFigures& figures) const
{
    // The newest slot is still filling.
    const auto end = m_slots.size() > 1 ? m_slots.end() - 1 : m_slots.end();
    const auto count = std::min<std::ptrdiff_t>(std::lround(kRateSeconds / slotSeconds()), end - m_slots.begin());
    const double covered = static_cast<double>(count) * slotSeconds();
    for (auto slot = end - count; slot != end; ++slot) {
        figures.rowsReadPerSecond += static_cast<double>(slot->rowsRead) / covered;
        figures.rowsShapedPerSecond += static_cast<double>(slot->rowsShaped) / covered;
        figures.bytesPerSecond += static_cast<double>(slot->bytesRead) / covered;
    }
}

void RunHistory::addBatchFigures(RunFigures& figures) const
{
    double rows = 0;
    double sink = 0;
    std::int64_t batches = 0;
    std::array<std::int64_t, kCloseReasonCount> reasons{};
    double covered = 0;
    for (auto slot = m_slots.rbegin(); slot != m_slots.rend(); ++slot) {
        if (covered >= kBatchSeconds && batches >= kFewBatches)
            break;
        covered += slotSeconds();
        const auto slotRows = static_cast<double>(slot->batchRows);
        figures.waitP50 += slot->waitP50 * slotRows;
        figures.waitP95 += slot->waitP95 * slotRows;
        figures.waitP99 += slot->waitP99 * slotRows;
        rows += slotRows;
        batches += slot->batchCount();
        sink += slot->sinkSeconds;
        for (std::size_t reason = 0; reason < reasons.size(); ++reason)
            reasons.at(reason) += slot->batches.at(reason).count;
    }
    const auto count = static_cast<double>(batches);
    figures.batchesPerSecond = count / std::min(covered, std::max(m_now, slotSeconds()));
    if (rows > 0) {
        figures.waitP50 /= rows;
        figures.waitP95 /= rows;
        figures.waitP99 /= rows;
    }
    if (batches == 0)
        return;
    figures.rowsPerBatch = rows / count;
    figures.sinkSecondsPerBatch = sink / count;
    for (std::size_t reason = 0; reason < reasons.size(); ++reason)
        figures.reasonShare.at(reason) = static_cast<double>(reasons.at(reason)) / count;
}

} // namespace headrace
