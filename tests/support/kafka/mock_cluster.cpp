// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/kafka/mock_cluster.h"

#include <QtGlobal>

#include <algorithm>
#include <array>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 60'000;

rd_kafka_t* create(rd_kafka_type_t type, const std::vector<std::pair<const char*, std::string>>& settings)
{
    std::array<char, 512> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    for (const auto& [name, value] : settings)
        if (rd_kafka_conf_set(conf, name, value.c_str(), reason.data(), reason.size()) != RD_KAFKA_CONF_OK)
            qFatal("mock cluster: %s", reason.data());
    rd_kafka_t* client = rd_kafka_new(type, conf, reason.data(), reason.size());
    if (client == nullptr)
        qFatal("mock cluster: %s", reason.data());
    return client;
}

} // namespace

MockCluster::MockCluster(int brokers)
    : m_owner(create(RD_KAFKA_PRODUCER, {}))
    , m_cluster(rd_kafka_mock_cluster_new(m_owner, brokers))
{
}

MockCluster::~MockCluster()
{
    rd_kafka_mock_cluster_destroy(m_cluster);
    rd_kafka_destroy(m_owner);
}

std::string MockCluster::address() const
{
    return rd_kafka_mock_cluster_bootstraps(m_cluster);
}

rd_kafka_t* MockCluster::newClient(rd_kafka_type_t type, const std::string& group) const
{
    return create(type, {{"bootstrap.servers", address()}, {"group.id", group}});
}

void MockCluster::createTopic(const std::string& topic, const std::vector<std::string>& messages)
{
    rd_kafka_mock_topic_create(m_cluster, topic.c_str(), 1, 1);
    produce(topic, messages);
}

void MockCluster::changeLeader(const std::string& topic, int broker)
{
    if (rd_kafka_mock_partition_set_leader(m_cluster, topic.c_str(), 0, broker) != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("mock cluster: broker %d cannot lead '%s'", broker, topic.c_str());
}

void MockCluster::produce(const std::string& topic, const std::vector<std::string>& messages)
{
    rd_kafka_t* producer = newClient(RD_KAFKA_PRODUCER, "none");
    for (std::string message : messages)
        if (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_VALUE(message.data(), message.size()),
                              RD_KAFKA_V_END) != RD_KAFKA_RESP_ERR_NO_ERROR)
            qFatal("mock cluster: a message was not taken");
    if (rd_kafka_flush(producer, kWaitMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("mock cluster: messages did not arrive");
    rd_kafka_destroy(producer);
}

void MockCluster::answer(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& answers)
{
    rd_kafka_mock_push_request_errors_array(m_cluster, request, answers.size(), answers.data());
}

std::int64_t MockCluster::committed(const std::string& group, const std::string& topic) const
{
    rd_kafka_t* consumer = newClient(RD_KAFKA_CONSUMER, group);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
    if (rd_kafka_committed(consumer, list, kWaitMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("mock cluster: no offsets of '%s'", group.c_str());
    const std::int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(consumer);
    return std::max<std::int64_t>(-1, offset);
}

} // namespace headrace::test
