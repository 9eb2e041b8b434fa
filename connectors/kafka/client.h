// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/kafka/broker_watch.h"
#include "connectors/kafka/client_settings.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace::kafka {

struct TopicInfo {
    std::string name;
    std::vector<std::int32_t> partitions;
};

/// One connection to a cluster, reading or writing. The callbacks that `conf` holds run where the client is polled.
class Client {
public:
    enum class Kind { Consumer, Producer };

    /// `opaque` reaches the callbacks by opaqueOf(). The error is about the settings; nothing is connected yet.
    [[nodiscard]] static Result<std::unique_ptr<Client>> create(Kind kind, Conf conf, const ClientSettings& settings,
                                                                void* opaque = nullptr);

    /// For a client that is polled every few seconds: outage() will know of brokers that do not answer.
    static void watchBrokers(rd_kafka_conf_t* conf);

    /// As the last poll had it. Thread-safe.
    [[nodiscard]] std::optional<Outage> outage() const;

    /// Does not wait for a cluster that is away: who must leave a group or send what is queued does so before.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] rd_kafka_t* handle() const { return m_handle; }
    [[nodiscard]] const ClientSettings& settings() const { return m_settings; }
    [[nodiscard]] static void* opaqueOf(rd_kafka_t* handle)
    {
        return static_cast<Client*>(rd_kafka_opaque(handle))->m_opaque;
    }

    /// The topics of that name, or all that are not Kafka's own. A name without topic is a NotFound error with the
    /// nearest right one. Unavailable when no broker answers in time, Permission when the login fails.
    [[nodiscard]] Result<std::vector<TopicInfo>> topics(const std::vector<std::string>& names,
                                                        const std::stop_token& stop);

private:
    Client(const ClientSettings& settings, void* opaque);
    static void onError(rd_kafka_t* handle, int code, const char* reason, void* opaque);
    static int onStatistics(rd_kafka_t* handle, char* json, std::size_t length, void* opaque);
    [[nodiscard]] Result<const rd_kafka_metadata_t*> metadata(const std::stop_token& stop);
    [[nodiscard]] std::pair<rd_kafka_resp_err_t, std::string> lastError();

    ClientSettings m_settings;
    void* m_opaque;
    rd_kafka_t* m_handle = nullptr;
    mutable std::mutex m_mutex; ///< guards all below
    BrokerWatch m_watch;
    rd_kafka_resp_err_t m_errorCode = RD_KAFKA_RESP_ERR_NO_ERROR; ///< of the last connection that failed
    std::string m_errorReason;
};

} // namespace headrace::kafka
