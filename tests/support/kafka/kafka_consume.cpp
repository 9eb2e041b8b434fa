// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// KafkaBroker's reading half.
#include "tests/support/kafka/kafka_broker.h"

#include <QtGlobal>

#include <algorithm>
#include <map>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 60'000;

std::optional<std::string> bytesOf(const void* data, std::size_t size)
{
    return data == nullptr ? std::nullopt : std::optional(std::string(static_cast<const char*>(data), size));
}

KafkaMessage copyOf(const rd_kafka_message_t& message)
{
    KafkaMessage copy{bytesOf(message.payload, message.len), bytesOf(message.key, message.key_len), message.partition};
    rd_kafka_headers_t* headers = nullptr;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i)
            copy.headers.emplace_back(name, bytesOf(value, size));
    copy.timestamp = rd_kafka_message_timestamp(&message, nullptr);
    return copy;
}

} // namespace

std::vector<KafkaMessage> KafkaBroker::consume(const std::string& topic)
{
    rd_kafka_topic_t* handle = rd_kafka_topic_new(admin(), topic.c_str(), nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(admin(), 0, handle, &metadata, kWaitMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("test broker: no metadata of '%s'", topic.c_str());
    const int partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);

    rd_kafka_t* consumer = newClient(RD_KAFKA_CONSUMER, {{"group.id", "test-reader"},
                                                         {"enable.auto.commit", "false"},
                                                         {"enable.partition.eof", "true"},
                                                         {"fetch.wait.max.ms", "20"},
                                                         {"isolation.level", "read_committed"}});
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition)
        rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);

    std::map<std::pair<std::int32_t, std::int64_t>, KafkaMessage> found;
    for (int ended = 0; ended < partitions;) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, kWaitMs);
        if (message == nullptr)
            qFatal("test broker: '%s' does not end", topic.c_str());
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            ++ended;
        else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            found.emplace(std::pair(message->partition, message->offset), copyOf(*message));
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    std::vector<KafkaMessage> messages;
    for (auto& [place, message] : found)
        messages.push_back(std::move(message));
    return messages;
}

std::int64_t KafkaBroker::committed(const std::string& group, const std::string& topic, std::int32_t partition)
{
    rd_kafka_t* consumer = newClient(RD_KAFKA_CONSUMER, {{"group.id", group}});
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
    if (rd_kafka_committed(consumer, list, kWaitMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("test broker: no offsets of '%s'", group.c_str());
    const std::int64_t offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(consumer);
    return std::max<std::int64_t>(-1, offset);
}

} // namespace headrace::test
