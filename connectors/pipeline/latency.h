// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace headrace {

/// Percentiles over rows of the time from when a record was made until it was known to be durable.
struct LatencyFigures {
    std::int64_t rows = 0; ///< 0: nothing was measured, the rest means nothing
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p95{};
    std::chrono::nanoseconds p99{};
};

/// Latencies of any number of rows in steps of 9 %, from 1 ms to 12 days.
class LatencyHistogram {
public:
    /// What clocks that differ make negative counts as zero.
    void add(std::chrono::nanoseconds latency, std::int64_t rows);
    void add(const LatencyHistogram& other);
    void clear() { *this = {}; }

    /// What was added since it was as `earlier`.
    [[nodiscard]] LatencyHistogram since(const LatencyHistogram& earlier) const;

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::chrono::duration<double> sum() const { return m_sum; }

    /// The latency that `percent` % of the rows do not exceed, rounded up to the end of its step.
    [[nodiscard]] std::chrono::nanoseconds percentile(double percent) const;
    [[nodiscard]] LatencyFigures figures() const;

    /// Rows of at most 2^power milliseconds, 0 ≤ power ≤ kPowers. Exact.
    [[nodiscard]] std::int64_t rowsWithin(int power) const;

    static constexpr int kPowers = 30;

private:
    static constexpr int kStepsPerPower = 8;

    std::array<std::int64_t, kPowers * kStepsPerPower + 2> m_counts{}; ///< the last one: longer than all steps
    std::int64_t m_rows = 0;
    std::chrono::duration<double> m_sum{};
};

/// When the rows of one batch were made. Bounded memory: where there are very many times, neighbours count as the
/// earlier one.
class MadeTimes {
public:
    void add(const MadeAt& group);
    [[nodiscard]] std::vector<MadeAt> take() { return std::exchange(m_groups, {}); }

private:
    static constexpr std::size_t kMaxGroups = 4096;

    void halve();

    std::vector<MadeAt> m_groups;
};

} // namespace headrace
