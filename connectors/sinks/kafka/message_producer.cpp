// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/message_producer.h"

#include "connectors/kafka/client_error.h"
#include "connectors/sinks/kafka/record_headers.h"

#include <fmt/format.h>

#include <array>

namespace headrace::kafka {

namespace {

constexpr int kSliceMs = 200; ///< between two looks at a stop request

} // namespace

MessageProducer::MessageProducer(const ClientSettings& settings)
    : m_brokers(settings.brokers())
{
}

MessageProducer::~MessageProducer()
{
    if (m_client == nullptr)
        return;
    rd_kafka_purge(handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(handle(), 0);
    for (const auto& [name, topic] : m_topics)
        rd_kafka_topic_destroy(topic);
}

Result<std::unique_ptr<MessageProducer>>
MessageProducer::open(const ClientSettings& settings, const Properties& properties, const std::stop_token& stop)
{
    auto producer = std::unique_ptr<MessageProducer>(new MessageProducer(settings));
    HEADRACE_CHECK(producer->connect(settings.conf(), settings, properties, stop));
    return producer;
}

Status MessageProducer::connect(Conf conf, const ClientSettings& settings, const Properties& properties,
                                const std::stop_token& stop)
{
    for (const auto& [name, value] : properties)
        set(conf.get(), name.c_str(), value);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), onDelivery);
    Client::watchBrokers(conf.get());
    HEADRACE_TRY(m_client, Client::create(Client::Kind::Producer, std::move(conf), settings, this));
    return m_client->topics({}, stop).map([](const auto&) {});
}

void MessageProducer::onDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void*)
{
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    auto* producer = static_cast<MessageProducer*>(Client::opaqueOf(handle));
    const std::lock_guard lock(producer->m_mutex);
    if (producer->m_failure)
        return;
    producer->m_isPurged =
        message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    std::string to = fmt::format("the topic '{}'", rd_kafka_topic_name(message->rkt));
    if (message->err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        to = fmt::format("the partition {} of {}", message->partition, to);
    producer->m_failure = clientError(message->err, fmt::format("A message of {} bytes to {} was not delivered",
                                                                message->len + message->key_len, to));
}

std::optional<Outage> MessageProducer::lookAtBrokers()
{
    rd_kafka_poll(handle(), 0);
    return m_client->outage();
}

std::optional<Error> MessageProducer::undelivered() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

bool MessageProducer::isPurged() const
{
    const std::lock_guard lock(m_mutex);
    return m_isPurged;
}

Error MessageProducer::cancelled() const
{
    return {ErrorCode::Cancelled, fmt::format("Writing to Kafka at '{}' was stopped.", m_brokers), {}, std::nullopt};
}

/// What ends the producer for good purges its messages, and tells more than that they were purged.
Status MessageProducer::failure() const
{
    std::array<char, 512> reason{};
    const auto code = rd_kafka_fatal_error(handle(), reason.data(), reason.size());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(explained(
            clientError(code, fmt::format("Nothing more can be written to Kafka at '{}'", m_brokers), reason.data())));
    const auto message = undelivered();
    return message ? fail(*message) : Status();
}

Status MessageProducer::begin()
{
    const std::lock_guard lock(m_mutex);
    m_failure.reset();
    m_isPurged = false;
    return {};
}

rd_kafka_topic_t* MessageProducer::topicHandle(const std::string& topic)
{
    rd_kafka_topic_t*& found = m_topics[topic];
    if (found == nullptr)
        found = rd_kafka_topic_new(handle(), topic.c_str(), nullptr);
    return found;
}

Status MessageProducer::send(const std::string& topic, const RecordEncoder::Record& record)
{
    if (m_isStopped)
        return fail(cancelled());
    rd_kafka_headers_t* headers = nullptr;
    if (record.headers) {
        HEADRACE_TRY(headers, toHeaders(*record.headers));
    }
    rd_kafka_topic_t* const to = topicHandle(topic);
    const char* const key = record.key ? record.key->data() : nullptr;
    const std::size_t keySize = record.key ? record.key->size() : 0;
    void* const value = record.value ? const_cast<char*>(record.value->data()) : nullptr; // copied, not changed
    const std::size_t valueSize = record.value ? record.value->size() : 0;
    while (true) {
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        if (headers != nullptr)
            code = rd_kafka_producev(handle(), RD_KAFKA_V_RKT(to), RD_KAFKA_V_PARTITION(record.partition),
                                     RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, valueSize),
                                     RD_KAFKA_V_KEY(key, keySize), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
        else if (rd_kafka_produce(to, record.partition, RD_KAFKA_MSG_F_COPY, value, valueSize, key, keySize, nullptr) !=
                 0)
            code = rd_kafka_last_error();
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return {};
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || m_isStopped || undelivered()) {
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
        rd_kafka_poll(handle(), kSliceMs);
    }
}

Status MessageProducer::commit()
{
    while (rd_kafka_flush(handle(), kSliceMs) != RD_KAFKA_RESP_ERR_NO_ERROR && !undelivered())
        if (m_isStopped)
            return fail(cancelled());
    return failure();
}

Status MessageProducer::abort()
{
    rd_kafka_purge(handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(handle(), kSliceMs); // what tells of the purged ones is not said of those that come next
    return {};
}

} // namespace headrace::kafka
