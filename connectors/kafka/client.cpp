// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/client.h"

#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::kafka {

namespace {

constexpr std::chrono::milliseconds kSlice{250}; ///< between two looks at a stop request

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)>;

TopicInfo infoOf(const rd_kafka_metadata_topic_t& topic)
{
    TopicInfo info{topic.topic, {}};
    for (int i = 0; i < topic.partition_cnt; ++i)
        info.partitions.push_back(topic.partitions[i].id);
    std::ranges::sort(info.partitions);
    return info;
}

} // namespace

Client::Client(const ClientSettings& settings, void* opaque)
    : m_settings(settings)
    , m_opaque(opaque)
    , m_watch(settings.milliseconds("fetch.wait.max.ms"))
{
}

Client::~Client()
{
    if (m_handle != nullptr)
        rd_kafka_destroy_flags(m_handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

Result<std::unique_ptr<Client>> Client::create(Kind kind, Conf conf, const ClientSettings& settings, void* opaque)
{
    auto client = std::unique_ptr<Client>(new Client(settings, opaque));
    rd_kafka_conf_set_opaque(conf.get(), client.get());
    rd_kafka_conf_set_error_cb(conf.get(), onError);
    std::array<char, 512> reason{};
    const auto type = kind == Kind::Consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    client->m_handle = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (client->m_handle == nullptr)
        return fail(ErrorCode::Usage, fmt::format("Kafka's client does not take these settings: {}.", reason.data()));
    static_cast<void>(conf.release()); // the client owns it now
    return client;
}

void Client::onError(rd_kafka_t*, int code, const char* reason, void* opaque)
{
    auto* client = static_cast<Client*>(opaque);
    const std::lock_guard lock(client->m_mutex);
    client->m_watch.noteError(reason);
    // That all brokers are down follows every other error and says less.
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && client->m_errorCode != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    client->m_errorCode = static_cast<rd_kafka_resp_err_t>(code);
    client->m_errorReason = reason;
}

void Client::watchBrokers(rd_kafka_conf_t* conf)
{
    const auto interval = std::chrono::milliseconds{BrokerWatch::kInterval};
    set(conf, "statistics.interval.ms", std::to_string(interval.count()));
    rd_kafka_conf_set_stats_cb(conf, onStatistics);
}

int Client::onStatistics(rd_kafka_t*, char* json, std::size_t length, void* opaque)
{
    auto* client = static_cast<Client*>(opaque);
    const std::lock_guard lock(client->m_mutex);
    client->m_watch.noteStatistics({json, length}, std::chrono::system_clock::now());
    return 0;
}

std::optional<Outage> Client::outage() const
{
    const std::lock_guard lock(m_mutex);
    return m_watch.outage();
}

std::pair<rd_kafka_resp_err_t, std::string> Client::lastError()
{
    rd_kafka_poll(m_handle, 0); // runs onError()
    const std::lock_guard lock(m_mutex);
    return {m_errorCode, m_errorReason};
}

Result<const rd_kafka_metadata_t*> Client::metadata(const std::stop_token& stop)
{
    const auto deadline = std::chrono::steady_clock::now() + m_settings.timeout();
    const std::string what = fmt::format("The Kafka brokers '{}' cannot be used", m_settings.brokers());
    while (true) {
        const rd_kafka_metadata_t* found = nullptr;
        const auto code = rd_kafka_metadata(m_handle, 1, nullptr, &found, static_cast<int>(kSlice.count()));
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return found;
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Connecting to Kafka was stopped.");
        const auto [errorCode, reason] = lastError();
        if (errorCode == RD_KAFKA_RESP_ERR__AUTHENTICATION || errorCode == RD_KAFKA_RESP_ERR__SSL)
            return fail(clientError(errorCode, what, reason));
        if (std::chrono::steady_clock::now() >= deadline)
            return fail(clientError(errorCode == RD_KAFKA_RESP_ERR_NO_ERROR ? code : errorCode, what, reason));
    }
}

Result<std::vector<TopicInfo>> Client::topics(const std::vector<std::string>& names, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto* found, metadata(stop));
    const Metadata owner(found, rd_kafka_metadata_destroy);
    std::vector<TopicInfo> topics;
    std::vector<std::string> known;
    for (int i = 0; i < found->topic_cnt; ++i) {
        topics.push_back(infoOf(found->topics[i]));
        known.push_back(topics.back().name);
    }
    if (names.empty()) {
        std::erase_if(topics, [](const TopicInfo& topic) { return topic.name.starts_with("__"); });
        std::ranges::sort(topics, {}, &TopicInfo::name);
        return topics;
    }
    std::vector<TopicInfo> wanted;
    for (const std::string& name : names) {
        const auto topic = std::ranges::find(topics, name, &TopicInfo::name);
        if (topic == topics.end()) {
            const std::string near = nearest(name, known);
            return fail(ErrorCode::NotFound,
                        fmt::format("The Kafka cluster at '{}' has no topic '{}'{}", m_settings.brokers(), name,
                                    near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
        }
        wanted.push_back(*topic);
    }
    return wanted;
}

} // namespace headrace::kafka
