// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// bench_kafka consume BROKERS TOPIC: reads a topic to its end with librdkafka and nothing else.
// bench_kafka produce BROKERS TOPIC FILE: writes the file's lines as messages, in the same way.
// What the kafka connectors are measured against. Both print messages, bytes and seconds.
// bench_kafka create BROKERS TOPIC PARTITIONS | delete BROKERS TOPIC: what a run needs and leaves.
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "bench_kafka: %s\n", what);
    std::exit(1);
}

rd_kafka_t* newClient(rd_kafka_type_t type, const std::vector<std::pair<const char*, const char*>>& settings)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char reason[512] = "";
    for (const auto& [name, value] : settings)
        if (rd_kafka_conf_set(conf, name, value, reason, sizeof(reason)) != RD_KAFKA_CONF_OK)
            fail(reason);
    rd_kafka_t* client = rd_kafka_new(type, conf, reason, sizeof(reason));
    if (client == nullptr)
        fail(reason);
    return client;
}

void report(std::int64_t messages, std::int64_t bytes, Clock::time_point start)
{
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("{\"messages\":%lld,\"bytes\":%lld,\"seconds\":%.3f}\n", static_cast<long long>(messages),
                static_cast<long long>(bytes), seconds);
}

int partitionsOf(rd_kafka_t* client, const char* topic)
{
    rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic, nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(client, 0, handle, &metadata, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("the topic cannot be found");
    const int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return count;
}

void consume(const char* brokers, const char* topic)
{
    const auto start = Clock::now();
    rd_kafka_t* client = newClient(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers},
                                                       {"group.id", "bench"},
                                                       {"enable.auto.commit", "false"},
                                                       {"enable.partition.eof", "true"},
                                                       {"fetch.queue.backoff.ms", "5"}, // as the source has it
                                                       {"check.crcs", "true"}});
    rd_kafka_poll_set_consumer(client);
    const int partitions = partitionsOf(client, topic);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition)
        rd_kafka_topic_partition_list_add(list, topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(client, list);
    rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client);
    std::vector<rd_kafka_message_t*> received(10'000);
    std::int64_t messages = 0;
    std::int64_t bytes = 0;
    for (int ended = 0; ended < partitions;) {
        const ssize_t count = rd_kafka_consume_batch_queue(queue, 100, received.data(), received.size());
        for (ssize_t i = 0; i < count; ++i) {
            ended += received[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ? 1 : 0;
            messages += received[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1 : 0;
            bytes += static_cast<std::int64_t>(received[i]->len);
            rd_kafka_message_destroy(received[i]);
        }
    }
    report(messages, bytes, start);
    std::fflush(stdout);
    std::_Exit(0); // leaving the client tidily is not what is measured
}

void produce(const char* brokers, const char* topic, const char* path)
{
    const auto start = Clock::now();
    rd_kafka_t* client = newClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers},
                                                       {"enable.idempotence", "true"},
                                                       {"compression.codec", "lz4"},
                                                       {"linger.ms", "50"},
                                                       {"queue.buffering.max.messages", "100000"}});
    rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic, nullptr);
    std::ifstream file(path);
    std::string line;
    std::int64_t messages = 0;
    std::int64_t bytes = 0;
    while (std::getline(file, line)) {
        while (rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, line.data(), line.size(), nullptr,
                                0, nullptr) != 0)
            rd_kafka_poll(client, 10);
        ++messages;
        bytes += static_cast<std::int64_t>(line.size());
    }
    if (rd_kafka_flush(client, 60'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("not all messages were delivered");
    report(messages, bytes, start);
    std::fflush(stdout);
    std::_Exit(0);
}

/// Sends an admin request and waits for its answer.
template <typename Send>
void request(const char* brokers, Send&& send)
{
    rd_kafka_t* client = newClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers}});
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
    send(client, queue);
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 60'000);
    if (event == nullptr || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("the topic cannot be created or deleted");
    std::_Exit(0);
}

void create(const char* brokers, const char* topic, const char* partitions)
{
    rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic, std::atoi(partitions), 1, nullptr, 0);
    request(brokers, [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(client, &wanted, 1, nullptr, queue);
    });
}

void deleteTopic(const char* brokers, const char* topic)
{
    rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic);
    request(brokers, [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(client, &wanted, 1, nullptr, queue);
    });
}

} // namespace

int main(int count, char** arguments)
{
    const std::string_view mode = count > 1 ? arguments[1] : "";
    if (mode == "consume" && count == 4)
        consume(arguments[2], arguments[3]);
    if (mode == "produce" && count == 5)
        produce(arguments[2], arguments[3], arguments[4]);
    if (mode == "create" && count == 5)
        create(arguments[2], arguments[3], arguments[4]);
    if (mode == "delete" && count == 4)
        deleteTopic(arguments[2], arguments[3]);
    fail("usage: bench_kafka consume BROKERS TOPIC | produce BROKERS TOPIC FILE | create BROKERS TOPIC PARTITIONS | "
         "delete BROKERS TOPIC");
}
