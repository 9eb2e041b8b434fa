// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/mqtt/message_spool.h"
#include "connectors/sources/mqtt/mqtt_settings.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

struct mosquitto;
struct mosquitto_message;

namespace headrace::mqtt {

/// A connection to a broker with its subscriptions. Messages are acknowledged only when `store` has made them durable:
/// the library queues acknowledgements, and what it queues is sent by step() alone. One thread at a time.
class BrokerSession {
public:
    using Receive = std::function<void(Message)>;
    using Store = std::function<Status()>;

    /// `receive` gets each message, `store` is called before those since the last call are acknowledged.
    BrokerSession(const BrokerSettings& settings, Receive receive, Store store);
    ~BrokerSession();
    BrokerSession(const BrokerSession&) = delete;
    BrokerSession& operator=(const BrokerSession&) = delete;

    /// Connects, logs in and subscribes. Permission when the broker refuses one of these, Unavailable when it is away.
    Status open(const std::string& clientId, bool isPersistent, const std::vector<std::string>& topics, int qos,
                const std::stop_token& stop);

    /// Waits up to `wait` for the broker, then receives what there is, at most about a MiB. `wantsMore` false: only
    /// keeps the connection alive.
    Status step(std::chrono::milliseconds wait, bool wantsMore);

    /// Says goodbye to the broker.
    void close() noexcept;

private:
    static void onConnect(mosquitto* client, void* self, int code);
    static void onDisconnect(mosquitto* client, void* self, int code);
    static void onSubscribe(mosquitto* client, void* self, int id, int count, const int* granted);
    static void onMessage(mosquitto* client, void* self, const mosquitto_message* message);
    Status create(const std::string& clientId, bool isPersistent);
    Status secure();
    [[nodiscard]] Error lost(int code) const;
    [[nodiscard]] Error silent() const;

    BrokerSettings m_settings;
    Receive m_receive;
    Store m_store;
    mosquitto* m_client = nullptr;
    bool m_isConnected = false;
    int m_refusal = 0; ///< of the login
    int m_lostBy = 0;  ///< why the library has closed the connection
    int m_granted = 0; ///< subscriptions
    std::string m_refusedTopics;
    std::vector<std::string> m_topics;
    std::vector<int> m_ids;      ///< of the subscriptions, by topic
    std::int64_t m_received = 0; ///< bytes since the last store
};

} // namespace headrace::mqtt
