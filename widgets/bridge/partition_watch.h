// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// One partition or shard as a run reads it.
struct PartitionLine {
    PartitionProgress progress;
    std::optional<double> rowsPerSecond = {};         ///< that were read
    std::optional<double> rowsPerSecondOut = {};      ///< that became durable
    std::optional<std::chrono::nanoseconds> age = {}; ///< of its last record
};

/// All partitions of a run together.
struct PartitionTotals {
    std::size_t count = 0;
    std::optional<std::int64_t> lag = {};                 ///< empty where one does not say it
    std::optional<std::chrono::milliseconds> behind = {}; ///< of the one that is furthest behind
    double rowsPerSecond = 0;
    std::optional<double> rowsPerSecondOut = {};      ///< that became durable
    std::optional<std::chrono::nanoseconds> age = {}; ///< of the newest record
};

/// Looks at a run's partitions again and again, so that their rates can be told. UI thread only.
class PartitionWatch {
public:
    static constexpr std::chrono::seconds kRateTime{3};

    void clear() { m_looks.clear(); }

    /// Takes note of the partitions; `now` is the time on the clock that records are stamped with.
    void look(const MetricsSnapshot& snapshot, std::chrono::system_clock::time_point now);

    /// In the order in which the source names them.
    [[nodiscard]] std::vector<PartitionLine> lines() const;
    [[nodiscard]] PartitionTotals totals() const;

private:
    struct Look {
        std::chrono::nanoseconds at{}; ///< monotonic
        std::map<std::string, PartitionProgress> partitions;
        std::int64_t committed = 0;
    };
    using Counter = std::int64_t PartitionProgress::*;

    [[nodiscard]] std::optional<double> rateOf(const PartitionProgress& partition, Counter counter) const;

    std::deque<Look> m_looks; ///< of the last kRateTime, and the one before
    std::vector<PartitionProgress> m_partitions;
    std::chrono::system_clock::time_point m_now;
};

} // namespace headrace
