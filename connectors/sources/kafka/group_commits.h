// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/topics.h"

#include <chrono>
#include <memory>

namespace headrace::kafka {

/// Tells a consumer group how far its partitions are durable. One request is on its way at a time, so that none comes
/// after a later one. What a request reached is known from its answer alone: while a group rebalances cooperatively its
/// members keep their partitions, but every offset sent between their JoinGroup and their SyncGroup is refused.
class GroupCommits {
public:
    explicit GroupCommits(rd_kafka_t* client); ///< which outlives it

    [[nodiscard]] bool isWaiting() const { return m_isWaiting; }

    /// Not while one is waiting for its answer.
    void send(const rd_kafka_topic_partition_list_t* offsets);

    /// The offsets of the request with the answer of each as its `err`; null: no answer within `wait`.
    [[nodiscard]] PartitionList answer(std::chrono::milliseconds wait);

private:
    rd_kafka_t* m_client;
    std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> m_answers;
    bool m_isWaiting = false;
};

/// The group had not ended its rebalance: the same offsets can be sent again.
[[nodiscard]] bool isRefusedByRebalance(rd_kafka_resp_err_t code);

} // namespace headrace::kafka
