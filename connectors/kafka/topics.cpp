// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/topics.h"

#include "connectors/core/shown_number.h"
#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <thread>

namespace headrace::kafka {

namespace {

using Event = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;
using Queue = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;

constexpr std::chrono::milliseconds kRetryPause{100};

int milliseconds(const Client& client)
{
    return static_cast<int>(client.settings().timeout().count());
}

/// The answer to the request that `send(queue)` makes; null when none comes in time.
template <typename Send>
Event answer(Client& client, Send&& send)
{
    const Queue queue(rd_kafka_queue_new(client.handle()), rd_kafka_queue_destroy);
    send(queue.get());
    return {rd_kafka_queue_poll(queue.get(), milliseconds(client)), rd_kafka_event_destroy};
}

/// Messages of the same time as the last, or none at all: what the cluster answers is the partition's end, or nothing.
Status fillEnds(Client& client, const std::vector<TopicPartition>& partitions, std::vector<std::int64_t>& offsets)
{
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        if (offsets[i] >= 0)
            continue;
        std::int64_t low = 0;
        const auto code =
            rd_kafka_query_watermark_offsets(client.handle(), partitions[i].topic.c_str(), partitions[i].partition,
                                             &low, &offsets[i], milliseconds(client));
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return fail(clientError(code, fmt::format("The offsets of '{}' cannot be read", toText(partitions[i]))));
    }
    return {};
}

/// nullopt where the settings could not be read.
std::optional<Retention> retentionIn(const rd_kafka_ConfigResource_t* resource)
{
    std::size_t entries = 0;
    const auto** configs = rd_kafka_ConfigResource_configs(resource, &entries);
    std::optional<Retention> retention;
    for (std::size_t i = 0; i < entries; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(configs[i]);
        const std::string_view name = rd_kafka_ConfigEntry_name(configs[i]);
        if (value == nullptr || (name != "retention.ms" && name != "retention.bytes" && name != "cleanup.policy"))
            continue;
        if (!retention)
            retention.emplace();
        const std::int64_t number = std::strtoll(value, nullptr, 10);
        if (name == "cleanup.policy")
            retention->compacts = std::string_view(value) == "compact";
        else if (number >= 0 && name == "retention.ms")
            retention->time = std::chrono::milliseconds{number};
        else if (number >= 0)
            retention->bytes = number;
    }
    return retention;
}

Result<std::vector<std::int64_t>> offsetsNow(Client& client, const std::vector<TopicPartition>& partitions,
                                             std::int64_t time)
{
    std::vector<std::int64_t> offsets(partitions.size(), -1);
    if (partitions.empty())
        return offsets;
    const PartitionList list = listOf(partitions, time);
    const auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), milliseconds(client));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, fmt::format("The offsets of '{}' cannot be read", partitions.front().topic)));
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        const auto& element = list->elems[i];
        if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return fail(
                clientError(element.err, fmt::format("The offsets of '{}' cannot be read", toText(partitions[i]))));
        offsets[i] = element.offset;
    }
    HEADRACE_CHECK(fillEnds(client, partitions, offsets));
    return offsets;
}

} // namespace

std::string toText(const TopicPartition& partition)
{
    return fmt::format("{}/{}", partition.topic, partition.partition);
}

PartitionList newPartitionList(std::size_t capacity)
{
    return {rd_kafka_topic_partition_list_new(static_cast<int>(capacity)), rd_kafka_topic_partition_list_destroy};
}

PartitionList listOf(const std::vector<TopicPartition>& partitions, std::int64_t offset)
{
    PartitionList list = newPartitionList(partitions.size());
    for (const TopicPartition& partition : partitions)
        rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition)->offset = offset;
    return list;
}

Result<std::vector<std::int64_t>> offsetsAt(Client& client, const std::vector<TopicPartition>& partitions,
                                            std::int64_t time)
{
    // The topic is there, or nobody would ask. A client whose connection has broken, or whose broker is just starting,
    // may not know of it until it is told again.
    const auto deadline = std::chrono::steady_clock::now() + client.settings().timeout();
    while (true) {
        auto offsets = offsetsNow(client, partitions, time);
        if (offsets || (offsets.error().code != ErrorCode::Unavailable && offsets.error().code != ErrorCode::NotFound))
            return offsets;
        if (std::chrono::steady_clock::now() >= deadline) {
            offsets.error().code = ErrorCode::Unavailable;
            return offsets;
        }
        std::this_thread::sleep_for(kRetryPause);
        const rd_kafka_metadata_t* metadata = nullptr;
        if (rd_kafka_metadata(client.handle(), 1, nullptr, &metadata, milliseconds(client)) ==
            RD_KAFKA_RESP_ERR_NO_ERROR)
            rd_kafka_metadata_destroy(metadata);
    }
}

std::vector<std::int64_t> endsOf(Client& client, const std::vector<TopicPartition>& partitions,
                                 std::chrono::milliseconds wait)
{
    const PartitionList list = listOf(partitions, kLatest);
    std::vector<std::int64_t> ends(partitions.size(), -1);
    if (rd_kafka_offsets_for_times(client.handle(), list.get(), static_cast<int>(wait.count())) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return ends;
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            ends[i] = list->elems[i].offset;
    return ends;
}

std::map<std::string, Retention> retentionOf(Client& client, const std::vector<TopicInfo>& topics)
{
    std::vector<rd_kafka_ConfigResource_t*> resources;
    for (const TopicInfo& topic : topics)
        resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
    std::map<std::string, Retention> retention;
    if (resources.empty())
        return retention;
    const Event event = answer(client, [&](rd_kafka_queue_t* queue) {
        rd_kafka_DescribeConfigs(client.handle(), resources.data(), resources.size(), nullptr, queue);
    });
    const auto* result = event == nullptr ? nullptr : rd_kafka_event_DescribeConfigs_result(event.get());
    std::size_t count = 0;
    const auto** described = result == nullptr ? nullptr : rd_kafka_DescribeConfigs_result_resources(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto found = retentionIn(described[i]))
            retention[rd_kafka_ConfigResource_name(described[i])] = *found;
    }
    rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
    return retention;
}

std::string toText(const Retention& retention)
{
    if (retention.compacts)
        return "the last message of each key is kept";
    std::string text =
        retention.time ? fmt::format("kept for {}", exactDuration(*retention.time)) : std::string("kept for ever");
    if (retention.bytes)
        text += fmt::format(", up to {} a partition", shownSize(*retention.bytes));
    return text;
}

Status createTopic(Client& client, const std::string& name, std::int32_t partitions,
                   const std::map<std::string, std::string>& settings)
{
    std::array<char, 512> reason{};
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, -1, reason.data(), reason.size());
    if (topic == nullptr)
        return fail(ErrorCode::Usage, fmt::format("The topic '{}' cannot be created: {}.", name, reason.data()));
    for (const auto& [key, value] : settings)
        rd_kafka_NewTopic_set_config(topic, key.c_str(), value.c_str());
    const Event event = answer(
        client, [&](rd_kafka_queue_t* queue) { rd_kafka_CreateTopics(client.handle(), &topic, 1, nullptr, queue); });
    rd_kafka_NewTopic_destroy(topic);
    const std::string what = fmt::format("The topic '{}' cannot be created", name);
    if (event == nullptr)
        return fail(clientError(RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, what, rd_kafka_event_error_string(event.get())));
    std::size_t count = 0;
    const auto** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
    const auto code = count == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_topic_result_error(results[0]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return {};
    const char* detail = rd_kafka_topic_result_error_string(results[0]);
    return fail(clientError(code, what, detail == nullptr ? "" : detail));
}

} // namespace headrace::kafka
