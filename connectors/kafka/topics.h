// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/client.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kafka {

struct TopicPartition {
    std::string topic;
    std::int32_t partition = 0;

    friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

[[nodiscard]] std::string toText(const TopicPartition& partition); ///< "orders/3"

using PartitionList =
    std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;
[[nodiscard]] PartitionList newPartitionList(std::size_t capacity);
/// The partitions, each with this offset; as librdkafka has them without one.
[[nodiscard]] PartitionList listOf(const std::vector<TopicPartition>& partitions,
                                   std::int64_t offset = RD_KAFKA_OFFSET_INVALID);

/// A moment in each partition for offsetsAt().
inline constexpr std::int64_t kEarliest = -2;
inline constexpr std::int64_t kLatest = -1; ///< behind the last message that is not in an open transaction

/// The offset of the first message at or behind a time (milliseconds since 1970), kEarliest or kLatest, in the order of
/// `partitions`. Where no message is that late, the partition's end.
[[nodiscard]] Result<std::vector<std::int64_t>> offsetsAt(Client& client, const std::vector<TopicPartition>& partitions,
                                                          std::int64_t time);

/// Where the partitions end for a reader of committed messages, in their order; −1 where no answer comes within `wait`.
[[nodiscard]] std::vector<std::int64_t> endsOf(Client& client, const std::vector<TopicPartition>& partitions,
                                               std::chrono::milliseconds wait);

/// How long and how much a topic keeps.
struct Retention {
    std::optional<std::chrono::milliseconds> time = {}; ///< empty: for ever
    std::optional<std::int64_t> bytes = {};             ///< in each partition; empty: any
    bool compacts = false;                              ///< the last message of each key stays
};

/// What the topics keep; a topic whose settings cannot be read is left out.
[[nodiscard]] std::map<std::string, Retention> retentionOf(Client& client, const std::vector<TopicInfo>& topics);

/// "kept for 7d", "kept for ever", "kept for 7d, up to 1 GiB a partition", "the last message of each key is kept".
[[nodiscard]] std::string toText(const Retention& retention);

/// Creates a topic with the brokers' own number of partitions and replicas, unless it is there already.
Status createTopic(Client& client, const std::string& name, std::int32_t partitions,
                   const std::map<std::string, std::string>& settings);

} // namespace headrace::kafka
