// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/transactional_producer.h"

#include "connectors/kafka/client_error.h"
#include "connectors/sinks/kafka/record_headers.h"

#include <fmt/format.h>

#include <array>

namespace headrace::kafka {

namespace {

constexpr int kSliceMs = 200; ///< between two looks at a stop request
constexpr std::chrono::seconds kAbortPatience{10};

} // namespace

TransactionalProducer::TransactionalProducer(const ClientSettings& settings)
    : m_brokers(settings.brokers())
    , m_timeout(settings.milliseconds("transaction.timeout.ms"))
{
}

TransactionalProducer::~TransactionalProducer()
{
    if (m_client == nullptr)
        return;
    rd_kafka_purge(m_client->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(m_client->handle(), 0);
    for (const auto& [name, topic] : m_topics)
        rd_kafka_topic_destroy(topic);
}

Result<std::unique_ptr<TransactionalProducer>>
TransactionalProducer::open(const ClientSettings& settings, const std::string& transactionalId,
                            const std::map<std::string, std::string>& properties, const std::stop_token& stop)
{
    auto producer = std::unique_ptr<TransactionalProducer>(new TransactionalProducer(settings));
    Conf conf = settings.conf();
    set(conf.get(), "transactional.id", transactionalId);
    set(conf.get(), "enable.idempotence", "true");
    if (settings.milliseconds("message.timeout.ms") > producer->m_timeout) // which librdkafka refuses
        set(conf.get(), "message.timeout.ms", std::to_string(producer->m_timeout.count()));
    for (const auto& [name, value] : properties)
        set(conf.get(), name.c_str(), value);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), onDelivery);
    HEADRACE_TRY(producer->m_client, Client::create(Client::Kind::Producer, std::move(conf), settings, producer.get()));
    const std::stop_callback stopWaiting(stop, [&] { producer->stopWaiting(); });
    HEADRACE_CHECK(producer->m_client->topics({}, stop));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    HEADRACE_CHECK(producer->waitFor("No transaction can be opened", [&](rd_kafka_t* handle) {
        return std::chrono::steady_clock::now() < deadline ? rd_kafka_init_transactions(handle, kSliceMs * 5)
                                                           : rd_kafka_init_transactions(handle, 1);
    }));
    return producer;
}

void TransactionalProducer::onDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void*)
{
    auto* producer = static_cast<TransactionalProducer*>(Client::opaqueOf(handle));
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || producer->m_failure)
        return;
    producer->m_isPurged =
        message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    producer->m_failure =
        clientError(message->err, fmt::format("A message of {} bytes to the topic '{}' was not delivered",
                                              message->len + message->key_len, rd_kafka_topic_name(message->rkt)));
}

Error TransactionalProducer::cancelled() const
{
    return {ErrorCode::Cancelled, fmt::format("Writing to Kafka at '{}' was stopped.", m_brokers), {}, std::nullopt};
}

/// What ends the producer for good purges its messages, and tells more than that they were purged.
Status TransactionalProducer::failure() const
{
    std::array<char, 512> reason{};
    const auto code = rd_kafka_fatal_error(m_client->handle(), reason.data(), reason.size());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(explained(
            clientError(code, fmt::format("Nothing more can be written to Kafka at '{}'", m_brokers), reason.data())));
    return m_failure ? fail(*m_failure) : Status();
}

/// The brokers roll back what takes too long, and then refuse its writer as they refuse one that another has replaced.
Error TransactionalProducer::explained(Error error) const
{
    const auto open = std::chrono::round<std::chrono::seconds>(Clock::now() - m_begunAt);
    if (error.code != ErrorCode::Conflict || open < m_timeout)
        return error;
    return {
        ErrorCode::Unavailable,
        fmt::format("The brokers at '{}' have rolled a transaction back that was open for {} s; they wait for {} s. "
                    "Let batches end sooner ('age', 'rows', 'bytes'), or raise 'transaction.timeout.ms' under "
                    "'client' and the brokers' 'transaction.max.timeout.ms'.",
                    m_brokers, open.count(), std::chrono::duration<double>(m_timeout).count()),
        std::move(error.detail), std::nullopt};
}

/// Repeats a call with a time limit until it has its answer.
template <typename Call>
Status TransactionalProducer::waitFor(std::string_view what, Call&& call, Clock::time_point deadline)
{
    while (true) {
        rd_kafka_error_t* error = call(m_client->handle());
        if (error == nullptr)
            return {};
        const bool isRetriable = rd_kafka_error_is_retriable(error) != 0;
        if (!isRetriable || m_isStopped || Clock::now() >= deadline) {
            const Status status = clientStatus(error, fmt::format("{} on '{}'", what, m_brokers));
            return isRetriable && m_isStopped ? fail(cancelled()) : fail(explained(status.error()));
        }
        rd_kafka_error_destroy(error);
    }
}

Status TransactionalProducer::begin()
{
    m_failure.reset();
    m_isPurged = false;
    m_begunAt = Clock::now();
    return clientStatus(rd_kafka_begin_transaction(m_client->handle()), "No transaction can be begun");
}

rd_kafka_topic_t* TransactionalProducer::topicHandle(const std::string& topic)
{
    rd_kafka_topic_t*& handle = m_topics[topic];
    if (handle == nullptr)
        handle = rd_kafka_topic_new(m_client->handle(), topic.c_str(), nullptr);
    return handle;
}

Status TransactionalProducer::send(const std::string& topic, const RecordEncoder::Record& record)
{
    rd_kafka_headers_t* headers = nullptr;
    if (record.headers) {
        HEADRACE_TRY(headers, toHeaders(*record.headers));
    }
    rd_kafka_topic_t* const handle = topicHandle(topic);
    const char* const key = record.key ? record.key->data() : nullptr;
    const std::size_t keySize = record.key ? record.key->size() : 0;
    void* const value = record.value ? const_cast<char*>(record.value->data()) : nullptr; // copied, not changed
    const std::size_t valueSize = record.value ? record.value->size() : 0;
    while (true) {
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        if (headers != nullptr)
            code = rd_kafka_producev(m_client->handle(), RD_KAFKA_V_RKT(handle), RD_KAFKA_V_PARTITION(record.partition),
                                     RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, valueSize),
                                     RD_KAFKA_V_KEY(key, keySize), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
        else if (rd_kafka_produce(handle, record.partition, RD_KAFKA_MSG_F_COPY, value, valueSize, key, keySize,
                                  nullptr) != 0)
            code = rd_kafka_last_error();
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return {};
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || m_isStopped || m_failure) {
            if (headers != nullptr)
                rd_kafka_headers_destroy(headers);
            if (const Status known = failure(); !known)
                return known;
            if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
                return fail(cancelled());
            if (code == RD_KAFKA_RESP_ERR__STATE) // the transaction has failed, of what only a commit answers
                HEADRACE_CHECK(commit());
            return fail(clientError(code, fmt::format("A message of {} bytes to the topic '{}' cannot be sent",
                                                      valueSize + keySize, topic)));
        }
        rd_kafka_poll(m_client->handle(), kSliceMs);
    }
}

Status TransactionalProducer::commit()
{
    rd_kafka_t* handle = m_client->handle();
    while (rd_kafka_flush(handle, kSliceMs) != RD_KAFKA_RESP_ERR_NO_ERROR && !m_failure)
        if (m_isStopped)
            return fail(cancelled());
    const Status delivered = failure();
    if (!delivered && !m_isPurged)
        return delivered;
    // Messages of a transaction that has failed are purged; what it failed of is what a commit answers.
    HEADRACE_CHECK(waitFor("A transaction cannot be committed",
                           [](rd_kafka_t* client) { return rd_kafka_commit_transaction(client, kSliceMs * 5); }));
    return delivered;
}

Status TransactionalProducer::abort()
{
    rd_kafka_purge(m_client->handle(), RD_KAFKA_PURGE_F_QUEUE);
    return waitFor(
        "A transaction cannot be rolled back",
        [](rd_kafka_t* client) { return rd_kafka_abort_transaction(client, kSliceMs * 5); },
        Clock::now() + kAbortPatience);
}

} // namespace headrace::kafka
