// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/transactional_producer.h"

#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

namespace headrace::kafka {

namespace {

constexpr int kAnswerMs = 1000; ///< between two looks at a stop request
constexpr std::chrono::seconds kAbortPatience{10};

} // namespace

TransactionalProducer::TransactionalProducer(const ClientSettings& settings)
    : MessageProducer(settings)
    , m_timeout(settings.milliseconds("transaction.timeout.ms"))
{
}

Result<std::unique_ptr<TransactionalProducer>> TransactionalProducer::open(const ClientSettings& settings,
                                                                           const std::string& transactionalId,
                                                                           const Properties& properties,
                                                                           const std::stop_token& stop)
{
    auto producer = std::unique_ptr<TransactionalProducer>(new TransactionalProducer(settings));
    Conf conf = settings.conf();
    set(conf.get(), "transactional.id", transactionalId);
    set(conf.get(), "enable.idempotence", "true");
    if (settings.milliseconds("message.timeout.ms") > producer->m_timeout) // which librdkafka refuses
        set(conf.get(), "message.timeout.ms", std::to_string(producer->m_timeout.count()));
    const std::stop_callback stopWaiting(stop, [&] { producer->stopWaiting(); });
    HEADRACE_CHECK(producer->connect(std::move(conf), settings, properties, stop));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    HEADRACE_CHECK(producer->waitFor("No transaction can be opened", [&](rd_kafka_t* handle) {
        return rd_kafka_init_transactions(handle, std::chrono::steady_clock::now() < deadline ? kAnswerMs : 1);
    }));
    return producer;
}

/// The brokers roll back what takes too long, and then refuse its writer as they refuse one that another has replaced.
Error TransactionalProducer::explained(Error error) const
{
    if (error.code != ErrorCode::Conflict || !isExpired())
        return error;
    const auto open = std::chrono::round<std::chrono::seconds>(Clock::now() - m_begunAt);
    return {
        ErrorCode::Unavailable,
        fmt::format("The brokers at '{}' have rolled a transaction back that was open for {} s; they wait for {} s. "
                    "Let batches end sooner ('age', 'rows', 'bytes'), or raise 'transaction.timeout.ms' under "
                    "'client' and the brokers' 'transaction.max.timeout.ms'.",
                    brokers(), open.count(), std::chrono::duration<double>(m_timeout).count()),
        std::move(error.detail), std::nullopt};
}

/// Repeats a call with a time limit until it has its answer.
template <typename Call>
Status TransactionalProducer::waitFor(std::string_view what, Call&& call, Clock::time_point deadline)
{
    while (true) {
        rd_kafka_error_t* error = call(handle());
        if (error == nullptr)
            return {};
        const bool isRetriable = rd_kafka_error_is_retriable(error) != 0;
        if (!isRetriable || isStopped() || Clock::now() >= deadline) {
            const Status status = clientStatus(error, fmt::format("{} on '{}'", what, brokers()));
            return isRetriable && isStopped() ? fail(cancelled()) : fail(explained(status.error()));
        }
        rd_kafka_error_destroy(error);
    }
}

Status TransactionalProducer::begin()
{
    HEADRACE_CHECK(MessageProducer::begin());
    m_begunAt = Clock::now();
    return clientStatus(rd_kafka_begin_transaction(handle()), "No transaction can be begun");
}

Status TransactionalProducer::commit()
{
    const Status delivered = MessageProducer::commit();
    if (!delivered && !isPurged())
        return delivered;
    // Messages of a transaction that has failed are purged; what it failed of is what a commit answers.
    HEADRACE_CHECK(waitFor("A transaction cannot be committed",
                           [](rd_kafka_t* client) { return rd_kafka_commit_transaction(client, kAnswerMs); }));
    return delivered;
}

Status TransactionalProducer::abort()
{
    rd_kafka_purge(handle(), RD_KAFKA_PURGE_F_QUEUE);
    return waitFor(
        "A transaction cannot be rolled back",
        [](rd_kafka_t* client) { return rd_kafka_abort_transaction(client, kAnswerMs); },
        Clock::now() + kAbortPatience);
}

} // namespace headrace::kafka
