// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/kafka_description.h"

#include "connectors/kafka/client_error.h"
#include "connectors/sources/kafka/kafka_position.h"
#include "connectors/sources/kafka/metadata_columns.h"
#include "connectors/sources/kafka/partition_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::kafka {

namespace {

constexpr std::chrono::seconds kRateTime{60};
constexpr std::int64_t kWeighed = 50;        ///< messages of each partition whose size is looked at
constexpr std::chrono::seconds kLookTime{3}; ///< for all partitions; what was not seen by then stays unknown

using Moment = std::optional<std::chrono::system_clock::time_point>;

/// What some messages of a partition tell about it.
struct Seen {
    std::int64_t messages = 0;
    std::int64_t bytes = 0;
    Moment oldest;
    Moment newest;
};

struct Bounds {
    std::vector<TopicPartition> ids;
    std::vector<std::int64_t> low, high, minuteAgo;
};

Result<Bounds> boundsOf(Client& client, std::vector<TopicPartition> ids)
{
    const auto minuteAgo = std::chrono::system_clock::now() - kRateTime;
    Bounds bounds{std::move(ids), {}, {}, {}};
    HEADRACE_TRY(bounds.low, offsetsAt(client, bounds.ids, kEarliest));
    HEADRACE_TRY(bounds.high, offsetsAt(client, bounds.ids, kLatest));
    HEADRACE_TRY(
        bounds.minuteAgo,
        offsetsAt(client, bounds.ids,
                  std::chrono::duration_cast<std::chrono::milliseconds>(minuteAgo.time_since_epoch()).count()));
    return bounds;
}

/// Reads [begin(i), end(i)) of each partition.
template <typename Begin, typename End>
Result<std::map<TopicPartition, Seen>> look(const ClientSettings& settings, const Bounds& bounds, Begin&& begin,
                                            End&& end, const std::stop_token& stop)
{
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < bounds.ids.size(); ++i)
        ranges.push_back({bounds.ids[i], begin(i), end(i)});
    std::map<TopicPartition, Seen> all;
    const auto note = [&all](const rd_kafka_message_t& message) {
        Seen& seen = all[{rd_kafka_topic_name(message.rkt), message.partition}];
        ++seen.messages;
        seen.bytes += static_cast<std::int64_t>(message.len + message.key_len);
        if (const auto time = timestampOf(message)) {
            const std::chrono::system_clock::time_point at{std::chrono::milliseconds{*time}};
            seen.oldest = std::min(seen.oldest.value_or(at), at);
            seen.newest = std::max(seen.newest.value_or(at), at);
        }
        return true;
    };
    HEADRACE_CHECK(readRanges(settings, ranges, note, std::chrono::steady_clock::now() + kLookTime, stop));
    return all;
}

/// What the group has committed; −1: nothing. Joins nothing.
Result<std::vector<std::int64_t>> committedBy(const SourceSettings& settings, const std::vector<TopicPartition>& ids)
{
    Conf conf = settings.client.conf();
    set(conf.get(), "group.id", settings.group);
    set(conf.get(), "enable.auto.commit", "false");
    HEADRACE_TRY(const auto client, Client::create(Client::Kind::Consumer, std::move(conf), settings.client));
    const PartitionList list = listOf(ids);
    const auto code =
        rd_kafka_committed(client->handle(), list.get(), static_cast<int>(settings.client.timeout().count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(
            clientError(code, fmt::format("The offsets of the consumer group '{}' cannot be read", settings.group)));
    std::vector<std::int64_t> offsets;
    for (int i = 0; i < list->cnt; ++i)
        offsets.push_back(std::max<std::int64_t>(-1, list->elems[i].offset));
    return offsets;
}

/// What was delivered of each partition, and whose progress that is.
Status noteLag(const SourceSettings& settings, const std::optional<Position>& delivered, const Bounds& bounds,
               StreamFacts& facts)
{
    std::vector<std::int64_t> next(bounds.ids.size(), -1);
    if (!settings.group.empty()) {
        HEADRACE_TRY(next, committedBy(settings, bounds.ids));
        facts.lagOf = fmt::format("the consumer group '{}'", settings.group);
    } else if (delivered) {
        HEADRACE_TRY(const ReadPosition position, ReadPosition::parse(*delivered));
        for (std::size_t i = 0; i < next.size(); ++i) {
            if (const auto found = position.next.find(bounds.ids[i]); found != position.next.end())
                next[i] = found->second;
        }
        facts.lagOf = "this pipeline";
    } else {
        return {};
    }
    for (std::size_t i = 0; i < next.size(); ++i)
        facts.partitions[i].lag = bounds.high[i] - std::max(next[i], bounds.low[i]);
    return {};
}

std::string retentionText(Client& client, const std::vector<TopicInfo>& topics)
{
    const auto kept = retentionOf(client, topics);
    if (kept.size() == 1)
        return fmt::format("Of '{}', {}.", kept.begin()->first, toText(kept.begin()->second));
    std::string text;
    for (const auto& [topic, retention] : kept)
        text += fmt::format("{}'{}': {}", text.empty() ? "" : "; ", topic, toText(retention));
    return text.empty() ? text : text + ".";
}

} // namespace

Result<StreamFacts> factsOfTopics(const Options& options, const std::optional<Position>& delivered,
                                  const std::stop_token& stop)
{
    HEADRACE_TRY(const Options fitting, options.check(sourceOptions(), "kafka source"));
    HEADRACE_TRY(const SourceSettings settings, sourceSettings(fitting));
    PartitionReader reader(settings);
    HEADRACE_TRY(const auto topics, reader.find(stop));
    HEADRACE_TRY(const auto client, Client::create(Client::Kind::Producer, settings.client.conf(), settings.client));
    HEADRACE_TRY(const Bounds bounds, boundsOf(*client, reader.wantedPartitions()));
    const auto& low = bounds.low;
    const auto& high = bounds.high;
    HEADRACE_TRY(const auto first, look(
                                       settings.client, bounds, [&](std::size_t i) { return low[i]; },
                                       [&](std::size_t i) { return std::min(low[i] + 1, high[i]); }, stop));
    HEADRACE_TRY(const auto last,
                 look(
                     settings.client, bounds, [&](std::size_t i) { return std::max(low[i], high[i] - kWeighed); },
                     [&](std::size_t i) { return high[i]; }, stop));
    StreamFacts facts;
    facts.retention = retentionText(*client, topics);
    for (std::size_t i = 0; i < bounds.ids.size(); ++i) {
        PartitionFacts partition{toText(bounds.ids[i]), std::to_string(low[i]), std::to_string(high[i])};
        partition.records = high[i] - low[i];
        partition.recordsPerSecond =
            static_cast<double>(high[i] - std::clamp(bounds.minuteAgo[i], low[i], high[i])) / kRateTime.count();
        if (const auto seen = first.find(bounds.ids[i]); seen != first.end())
            partition.oldest = seen->second.oldest;
        if (const auto seen = last.find(bounds.ids[i]); seen != last.end()) {
            partition.newest = seen->second.newest;
            partition.bytes = partition.records * seen->second.bytes / std::max<std::int64_t>(1, seen->second.messages);
        } else if (partition.records == 0) {
            partition.bytes = 0;
        }
        facts.partitions.push_back(std::move(partition));
    }
    HEADRACE_CHECK(noteLag(settings, delivered, bounds, facts));
    return facts;
}

} // namespace headrace::kafka
