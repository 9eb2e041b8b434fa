// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/latency.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace headrace {

void LatencyHistogram::add(std::chrono::nanoseconds latency, std::int64_t rows)
{
    const double milliseconds = std::chrono::duration<double, std::milli>(latency).count();
    const double step = milliseconds <= 1 ? 0 : std::ceil(std::log2(milliseconds) * kStepsPerPower);
    m_counts.at(static_cast<std::size_t>(std::min(step, static_cast<double>(m_counts.size() - 1)))) += rows;
    m_rows += rows;
    m_sum += std::max(latency, std::chrono::nanoseconds::zero()) * static_cast<double>(rows);
}

void LatencyHistogram::add(const LatencyHistogram& other)
{
    std::ranges::transform(m_counts, other.m_counts, m_counts.begin(), std::plus{});
    m_rows += other.m_rows;
    m_sum += other.m_sum;
}

LatencyHistogram LatencyHistogram::since(const LatencyHistogram& earlier) const
{
    LatencyHistogram news = *this;
    std::ranges::transform(m_counts, earlier.m_counts, news.m_counts.begin(), std::minus{});
    news.m_rows -= earlier.m_rows;
    news.m_sum -= earlier.m_sum;
    return news;
}

std::chrono::nanoseconds LatencyHistogram::percentile(double percent) const
{
    auto missing = static_cast<std::int64_t>(std::ceil(static_cast<double>(m_rows) * percent / 100.0));
    std::size_t step = 0;
    while (missing > m_counts.at(step))
        missing -= m_counts.at(step++);
    const std::chrono::duration<double, std::milli> end(std::exp2(static_cast<double>(step) / kStepsPerPower));
    return m_rows == 0 ? std::chrono::nanoseconds{} : std::chrono::round<std::chrono::nanoseconds>(end);
}

LatencyFigures LatencyHistogram::figures() const
{
    return {m_rows, percentile(50), percentile(95), percentile(99)};
}

std::int64_t LatencyHistogram::rowsWithin(int power) const
{
    return std::accumulate(m_counts.begin(), m_counts.begin() + power * kStepsPerPower + 1, std::int64_t{0});
}

void MadeTimes::add(const MadeAt& group)
{
    if (!m_groups.empty() && m_groups.back().at == group.at) {
        m_groups.back().rows += group.rows;
        return;
    }
    if (m_groups.size() == kMaxGroups)
        halve();
    m_groups.push_back(group);
}

void MadeTimes::halve()
{
    std::ranges::stable_sort(m_groups, {}, &MadeAt::at);
    for (std::size_t i = 0; i < m_groups.size() / 2; ++i)
        m_groups[i] = {m_groups[2 * i].rows + m_groups[2 * i + 1].rows, m_groups[2 * i].at};
    m_groups.resize(m_groups.size() / 2);
}

} // namespace headrace
