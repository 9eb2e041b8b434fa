// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/kafka_description.h"

#include "connectors/core/option_lookup.h"
#include "connectors/core/shown_number.h"
#include "connectors/kafka/read_range.h"
#include "connectors/sources/kafka/partition_reader.h"
#include "connectors/sources/messages/schema_description.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace headrace::kafka {

namespace {

constexpr std::int64_t kLookedAt = 100; ///< last messages of a partition, whose schemas are told
constexpr std::size_t kMostSchemas = 10;
constexpr std::chrono::seconds kLookingTime{3};

std::vector<TopicPartition> partitionsOf(const std::vector<TopicInfo>& topics)
{
    std::vector<TopicPartition> partitions;
    for (const TopicInfo& topic : topics)
        for (const std::int32_t partition : topic.partitions)
            partitions.push_back({topic.name, partition});
    return partitions;
}

/// Offsets between start and end: more than messages where keys or transactions were removed.
Result<std::map<std::string, std::int64_t>> messageCounts(Client& client, const std::vector<TopicInfo>& topics)
{
    const auto partitions = partitionsOf(topics);
    HEADRACE_TRY(const auto lows, offsetsAt(client, partitions, kEarliest));
    HEADRACE_TRY(const auto highs, offsetsAt(client, partitions, kLatest));
    std::map<std::string, std::int64_t> counts;
    for (std::size_t i = 0; i < partitions.size(); ++i)
        counts[partitions[i].topic] += highs[i] - lows[i];
    return counts;
}

Result<std::unique_ptr<Client>> connect(const Options& options)
{
    HEADRACE_TRY(const ClientSettings settings, ClientSettings::from(options));
    return Client::create(Client::Kind::Producer, settings.conf(), settings);
}

/// What the registry says of the schemas that the last messages name; empty without a registry.
Result<std::string> schemasIn(const SourceSettings& settings, Client& client, const std::vector<TopicInfo>& topics,
                              const std::stop_token& stop)
{
    const bool isJson = settings.value == ValueFormat::JsonSchema;
    const RegistrySettings& registry = isJson ? settings.jsonRegistry : settings.avro.registry;
    const bool hasKeys = settings.key && !settings.key->avro.registry.url.empty();
    if (registry.url.empty() && !hasKeys)
        return std::string();
    const auto partitions = partitionsOf(topics);
    HEADRACE_TRY(const auto lows, offsetsAt(client, partitions, kEarliest));
    HEADRACE_TRY(const auto highs, offsetsAt(client, partitions, kLatest));
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < partitions.size(); ++i)
        if (highs[i] > lows[i])
            ranges.push_back({partitions[i], std::max(lows[i], highs[i] - kLookedAt), highs[i]});
    std::set<std::uint32_t> ids;
    const auto note = [&](const void* bytes, std::size_t size) {
        if (const auto id = framedSchema({static_cast<const char*>(bytes), size}))
            ids.insert(*id);
    };
    HEADRACE_CHECK(readRanges(
        settings.client, ranges,
        [&](const rd_kafka_message_t& message) {
            if (!registry.url.empty())
                note(message.payload, message.len);
            if (hasKeys)
                note(message.key, message.key_len);
            return ids.size() < kMostSchemas;
        },
        std::chrono::steady_clock::now() + kLookingTime, stop));
    std::vector<std::string> names;
    for (const TopicInfo& topic : topics)
        names.push_back(topic.name);
    return describeSchemas(hasKeys ? settings.key->avro.registry : registry, ids, names, stop);
}

} // namespace

Result<std::string> probeTopics(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "kafka source"));
    HEADRACE_TRY(const SourceSettings settings, sourceSettings(checked));
    PartitionReader reader(settings);
    HEADRACE_TRY(const auto topics, reader.find(stop));
    HEADRACE_TRY(const auto client, connect(checked));
    HEADRACE_TRY(const auto counts, messageCounts(*client, topics));
    std::int64_t messages = 0;
    for (const auto& [topic, count] : counts)
        messages += count;
    const std::string what =
        topics.size() == 1 ? fmt::format("The topic '{}' has", topics.front().name)
                           : fmt::format("The {} have", counted(static_cast<std::int64_t>(topics.size()), "topic"));
    HEADRACE_TRY(const std::string schemas, schemasIn(settings, *client, topics, stop));
    return fmt::format("{} {} with about {}.{}", what,
                       counted(static_cast<std::int64_t>(partitionsOf(topics).size()), "partition"),
                       counted(messages, "message"), schemas);
}

Result<std::vector<Readable>> describeTopics(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, checkedPart(options, connectionOptions(), "kafka source"));
    HEADRACE_TRY(const auto client, connect(checked));
    HEADRACE_TRY(const auto topics, client->topics({}, stop));
    HEADRACE_TRY(const auto counts, messageCounts(*client, topics));
    const auto retention = retentionOf(*client, topics);
    std::vector<Readable> readables;
    for (const TopicInfo& topic : topics) {
        const auto count = counts.find(topic.name);
        const auto kept = retention.find(topic.name);
        std::string description =
            fmt::format("{}, about {}", counted(static_cast<std::int64_t>(topic.partitions.size()), "partition"),
                        counted(count == counts.end() ? 0 : count->second, "message"));
        if (kept != retention.end())
            description += ", " + toText(kept->second);
        Options only = options;
        only.erase("partitions");
        only.set("topic", OptionList{topic.name});
        readables.push_back({topic.name, std::move(only), std::move(description)});
    }
    return readables;
}

} // namespace headrace::kafka
