// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/client_settings.h"

#include "connectors/kafka/property_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace headrace::kafka {

namespace {

/// Own options that stand for one property each.
struct Named {
    const char* option;
    const char* property;
    bool secret = false;
};

constexpr std::array<Named, 11> kNamed{{{"brokers", "bootstrap.servers"},
                                        {"mechanism", "sasl.mechanisms"},
                                        {"username", "sasl.username"},
                                        {"password", "sasl.password", true},
                                        {"ca_file", "ssl.ca.location"},
                                        {"certificate", "ssl.certificate.location"},
                                        {"certificate_key", "ssl.key.location"},
                                        {"key_password", "ssl.key.password", true},
                                        {"keystore_password", "ssl.keystore.password", true},
                                        {"oauth_client_id", "sasl.oauthbearer.client.id"},
                                        {"oauth_client_secret", "sasl.oauthbearer.client.secret", true}}};

/// Properties on which the promise of the connectors rests, and what to set instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kOwned{
    {{"enable.auto.commit", ""},
     {"enable.auto.offset.store", ""},
     {"enable.partition.eof", ""},
     {"enable.idempotence", ""},
     {"auto.offset.reset", "from"},
     {"group.id", "group"},
     {"transactional.id", "transactional_id"},
     {"acks", "acks"},
     {"request.required.acks", "acks"},
     {"compression.codec", "compression"},
     {"compression.type", "compression"},
     {"linger.ms", "linger"},
     {"queue.buffering.max.ms", "linger"},
     {"sasl.jaas.config", "username"}}};

std::vector<std::string> propertyNames()
{
    std::vector<std::string> names;
    const auto take = [&](const char** entries, std::size_t count) {
        for (std::size_t i = 0; i < count; i += 2)
            names.emplace_back(entries[i]);
        rd_kafka_conf_dump_free(entries, count);
    };
    std::size_t count = 0;
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const char** entries = rd_kafka_conf_dump(conf, &count);
    take(entries, count);
    rd_kafka_conf_destroy(conf);
    rd_kafka_topic_conf_t* topic = rd_kafka_topic_conf_new();
    entries = rd_kafka_topic_conf_dump(topic, &count);
    take(entries, count);
    rd_kafka_topic_conf_destroy(topic);
    return names;
}

Error usage(std::string message)
{
    return {ErrorCode::Usage, std::move(message), {}, std::nullopt};
}

Status setChecked(rd_kafka_conf_t* conf, const std::string& name, const std::string& value, std::string_view from)
{
    std::array<char, 512> reason{};
    switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size())) {
    case RD_KAFKA_CONF_OK:
        return {};
    case RD_KAFKA_CONF_UNKNOWN: {
        const std::string near = nearest(name, propertyNames());
        return fail(usage(fmt::format("{} sets '{}', which is no property of Kafka's client{}", from, name,
                                      near.empty() ? "; see librdkafka's CONFIGURATION.md."
                                                   : fmt::format("; did you mean '{}'?", near))));
    }
    case RD_KAFKA_CONF_INVALID:
        break;
    }
    std::string_view why = reason.data();
    why = why.substr(0, why.find_last_not_of('.') + 1);
    const bool secret =
        std::ranges::any_of(kNamed, [&](const Named& named) { return named.secret && name == named.property; });
    return fail(usage(secret ? fmt::format("{} gives '{}' a value that does not fit.", from, name)
                             : fmt::format("{} gives '{}' the value '{}': {}.", from, name, value, why)));
}

Status refuseOwned(const std::string& name)
{
    for (const Named& named : kNamed)
        if (named.secret && name == named.property)
            return fail(usage(fmt::format("The option 'client' must not hold the secret '{}'; set the option '{}', "
                                          "which refers to it.",
                                          name, named.option)));
    const auto* owned = std::ranges::find(kOwned, name, &std::pair<std::string_view, std::string_view>::first);
    if (owned == kOwned.end())
        return {};
    if (owned->second.empty())
        return fail(usage(fmt::format("The option 'client' sets '{}', on which the delivery without loss rests; "
                                      "remove it.",
                                      name)));
    return fail(usage(fmt::format("The option 'client' sets '{}'; set the option '{}' instead.", name, owned->second)));
}

/// What librdkafka would print is in the errors; nothing goes to the terminal.
void silent(const rd_kafka_t*, int, const char*, const char*) {}

Status applyAll(rd_kafka_conf_t* conf, const Options& options)
{
    if (const std::string path = options.text("client_file"); !path.empty()) {
        HEADRACE_TRY(const auto properties, readPropertyFile(path));
        for (const auto& [name, value] : properties) {
            const bool owned =
                std::ranges::find(kOwned, name, &std::pair<std::string_view, std::string_view>::first) != kOwned.end();
            if (!owned) // another program's own habits are none of this one's
                HEADRACE_CHECK(setChecked(conf, name, value, fmt::format("'{}'", path)));
        }
    }
    for (const auto& [name, value] : options.map("client")) {
        HEADRACE_CHECK(refuseOwned(name));
        HEADRACE_CHECK(setChecked(conf, name, value, "The option 'client'"));
    }
    if (const std::string security = options.text("security"); !security.empty())
        HEADRACE_CHECK(setChecked(conf, "security.protocol", security, "The option 'security'"));
    for (const Named& named : kNamed)
        if (const std::string value = options.text(named.option); !value.empty())
            HEADRACE_CHECK(setChecked(conf, named.property, value, fmt::format("The option '{}'", named.option)));
    return {};
}

std::string propertyOf(const rd_kafka_conf_t* conf, const char* name)
{
    std::size_t size = 0;
    if (rd_kafka_conf_get(conf, name, nullptr, &size) != RD_KAFKA_CONF_OK || size == 0)
        return {};
    std::string value(size, '\0');
    rd_kafka_conf_get(conf, name, value.data(), &size);
    value.resize(size - 1);
    return value;
}

} // namespace

std::vector<OptionSpec> connectionOptions()
{
    return {
        {.key = "brokers",
         .label = "Brokers",
         .help = "Host and port of one or more brokers, separated by commas: kafka1:9092,kafka2:9092."},
        {.key = "security",
         .type = OptionType::Choice,
         .label = "Security",
         .help = "How the brokers are spoken to; plaintext unless a file or 'client' says otherwise.",
         .choices = {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"}},
        {.key = "mechanism",
         .label = "Login mechanism",
         .help = "How the user logs in when the security is one of sasl.",
         .choices = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"}},
        {.key = "username", .label = "User", .help = "Name of the user for PLAIN and SCRAM."},
        {.key = "password", .label = "Password", .help = "Password of the user.", .secret = true},
        {.key = "ca_file",
         .type = OptionType::Path,
         .label = "CA certificate",
         .help = "PEM file with the certificates that the brokers' certificates are checked against; the system's "
                 "own without one.",
         .advanced = true},
        {.key = "certificate",
         .type = OptionType::Path,
         .label = "Client certificate",
         .help = "PEM file with this client's certificate, where brokers ask for one.",
         .advanced = true},
        {.key = "certificate_key",
         .type = OptionType::Path,
         .label = "Client key",
         .help = "PEM file with the certificate's private key.",
         .advanced = true},
        {.key = "key_password",
         .label = "Key password",
         .help = "Password of the private key.",
         .advanced = true,
         .secret = true},
        {.key = "keystore_password",
         .label = "Key store password",
         .help = "Password of a PKCS12 key store that 'client' or 'client_file' names.",
         .advanced = true,
         .secret = true},
        {.key = "oauth_client_id",
         .label = "OAuth client",
         .help = "Name of the client for OAUTHBEARER.",
         .advanced = true},
        {.key = "oauth_client_secret",
         .label = "OAuth secret",
         .help = "Secret of the client for OAUTHBEARER.",
         .advanced = true,
         .secret = true},
        {.key = "client_file",
         .type = OptionType::Path,
         .label = "Settings file",
         .help = "Settings of another client: kcat's configuration, or the properties file of a Java client. The "
                 "options here win over it.",
         .advanced = true},
        {.key = "client",
         .type = OptionType::Map,
         .label = "Client properties",
         .help = "Any property of librdkafka by its name, for example socket.keepalive.enable: true.",
         .advanced = true},
        {.key = "timeout",
         .type = OptionType::Duration,
         .label = "Timeout",
         .help = "How long to wait for an answer of the cluster while connecting.",
         .defaultText = "10s",
         .advanced = true,
         .minimum = 0.1,
         .maximum = 600},
    };
}

Result<ClientSettings> ClientSettings::from(const Options& options, const std::map<std::string, std::string>& defaults)
{
    Conf conf(rd_kafka_conf_new(), rd_kafka_conf_destroy);
    set(conf.get(), "client.id", "headrace");
    set(conf.get(), "check.crcs", "true");
    set(conf.get(), "isolation.level", "read_committed");
    // Soon after a broker is back, also when it was away for long.
    set(conf.get(), "reconnect.backoff.max.ms", "2000");
    set(conf.get(), "queued.max.messages.kbytes", "32768");
    // In the queue a message of a few bytes takes up half a kilobyte, which the limit above does not see.
    set(conf.get(), "queued.min.messages", "40000");
    // A partition whose queue was full would otherwise not be fetched for a second.
    set(conf.get(), "fetch.queue.backoff.ms", "5");
    for (const auto& [name, value] : defaults)
        set(conf.get(), name.c_str(), value);
    rd_kafka_conf_set_log_cb(conf.get(), silent);
    HEADRACE_CHECK(applyAll(conf.get(), options));

    ClientSettings settings;
    settings.m_brokers = propertyOf(conf.get(), "bootstrap.servers");
    if (settings.m_brokers.empty())
        return fail(usage("Kafka needs the option 'brokers': host and port of a broker, as in kafka1:9092."));
    settings.m_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("timeout"));
    settings.m_conf = std::shared_ptr<const rd_kafka_conf_t>(
        conf.release(), [](const rd_kafka_conf_t* kept) { rd_kafka_conf_destroy(const_cast<rd_kafka_conf_t*>(kept)); });
    return settings;
}

std::string ClientSettings::property(const char* name) const
{
    return propertyOf(m_conf.get(), name);
}

std::chrono::milliseconds ClientSettings::milliseconds(const char* name) const
{
    return std::chrono::milliseconds{std::stoll(property(name))};
}

Conf ClientSettings::conf() const
{
    return {rd_kafka_conf_dup(m_conf.get()), rd_kafka_conf_destroy};
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value)
{
    rd_kafka_conf_set(conf, name, value.c_str(), nullptr, 0);
}

} // namespace headrace::kafka
