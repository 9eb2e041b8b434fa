// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/client.h"
#include "connectors/sinks/messages/record_encoder.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace headrace::kafka {

/// Writes messages and hears of each whether the brokers have it. One thread at a time, except
/// lookAtBrokers() and stopWaiting().
class MessageProducer {
public:
    using Properties = std::map<std::string, std::string>; ///< librdkafka's, in place of those of the settings

    /// Connects. Its messages are seen by readers as soon as a broker has them.
    [[nodiscard]] static Result<std::unique_ptr<MessageProducer>>
    open(const ClientSettings& settings, const Properties& properties, const std::stop_token& stop);
    virtual ~MessageProducer();
    MessageProducer(const MessageProducer&) = delete;
    MessageProducer& operator=(const MessageProducer&) = delete;

    [[nodiscard]] Client& client() { return *m_client; }

    virtual Status begin();
    /// What is wrong may show only in commit().
    Status send(const std::string& topic, const RecordEncoder::Record& record);
    /// Waits until every message since begin() is acknowledged as the property `acks` asks.
    virtual Status commit();
    /// Drops what has not left yet.
    virtual Status abort();
    /// How long begin() may lie back at commit().
    [[nodiscard]] virtual std::chrono::milliseconds timeLimit() const { return std::chrono::milliseconds::max(); }
    /// Whether it lies back for longer.
    [[nodiscard]] virtual bool isExpired() const { return false; }

    /// Hears what the client has to say, as each call that waits does, and returns whether brokers do not answer;
    /// thread-safe. To be called every few seconds.
    [[nodiscard]] std::optional<Outage> lookAtBrokers();

    /// Lets whatever waits for the cluster fail with Cancelled; thread-safe.
    void stopWaiting() { m_isStopped = true; }

protected:
    explicit MessageProducer(const ClientSettings& settings);
    Status connect(Conf conf, const ClientSettings& settings, const Properties& properties,
                   const std::stop_token& stop);

    [[nodiscard]] rd_kafka_t* handle() const { return m_client->handle(); }
    [[nodiscard]] const std::string& brokers() const { return m_brokers; }
    [[nodiscard]] bool isStopped() const { return m_isStopped; }
    [[nodiscard]] bool isPurged() const; ///< the client itself dropped what was not delivered
    /// Of the first message that was not delivered, or of the whole producer.
    [[nodiscard]] Status failure() const;
    [[nodiscard]] virtual Error explained(Error error) const { return error; }
    [[nodiscard]] Error cancelled() const;

private:
    static void onDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* opaque);
    [[nodiscard]] std::optional<Error> undelivered() const;
    [[nodiscard]] rd_kafka_topic_t* topicHandle(const std::string& topic);

    std::string m_brokers;
    std::unique_ptr<Client> m_client;
    std::map<std::string, rd_kafka_topic_t*> m_topics;
    mutable std::mutex m_mutex;     ///< guards the two below
    std::optional<Error> m_failure; ///< of the first message that was not delivered
    bool m_isPurged = false;
    std::atomic<bool> m_isStopped = false;
};

} // namespace headrace::kafka
