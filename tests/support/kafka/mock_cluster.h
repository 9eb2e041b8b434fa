// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <string>
#include <vector>

namespace headrace::test {

/// librdkafka's own imitation of a cluster, for answers that a real one gives only by chance. Every failure ends the
/// program with a sentence.
class MockCluster {
public:
    explicit MockCluster(int brokers = 1);
    ~MockCluster();
    MockCluster(const MockCluster&) = delete;
    MockCluster& operator=(const MockCluster&) = delete;

    [[nodiscard]] std::string address() const;

    /// A topic of one partition with these messages.
    void createTopic(const std::string& topic, const std::vector<std::string>& messages);

    /// More messages for it.
    void produce(const std::string& topic, const std::vector<std::string>& messages);

    /// Broker 1, 2 … serves the topic from now on; the one before no longer does.
    void changeLeader(const std::string& topic, int broker);

    /// The next requests of that number in Kafka's protocol are answered so.
    void answer(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& answers);
    static constexpr std::int16_t kProduce = 0;
    static constexpr std::int16_t kListOffsets = 2;
    static constexpr std::int16_t kOffsetCommit = 8;
    static constexpr std::int16_t kAddPartitionsToTxn = 24;
    static constexpr std::int16_t kEndTxn = 26;

    /// What a group has committed in partition 0; −1: nothing.
    [[nodiscard]] std::int64_t committed(const std::string& group, const std::string& topic) const;

private:
    [[nodiscard]] rd_kafka_t* newClient(rd_kafka_type_t type, const std::string& group) const;

    rd_kafka_t* m_owner;
    rd_kafka_mock_cluster_t* m_cluster;
};

} // namespace headrace::test
