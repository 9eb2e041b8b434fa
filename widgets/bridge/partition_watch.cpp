// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/partition_watch.h"

#include <algorithm>

namespace headrace {

void PartitionWatch::look(const MetricsSnapshot& snapshot, std::chrono::system_clock::time_point now)
{
    m_partitions = snapshot.source.partitions ? *snapshot.source.partitions : std::vector<PartitionProgress>{};
    m_now = now;
    Look look{snapshot.at, {}, snapshot.rowsCommitted};
    for (const PartitionProgress& partition : m_partitions)
        look.partitions[partition.name] = partition;
    m_looks.push_back(std::move(look));
    while (m_looks.size() > 2 && m_looks[1].at + kRateTime <= snapshot.at)
        m_looks.pop_front();
}

std::optional<double> PartitionWatch::rateOf(const PartitionProgress& partition, Counter counter) const
{
    // A source that was opened again counts from zero.
    const auto first = std::ranges::find_if(m_looks, [&](const Look& look) {
        const auto found = look.partitions.find(partition.name);
        return found != look.partitions.end() && found->second.rows <= partition.rows &&
               found->second.*counter <= partition.*counter;
    });
    if (first == m_looks.end() || first->at >= m_looks.back().at)
        return std::nullopt;
    return static_cast<double>(partition.*counter - first->partitions.at(partition.name).*counter) /
           std::chrono::duration<double>(m_looks.back().at - first->at).count();
}

std::vector<PartitionLine> PartitionWatch::lines() const
{
    std::vector<PartitionLine> lines;
    for (const PartitionProgress& partition : m_partitions) {
        PartitionLine line{partition, rateOf(partition, &PartitionProgress::rows),
                           rateOf(partition, &PartitionProgress::durable)};
        if (partition.lastAt)
            line.age = std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds{m_now - *partition.lastAt});
        lines.push_back(std::move(line));
    }
    return lines;
}

PartitionTotals PartitionWatch::totals() const
{
    PartitionTotals totals;
    const std::vector<PartitionLine> all = lines();
    totals.count = all.size();
    if (m_looks.size() > 1 && m_looks.front().at < m_looks.back().at)
        totals.rowsPerSecondOut = static_cast<double>(m_looks.back().committed - m_looks.front().committed) /
                                  std::chrono::duration<double>(m_looks.back().at - m_looks.front().at).count();
    if (!all.empty() && std::ranges::all_of(all, [](const auto& line) { return line.progress.lag.has_value(); }))
        totals.lag = 0;
    for (const PartitionLine& line : all) {
        if (totals.lag)
            *totals.lag += *line.progress.lag;
        if (line.progress.behind)
            totals.behind = std::max(totals.behind.value_or(*line.progress.behind), *line.progress.behind);
        totals.rowsPerSecond += line.rowsPerSecond.value_or(0);
        if (line.age)
            totals.age = std::min(totals.age.value_or(*line.age), *line.age);
    }
    return totals;
}

} // namespace headrace
