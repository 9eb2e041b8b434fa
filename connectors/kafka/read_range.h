// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/topics.h"

#include <functional>
#include <optional>

namespace headrace::kafka {

/// Where to begin in one partition, and before which offset to end.
struct Range {
    TopicPartition partition;
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Reads what stands in the ranges with a client of its own, without a group, and leaves no trace. `visit` gets each
/// message until it answers false. False when `deadline` came before the ends.
[[nodiscard]] Result<bool> readRanges(const ClientSettings& settings, const std::vector<Range>& ranges,
                                      const std::function<bool(const rd_kafka_message_t&)>& visit,
                                      std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);

} // namespace headrace::kafka
