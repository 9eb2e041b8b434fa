// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/property_file.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <string_view>
#include <utility>

namespace headrace::kafka {

namespace {

using Properties = std::map<std::string, std::string>;

/// Properties of the Java client with another name in librdkafka.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kRenamed{
    {{"sasl.mechanism", "sasl.mechanisms"},
     {"send.buffer.bytes", "socket.send.buffer.bytes"},
     {"ssl.truststore.certificates", "ssl.ca.pem"},
     {"ssl.keystore.certificate.chain", "ssl.certificate.pem"},
     {"ssl.keystore.key", "ssl.key.pem"},
     {"max.request.size", "message.max.bytes"},
     {"fetch.max.wait.ms", "fetch.wait.max.ms"},
     {"request.timeout.ms", "socket.timeout.ms"},
     {"reconnect.backoff.max.ms", "reconnect.backoff.max.ms"},
     {"delivery.timeout.ms", "message.timeout.ms"},
     {"metadata.max.age.ms", "topic.metadata.refresh.interval.ms"},
     {"max.in.flight.requests.per.connection", "max.in.flight"},
     {"receive.buffer.bytes", "socket.receive.buffer.bytes"}}};

/// Properties of the Java client that mean nothing outside of it.
constexpr std::array<std::string_view, 21> kOnlyJava{"buffer.memory",
                                                     "max.block.ms",
                                                     "default.api.timeout.ms",
                                                     "config.providers",
                                                     "ssl.secure.random.implementation",
                                                     "key.serializer",
                                                     "value.serializer",
                                                     "key.deserializer",
                                                     "value.deserializer",
                                                     "interceptor.classes",
                                                     "metric.reporters",
                                                     "max.poll.records",
                                                     "exclude.internal.topics",
                                                     "client.dns.lookup",
                                                     "ssl.protocol",
                                                     "ssl.enabled.protocols",
                                                     "ssl.keymanager.algorithm",
                                                     "ssl.trustmanager.algorithm",
                                                     "ssl.provider",
                                                     "security.providers",
                                                     "auto.include.jmx.reporter"};

constexpr std::array<std::string_view, 4> kOnlyJavaGroups{"metrics.", "partitioner.", "sasl.login.",
                                                          "sasl.client.callback."};

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\f");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\f") - first + 1));
}

/// Java writes a backslash before what could separate a name from its value.
std::string withoutEscapes(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && std::string_view(":=#! ").find(text[i + 1]) != text.npos)
            ++i;
        plain += text[i];
    }
    return plain;
}

/// The lines of a properties file as name and value: comments left out, lines that end in a backslash joined.
Properties parse(std::string_view text)
{
    Properties properties;
    std::string line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        line += trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\\') && !text.empty()) {
            line.pop_back();
            continue;
        }
        const std::size_t separator = line.find_first_of("=:");
        if (!line.empty() && line[0] != '#' && line[0] != '!' && separator != std::string::npos)
            properties[trimmed(std::string_view(line).substr(0, separator))] =
                withoutEscapes(trimmed(std::string_view(line).substr(separator + 1)));
        line.clear();
    }
    return properties;
}

/// username="…" and password="…" of a login module's line.
void readLogin(const std::string& jaas, Properties& properties)
{
    static const std::regex kSetting(R"re((\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+)))re");
    static const std::map<std::string, std::string> kNames{{"username", "sasl.username"},
                                                           {"password", "sasl.password"},
                                                           {"clientId", "sasl.oauthbearer.client.id"},
                                                           {"clientSecret", "sasl.oauthbearer.client.secret"},
                                                           {"scope", "sasl.oauthbearer.scope"}};
    for (std::sregex_iterator it(jaas.begin(), jaas.end(), kSetting), end; it != end; ++it) {
        const auto known = kNames.find((*it)[1]);
        if (known == kNames.end())
            continue;
        const std::string quoted = (*it)[2].matched ? (*it)[2].str() : (*it)[3].str();
        std::string value;
        for (std::size_t i = 0; i < quoted.size(); ++i)
            value += quoted[i] == '\\' && i + 1 < quoted.size() ? quoted[++i] : quoted[i];
        properties[known->second] = value;
    }
}

Error unreadableStore(const std::string& path, std::string_view property, const std::string& store)
{
    return {ErrorCode::Usage,
            fmt::format("'{}' names the store '{}' in '{}', which only Java can read; export it as PEM (keytool, "
                        "openssl) and name that in 'ca_file', 'certificate' and 'certificate_key'.",
                        path, store, property),
            {},
            std::nullopt};
}

std::string taken(Properties& properties, const std::string& name)
{
    const auto found = properties.find(name);
    if (found == properties.end())
        return {};
    std::string value = std::move(found->second);
    properties.erase(found);
    return value;
}

/// The trust and key stores of Java: PEM and PKCS12 files can be read by librdkafka too.
Status translateStores(const std::string& path, Properties& properties)
{
    const std::string trustType = taken(properties, "ssl.truststore.type");
    const std::string trust = taken(properties, "ssl.truststore.location");
    properties.erase("ssl.truststore.password");
    if (!trust.empty() && trustType != "PEM" && !trust.ends_with(".pem") && !trust.ends_with(".crt"))
        return fail(unreadableStore(path, "ssl.truststore.location", trust));
    if (!trust.empty())
        properties["ssl.ca.location"] = trust;
    const std::string keyType = taken(properties, "ssl.keystore.type");
    const auto key = properties.find("ssl.keystore.location");
    if (key == properties.end())
        return {};
    if (keyType == "PEM" || key->second.ends_with(".pem")) {
        properties["ssl.certificate.location"] = key->second;
        properties["ssl.key.location"] = taken(properties, "ssl.keystore.location");
        return {};
    }
    if (keyType != "PKCS12" && !key->second.ends_with(".p12") && !key->second.ends_with(".pfx"))
        return fail(unreadableStore(path, "ssl.keystore.location", key->second));
    return {};
}

/// Java names its classes.
void translateAssignors(Properties& properties)
{
    const auto found = properties.find("partition.assignment.strategy");
    if (found == properties.end() || found->second.find("Assignor") == std::string::npos)
        return;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNames{
        {{"RangeAssignor", "range"},
         {"RoundRobinAssignor", "roundrobin"},
         {"CooperativeStickyAssignor", "cooperative-sticky"}}};
    std::string names;
    for (const auto& [java, own] : kNames)
        if (found->second.find(java) != std::string::npos)
            names += (names.empty() ? "" : ",") + std::string(own);
    if (names.empty() || names.find(",cooperative") != std::string::npos) // librdkafka has no mixture of the two kinds
        properties.erase(found);
    else
        found->second = names;
}

void eraseOnlyJava(Properties& properties)
{
    for (const std::string_view name : kOnlyJava)
        properties.erase(std::string(name));
    std::erase_if(properties, [](const auto& property) {
        return std::ranges::any_of(kOnlyJavaGroups, [&](auto group) { return property.first.starts_with(group); });
    });
}

} // namespace

Result<Properties> readPropertyFile(const std::string& path)
{
    HEADRACE_TRY(const std::string text, readFile(path));
    Properties properties = parse(text);
    eraseOnlyJava(properties);
    translateAssignors(properties);
    if (const std::string jaas = taken(properties, "sasl.jaas.config"); !jaas.empty())
        readLogin(jaas, properties);
    if (properties.contains("sasl.oauthbearer.token.endpoint.url"))
        properties.try_emplace("sasl.oauthbearer.method", "oidc");
    HEADRACE_CHECK(translateStores(path, properties));
    for (const auto& [java, own] : kRenamed)
        if (std::string value = taken(properties, std::string(java)); !value.empty())
            properties[std::string(own)] = std::move(value);
    // An empty value turns the check of the host's name off in Java.
    const auto names = properties.find("ssl.endpoint.identification.algorithm");
    if (names != properties.end() && names->second.empty())
        names->second = "none";
    return properties;
}

} // namespace headrace::kafka
