// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/client.h"
#include "connectors/sinks/messages/record_encoder.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace headrace::kafka {

/// Writes messages in transactions. One thread at a time, except stopWaiting().
class TransactionalProducer {
public:
    /// Connects, ends what an earlier run under `transactionalId` left open, and keeps that run from writing on.
    /// `properties` are librdkafka's.
    [[nodiscard]] static Result<std::unique_ptr<TransactionalProducer>>
    open(const ClientSettings& settings, const std::string& transactionalId,
         const std::map<std::string, std::string>& properties, const std::stop_token& stop);
    ~TransactionalProducer();

    [[nodiscard]] Client& client() { return *m_client; }

    Status begin();
    /// What is wrong may show only in commit(). Unavailable when the brokers have rolled the transaction back.
    Status send(const std::string& topic, const RecordEncoder::Record& record);
    /// Waits until every message is stored by the brokers, then commits.
    Status commit();
    /// Gives up when nobody answers: whoever opens the same transactional id ends the transaction then.
    Status abort();

    /// Lets whatever waits for the cluster fail with Cancelled; thread-safe.
    void stopWaiting() { m_isStopped = true; }

private:
    using Clock = std::chrono::system_clock; // goes on while the machine sleeps

    explicit TransactionalProducer(const ClientSettings& settings);
    static void onDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* opaque);
    template <typename Call>
    Status waitFor(std::string_view what, Call&& call, Clock::time_point deadline = Clock::time_point::max());
    [[nodiscard]] rd_kafka_topic_t* topicHandle(const std::string& topic);
    [[nodiscard]] Status failure() const;
    [[nodiscard]] Error cancelled() const;
    [[nodiscard]] Error explained(Error error) const;

    std::string m_brokers;
    std::chrono::milliseconds m_timeout; ///< after which the brokers roll a transaction back
    Clock::time_point m_begunAt = Clock::now();
    std::unique_ptr<Client> m_client;
    std::map<std::string, rd_kafka_topic_t*> m_topics;
    std::optional<Error> m_failure; ///< of the first message that was not delivered …
    bool m_isPurged = false;        ///< … because the client itself dropped it
    std::atomic<bool> m_isStopped = false;
};

} // namespace headrace::kafka
