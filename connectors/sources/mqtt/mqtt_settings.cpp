// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sources/mqtt/mqtt_settings.h"

#include "connectors/core/stable_hash.h"
#include "connectors/core/state_folder.h"
#include "connectors/sources/mqtt/mosquitto_library.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <unistd.h>

namespace headrace::mqtt {

namespace {

using std::chrono::milliseconds;

/// Beside the program's checkpoints.
std::string defaultSpool(const std::string& clientId)
{
    std::string name;
    for (const char c : clientId)
        name += c == '/' ? '_' : c;
    return fmt::format("{}/mqtt/{}", defaultStateFolder(), name);
}

/// The same at every start on this machine, and another on every other; 23 characters suit every broker.
std::string defaultClientId(const SourceSettings& settings)
{
    std::array<char, 256> host{};
    static_cast<void>(::gethostname(host.data(), host.size() - 1));
    std::string text = fmt::format("{}|{}|{}", host.data(), settings.broker.address(), settings.broker.user);
    for (const std::string& topic : settings.topics)
        text += "|" + topic;
    return fmt::format("headrace-{:012x}", stableHash(text) >> 16);
}

Error badBroker(const std::string& text)
{
    return {ErrorCode::Usage,
            fmt::format("The option 'broker' of the mqtt source: '{}' is no broker; write it like localhost:1883 or "
                        "mqtts://host:8883.",
                        text),
            {},
            std::nullopt};
}

Status checkTopics(const std::vector<std::string>& topics)
{
    HEADRACE_CHECK(loadMosquitto());
    for (const std::string& topic : topics)
        if (mosquitto_sub_topic_check(topic.c_str()) != MOSQ_ERR_SUCCESS)
            return fail(ErrorCode::Usage,
                        fmt::format("The option 'topic' of the mqtt source: '{}' is no topic filter; + stands for a "
                                    "whole level and # for all levels at the end.",
                                    topic));
    return {};
}

} // namespace

std::string BrokerSettings::address() const
{
    return fmt::format("{}:{}", host, port);
}

std::vector<OptionSpec> brokerOptions()
{
    return {
        {.key = "broker",
         .label = "Broker",
         .help = "Host and port, as localhost:1883, or mqtts://host:8883 for TLS.",
         .required = true},
        {.key = "user", .label = "User", .help = "Name for the broker's login."},
        {.key = "password", .label = "Password", .help = "Password for the broker's login.", .secret = true},
        {.key = "ca_file",
         .type = OptionType::Path,
         .label = "Certificate authority",
         .help = "Certificates by which the broker is trusted, instead of the system's.",
         .advanced = true},
        {.key = "certificate",
         .type = OptionType::Path,
         .label = "Certificate",
         .help = "This client's certificate, where the broker asks for one.",
         .advanced = true},
        {.key = "certificate_key",
         .type = OptionType::Path,
         .label = "Certificate's key",
         .help = "The private key of that certificate.",
         .advanced = true},
        {.key = "timeout",
         .type = OptionType::Duration,
         .label = "Timeout",
         .help = "How long an answer of the broker may take.",
         .defaultText = "30s",
         .advanced = true,
         .minimum = 0.1,
         .maximum = 600},
    };
}

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = brokerOptions();
    const std::vector<OptionSpec> reading{
        {.key = "topic",
         .type = OptionType::List,
         .label = "Topic",
         .help = "One topic or several; + stands for a level, # for all levels at the end: sensors/+/temperature.",
         .required = true},
        {.key = "qos",
         .type = OptionType::Choice,
         .label = "Quality of service",
         .help = "0: what is sent while nobody listens is lost. 1: every message at least once, also after a crash. 2: "
                 "once, but a break or crash in the middle of a handshake can lose a message.",
         .defaultText = "1",
         .choices = {"0", "1", "2"}},
        {.key = "session",
         .type = OptionType::Choice,
         .label = "Session",
         .help = "Persistent: the broker keeps messages of QoS 1 and 2 while this pipeline does not run. Clean: it "
                 "does not.",
         .defaultText = "persistent",
         .choices = {"persistent", "clean"}},
        {.key = "client_id",
         .label = "Client id",
         .help = "Name of the session at the broker; by default made of this machine, the broker and the topics.",
         .advanced = true},
        {.key = "idle",
         .type = OptionType::Duration,
         .label = "Idle",
         .help = "Ends when nothing has come for so long: for a run every hour. Without it the run never ends.",
         .advanced = true,
         .minimum = 0.01,
         .maximum = 3600},
        {.key = "levels",
         .type = OptionType::List,
         .label = "Topic levels",
         .help = "Columns for the levels of the topic, in their order: [_, site, device] for sensors/+/+; _ leaves a "
                 "level out."},
        {.key = "spool",
         .type = OptionType::Path,
         .label = "Spool",
         .help = "Folder that keeps messages until their rows are durable; by default beside the checkpoints. none: a "
                 "temporary one, so that a crash loses what was on its way.",
         .advanced = true},
        {.key = "spool_limit",
         .type = OptionType::Bytes,
         .label = "Spool limit",
         .help = "How much the spool may hold; when it is full no more is taken from the broker.",
         .defaultText = "1GiB",
         .advanced = true,
         .minimum = 1 << 20},
    };
    for (auto more : {reading, valueOptions(), metadataOptions("topic, qos, retained and arrival_time")})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

std::vector<MetadataColumn> metadataColumns()
{
    return {{"topic", arrow::utf8()},
            {"qos", arrow::int64()},
            {"retained", arrow::boolean()},
            {"arrival_time", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")}};
}

Result<BrokerSettings> brokerSettings(const Options& options)
{
    BrokerSettings broker;
    const std::string text = options.text("broker");
    std::string_view rest = text;
    broker.isTls = rest.starts_with("mqtts://");
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        if (!broker.isTls && !rest.starts_with("mqtt://"))
            return fail(badBroker(text));
        rest.remove_prefix(scheme + 3);
    }
    broker.port = broker.isTls ? 8883 : 1883;
    if (const std::size_t colon = rest.rfind(':');
        colon != std::string_view::npos && rest.find(']', colon) == rest.npos) {
        const std::string_view port = rest.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), broker.port);
        if (error != std::errc{} || end != port.data() + port.size() || broker.port < 1 || broker.port > 65535)
            return fail(badBroker(text));
        rest = rest.substr(0, colon);
    }
    broker.host = rest;
    if (broker.host.empty() || broker.host.find_first_of("/ ") != std::string::npos)
        return fail(badBroker(text));
    broker.user = options.text("user");
    broker.password = options.text("password");
    broker.caFile = options.text("ca_file");
    broker.certificate = options.text("certificate");
    broker.key = options.text("certificate_key");
    broker.timeout = std::chrono::duration_cast<milliseconds>(options.duration("timeout"));
    return broker;
}

Result<SourceSettings> sourceSettings(const Options& options)
{
    SourceSettings settings;
    HEADRACE_TRY(static_cast<ValueSettings&>(settings), valueSettings(options));
    HEADRACE_TRY(settings.broker, brokerSettings(options));
    settings.topics = options.list("topic");
    HEADRACE_CHECK(checkTopics(settings.topics));
    settings.qos = options.text("qos").front() - '0';
    settings.isPersistent = options.text("session") == "persistent";
    settings.clientId = options.text("client_id");
    if (settings.clientId.empty() && settings.isPersistent)
        settings.clientId = defaultClientId(settings);
    const std::string spool = options.text("spool");
    if (spool != "none")
        settings.spool = !spool.empty()
                             ? spool
                             : defaultSpool(settings.clientId.empty() ? defaultClientId(settings) : settings.clientId);
    settings.spoolBytes = options.bytes("spool_limit");
    if (options.has("idle"))
        settings.idle = std::chrono::duration_cast<milliseconds>(options.duration("idle"));
    settings.levels = options.list("levels");
    return settings;
}

std::string promiseOf(const SourceSettings& settings)
{
    if (settings.qos == 0)
        return "With QoS 0 the broker sends each message at most once: what it sends while nobody listens is lost.";
    if (!settings.isPersistent)
        return fmt::format("With QoS {} in a clean session nothing is lost while the connection holds, but messages "
                           "that come while nobody is connected are.",
                           settings.qos);
    if (settings.spool.empty())
        return fmt::format("With QoS {} and no spool a crash loses the messages that are not in the destination yet.",
                           settings.qos);
    if (settings.qos == 1)
        return "With QoS 1, a persistent session and the spool every message arrives at least once, also after a "
               "crash; the broker may send one twice.";
    return "With QoS 2 every message arrives once while the connection holds; a break or a crash in the middle of the "
           "broker's handshake can lose one. Choose QoS 1 where none may be lost.";
}

} // namespace headrace::mqtt
