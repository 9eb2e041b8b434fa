// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/mqtt_description.h"

#include "connectors/core/option_lookup.h"
#include "connectors/core/shown_number.h"
#include "connectors/sources/mqtt/broker_session.h"

#include <fmt/format.h>

#include <chrono>
#include <map>

namespace headrace::mqtt {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLookTime{1};
constexpr std::size_t kMostTopics = 500;

struct Seen {
    std::size_t messages = 0;
    std::size_t bytes = 0; ///< of the last
};

} // namespace

Result<std::string> probeBroker(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options known, options.check(sourceOptions(), "mqtt source"));
    HEADRACE_TRY(const SourceSettings settings, sourceSettings(known));
    BrokerSession session(
        settings.broker, [](const Message&) {}, [] { return Status{}; });
    HEADRACE_CHECK(session.open({}, false, settings.topics, 0, stop));
    return fmt::format("The MQTT broker '{}' takes the subscription. {}", settings.broker.address(),
                       promiseOf(settings));
}

Result<std::vector<Readable>> describeTopics(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options known, checkedPart(options, brokerOptions(), "mqtt source"));
    HEADRACE_TRY(const BrokerSettings broker, brokerSettings(known));
    std::map<std::string, Seen> topics;
    BrokerSession session(
        broker,
        [&](const Message& message) {
            if (topics.size() < kMostTopics || topics.contains(message.topic)) {
                ++topics[message.topic].messages;
                topics[message.topic].bytes = message.payload.size();
            }
        },
        [] { return Status{}; });
    HEADRACE_CHECK(session.open({}, false, {"#"}, 0, stop));
    const auto end = steady_clock::now() + kLookTime;
    while (steady_clock::now() < end && !stop.stop_requested())
        HEADRACE_CHECK(session.step(std::chrono::milliseconds{50}, true));
    std::vector<Readable> readables;
    for (const auto& [topic, seen] : topics) {
        Options only = options;
        only.set("topic", OptionList{topic});
        readables.push_back(
            {topic, std::move(only),
             fmt::format("{} seen, the last of {}", counted(seen.messages, "message"), shownSize(seen.bytes))});
    }
    return readables;
}

} // namespace headrace::mqtt
