// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/commits_topic.h"

#include "connectors/core/json.h"
#include "connectors/core/pause.h"
#include "connectors/kafka/read_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace headrace::kafka {

namespace {

constexpr std::int64_t kFirstLook = 1000; ///< messages from the end; then eight times as many, and so on
constexpr int kTries = 100;               ///< of looking for a topic that was created
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::seconds kPatience{300}; ///< for the answer of the brokers

Result<CommittedPosition> parseCommit(std::string_view text)
{
    try {
        const auto json = parseJson(text);
        return CommittedPosition{{json.at("position").get<std::string>()}, json.at("sequence").get<std::int64_t>()};
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::Conflict,
                    fmt::format("A message of the topic '{}' is no position of a pipeline; something else has written "
                                "to it.",
                                kCommitsTopic),
                    exception.what());
    }
}

} // namespace

Status createCommitsTopic(Client& client, const std::stop_token& stop)
{
    if (client.topics({kCommitsTopic}, stop))
        return {};
    // Small segments, because only closed ones are compacted.
    HEADRACE_CHECK(
        createTopic(client, kCommitsTopic, 1, {{"cleanup.policy", "compact"}, {"segment.bytes", "4194304"}}));
    // The answer comes before the brokers tell of the topic, whose offsets are asked for next.
    for (int tries = 0; tries < kTries && !client.topics({kCommitsTopic}, stop); ++tries)
        if (!pause(kPause, stop))
            break;
    return {};
}

std::string commitKey(const RunIdentity& identity, const std::string& topic)
{
    return jsonText(nlohmann::ordered_json({identity.pipeline, identity.source, topic}));
}

std::string commitValue(const CommittedPosition& committed)
{
    nlohmann::ordered_json json;
    json["sequence"] = committed.sequence;
    json["position"] = committed.end.text;
    return jsonText(json);
}

Result<std::optional<CommittedPosition>> readCommitted(Client& client, const std::string& key,
                                                       const std::stop_token& stop)
{
    const TopicPartition partition{kCommitsTopic, 0};
    HEADRACE_TRY(const auto lows, offsetsAt(client, {partition}, kEarliest));
    HEADRACE_TRY(const auto highs, offsetsAt(client, {partition}, kLatest));
    std::int64_t end = highs[0];
    for (std::int64_t count = kFirstLook; end > lows[0]; count *= 8) {
        const std::int64_t begin = std::max(lows[0], end - count);
        std::optional<std::string> found;
        HEADRACE_TRY(const bool isWhole,
                     readRanges(
                         client.settings(), {{partition, begin, end}},
                         [&](const rd_kafka_message_t& message) {
                             if (std::string_view(static_cast<const char*>(message.key), message.key_len) == key)
                                 found.emplace(static_cast<const char*>(message.payload), message.len);
                             return true;
                         },
                         std::chrono::steady_clock::now() + kPatience, stop));
        if (!isWhole) // a position that was not found for this would send every row once more
            return fail(ErrorCode::Unavailable,
                        fmt::format("The positions in the topic '{}' could not be read within {} s.", kCommitsTopic,
                                    kPatience.count()));
        if (found) {
            HEADRACE_TRY(const auto committed, parseCommit(*found));
            return committed;
        }
        end = begin;
    }
    return std::nullopt;
}

} // namespace headrace::kafka
