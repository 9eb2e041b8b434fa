// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/broker_session.h"

#include "connectors/core/outage.h"
#include "connectors/sources/mqtt/mosquitto_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>

namespace headrace::mqtt {

namespace {

using std::chrono::milliseconds;

constexpr int kKeepAliveSeconds = 10;        ///< so long a broker may be silent, and as long again after it was asked
constexpr std::int64_t kMostBytes = 1 << 20; ///< in one step
constexpr int kRefused = 0x80;               ///< a subscription (MQTT 3.1.1, 3.9.3)

std::int64_t now()
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool isReadable(int socket, int waitMs, bool isWriting)
{
    pollfd waiting{socket, static_cast<short>(isWriting ? POLLIN | POLLOUT : POLLIN), 0};
    return ::poll(&waiting, 1, waitMs) > 0 && (waiting.revents & ~POLLOUT) != 0;
}

/// Return codes of a login (MQTT 3.1.1, 3.2.2.3).
Error refusal(int code, const BrokerSettings& settings)
{
    const std::string broker = settings.address();
    switch (code) {
    case 4:
    case 5:
        return {
            ErrorCode::Permission,
            fmt::format("The MQTT broker '{}' refused the login of {}.", broker,
                        settings.user.empty() ? "a client without user" : fmt::format("the user '{}'", settings.user)),
            {},
            std::nullopt};
    case 2:
        return {ErrorCode::Usage,
                fmt::format("The MQTT broker '{}' does not take this 'client_id'.", broker),
                {},
                std::nullopt};
    default:
        return {ErrorCode::Unavailable, fmt::format("The MQTT broker '{}' takes no connections for now.", broker),
                fmt::format("return code {}", code), std::nullopt};
    }
}

} // namespace

BrokerSession::BrokerSession(const BrokerSettings& settings, Receive receive, Store store)
    : m_settings(settings)
    , m_receive(std::move(receive))
    , m_store(std::move(store))
{
}

BrokerSession::~BrokerSession()
{
    close();
}

Status BrokerSession::create(const std::string& clientId, bool isPersistent)
{
    HEADRACE_CHECK(loadMosquitto());
    m_client = mosquitto_new(clientId.empty() ? nullptr : clientId.c_str(), !isPersistent, this);
    if (m_client == nullptr)
        return fail(ErrorCode::Usage, fmt::format("'{}' is no client id of MQTT.", clientId), std::strerror(errno));
    // With threads of one's own, packets wait in a queue until mosquitto_loop_write() is called.
    mosquitto_threaded_set(m_client, true);
    mosquitto_connect_callback_set(m_client, onConnect);
    mosquitto_disconnect_callback_set(m_client, onDisconnect);
    mosquitto_subscribe_callback_set(m_client, onSubscribe);
    mosquitto_message_callback_set(m_client, onMessage);
    if (!m_settings.user.empty())
        mosquitto_username_pw_set(m_client, m_settings.user.c_str(), m_settings.password.c_str());
    return m_settings.isTls ? secure() : Status{};
}

Status BrokerSession::secure()
{
    const auto orNull = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
    constexpr const char* kSystemAuthorities = "/etc/ssl/certs";
    const int code =
        mosquitto_tls_set(m_client, orNull(m_settings.caFile), m_settings.caFile.empty() ? kSystemAuthorities : nullptr,
                          orNull(m_settings.certificate), orNull(m_settings.key), nullptr);
    if (code != MOSQ_ERR_SUCCESS)
        return fail(ErrorCode::Usage,
                    fmt::format("The certificates for the MQTT broker '{}' cannot be used; check 'ca_file', "
                                "'certificate' and 'certificate_key'.",
                                m_settings.address()),
                    mosquitto_strerror(code));
    return {};
}

Error BrokerSession::lost(int code) const
{
    if (code == MOSQ_ERR_KEEPALIVE || m_lostBy == MOSQ_ERR_KEEPALIVE) // of the functions not every one says so
        return silent();
    if (code == MOSQ_ERR_TLS)
        return {ErrorCode::Permission,
                fmt::format("The TLS connection to the MQTT broker '{}' could not be trusted; check the address, or "
                            "name the authority's certificate in 'ca_file'.",
                            m_settings.address()),
                mosquitto_strerror(code), std::nullopt};
    const std::string words = code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code);
    if (!m_isConnected)
        return {ErrorCode::Unavailable,
                fmt::format("The MQTT broker '{}' could not be reached: {}.", m_settings.address(), asCause(words)),
                words, std::nullopt};
    return {ErrorCode::Unavailable,
            fmt::format("The connection to the MQTT broker '{}' was lost.", m_settings.address()), words, std::nullopt};
}

/// The same whether it falls silent or stays so: it is one outage, which is told of once.
Error BrokerSession::silent() const
{
    return {ErrorCode::Unavailable, fmt::format("The MQTT broker '{}' does not answer.", m_settings.address()),
            m_isConnected ? "no answer to a ping" : "no answer to a login or a subscription", std::nullopt};
}

Status BrokerSession::open(const std::string& clientId, bool isPersistent, const std::vector<std::string>& topics,
                           int qos, const std::stop_token& stop)
{
    HEADRACE_CHECK(create(clientId, isPersistent));
    const int code = mosquitto_connect(m_client, m_settings.host.c_str(), m_settings.port, kKeepAliveSeconds);
    if (code != MOSQ_ERR_SUCCESS)
        return fail(lost(code));
    const auto deadline = std::chrono::steady_clock::now() + m_settings.timeout;
    bool hasAsked = false;
    m_topics = topics;
    m_ids.assign(topics.size(), -1);
    while (m_granted < static_cast<int>(topics.size()) || !m_isConnected) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Connecting to the MQTT broker was stopped.");
        if (std::chrono::steady_clock::now() > deadline)
            return fail(silent());
        HEADRACE_CHECK(step(milliseconds{20}, true));
        if (m_refusal != 0)
            return fail(refusal(m_refusal, m_settings));
        for (std::size_t i = 0; m_isConnected && !hasAsked && i < topics.size(); ++i)
            mosquitto_subscribe(m_client, &m_ids[i], topics[i].c_str(), qos);
        hasAsked = hasAsked || m_isConnected;
    }
    if (!m_refusedTopics.empty())
        return fail(ErrorCode::Permission, fmt::format("The MQTT broker '{}' refused the subscription of {}.",
                                                       m_settings.address(), m_refusedTopics));
    return {};
}

Status BrokerSession::step(milliseconds wait, bool wantsMore)
{
    const int socket = mosquitto_socket(m_client);
    if (socket < 0)
        return fail(lost(MOSQ_ERR_CONN_LOST));
    m_received = 0;
    int code = MOSQ_ERR_SUCCESS;
    bool isThere = isReadable(socket, static_cast<int>(wait.count()), mosquitto_want_write(m_client));
    while (isThere && wantsMore && code == MOSQ_ERR_SUCCESS && m_received < kMostBytes) {
        code = mosquitto_loop_read(m_client, 1);
        isThere = code == MOSQ_ERR_SUCCESS && isReadable(socket, 0, false);
    }
    HEADRACE_CHECK(m_store());
    if (m_refusal != 0)
        return {};
    if (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(m_client))
        code = mosquitto_loop_write(m_client, 1);
    if (code == MOSQ_ERR_SUCCESS)
        code = mosquitto_loop_misc(m_client);
    return code == MOSQ_ERR_SUCCESS ? Status{} : fail(lost(code));
}

void BrokerSession::close() noexcept
{
    if (m_client == nullptr)
        return;
    // Acknowledgements of what is not stored would go out with the goodbye.
    if (m_isConnected && m_store()) {
        mosquitto_disconnect(m_client);
        mosquitto_loop_write(m_client, 1);
    }
    mosquitto_destroy(m_client);
    m_client = nullptr;
    m_isConnected = false;
}

void BrokerSession::onConnect(mosquitto*, void* self, int code)
{
    auto& session = *static_cast<BrokerSession*>(self);
    session.m_refusal = code;
    session.m_isConnected = code == 0;
}

void BrokerSession::onDisconnect(mosquitto*, void* self, int code)
{
    static_cast<BrokerSession*>(self)->m_lostBy = code;
}

void BrokerSession::onSubscribe(mosquitto*, void* self, int id, int count, const int* granted)
{
    auto& session = *static_cast<BrokerSession*>(self);
    ++session.m_granted;
    if (count < 1 || granted[0] < kRefused)
        return;
    const auto place = std::ranges::find(session.m_ids, id);
    session.m_refusedTopics += fmt::format(
        "{}'{}'", session.m_refusedTopics.empty() ? "" : ", ",
        place == session.m_ids.end() ? "?" : session.m_topics[static_cast<std::size_t>(place - session.m_ids.begin())]);
}

void BrokerSession::onMessage(mosquitto*, void* self, const mosquitto_message* message)
{
    auto& session = *static_cast<BrokerSession*>(self);
    const auto size = static_cast<std::size_t>(message->payloadlen);
    session.m_received += static_cast<std::int64_t>(size + std::strlen(message->topic));
    session.m_receive({now(), message->qos, message->retain, message->topic,
                       size == 0 ? std::string() : std::string(static_cast<const char*>(message->payload), size)});
}

} // namespace headrace::mqtt
