// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/pause.h"
#include "connectors/core/tells_outages.h"
#include "connectors/sinks/batch_queue.h"
#include "connectors/sinks/kafka/commits_topic.h"
#include "connectors/sinks/kafka/kafka_sink_settings.h"
#include "connectors/sinks/kafka/transactional_producer.h"
#include "connectors/sinks/row_spool.h"

#include "connectors/kafka/topics.h"
#include "connectors/registry/schema_registry.h"

#include <fmt/format.h>

#include <thread>

namespace headrace {

namespace {

using namespace kafka;

/// The pipeline's thread puts rows into a queue; a worker sends them, a transaction for one batch or for small ones
/// together. Without transactions they are sent in the same way, and the topic keeps no position.
class KafkaSink final : public Sink, public TellsOutages {
public:
    explicit KafkaSink(SinkSettings settings)
        : m_settings(std::move(settings))
        , m_spool(m_settings.spool)
    {
    }

    ~KafkaSink() override { close(); }

    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token stop) override
    {
        close();
        HEADRACE_TRY(m_encoder, RecordEncoder::create(m_settings.layout, schema, stop));
        HEADRACE_CHECK(openProducer(identity, stop));
        HEADRACE_CHECK(createTopics(stop));
        std::optional<CommittedPosition> committed;
        if (m_settings.isTransactional()) {
            m_commitKey = commitKey(identity, m_settings.topic);
            HEADRACE_TRY(committed, readCommitted(m_producer->client(), m_commitKey, stop));
        }
        m_queue = std::make_unique<BatchQueue>();
        m_worker = std::thread([this] { work(); });
        m_watch = std::jthread([this](const std::stop_token& closed) { watch(closed); });
        return committed;
    }

    void onOutage(Tell tell) override { m_tell = std::move(tell); }

    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) override
    {
        return m_queue->push(rows, stop);
    }

    Status commit(const BatchSummary& batch, const Position& end, std::stop_token) override
    {
        return m_queue->end({end, batch.sequence});
    }

    Result<std::optional<CommittedPosition>> durable() override { return m_queue->durable(); }
    Status flush(std::stop_token stop) override { return m_queue->flush(stop); }

    void rollback() noexcept override
    {
        if (m_queue)
            m_queue->drop();
    }

    void close() noexcept override
    {
        if (m_worker.joinable()) {
            const std::jthread patience([this](const std::stop_token& done) { giveUpIn(kPatience, done); });
            m_queue->close();
            m_worker.join();
            m_watch = {};
        }
        m_queue.reset();
        m_producer.reset();
        m_encoder.reset();
    }

private:
    /// How long close() lets a cluster that is away hold it up.
    static constexpr std::chrono::seconds kPatience{10};
    static constexpr std::chrono::seconds kLook{1}; ///< between two looks at the brokers
    /// Rows of a batch come slowly when the first MiB take more than this part of the time that its transaction has.
    static constexpr int kSlow = 100;

    void watch(const std::stop_token& closed) const
    {
        do
            m_tell(m_producer->lookAtBrokers());
        while (pause(kLook, closed));
    }

    void giveUpIn(std::chrono::seconds time, const std::stop_token& done)
    {
        if (pause(time, done))
            m_producer->stopWaiting();
    }

    Status openProducer(const RunIdentity& identity, const std::stop_token& stop)
    {
        if (!m_settings.isTransactional()) {
            HEADRACE_TRY(m_producer, MessageProducer::open(m_settings.client, m_settings.properties, stop));
            return {};
        }
        const std::string id = m_settings.transactionalId.empty()
                                   ? fmt::format("headrace-{}-{}", identity.pipeline, m_settings.topic)
                                   : m_settings.transactionalId;
        HEADRACE_TRY(m_producer, TransactionalProducer::open(m_settings.client, id, m_settings.properties, stop));
        return {};
    }

    Status createTopics(const std::stop_token& stop)
    {
        Client& client = m_producer->client();
        if (m_settings.isTransactional())
            HEADRACE_CHECK(createCommitsTopic(client, stop));
        const auto found = client.topics({m_settings.topic}, stop);
        if (found)
            return {};
        if (found.error().code != ErrorCode::NotFound || !m_settings.createTopic)
            return fail(found.error());
        return createTopic(client, m_settings.topic, m_settings.partitions, {});
    }

    void work()
    {
        while (m_queue->waitForWork(true)) {
            std::optional<CommittedPosition> committed;
            const Status outcome = runTransaction(committed);
            m_spool.clear();
            m_queue->transactionEnded(outcome, committed);
        }
    }

    /// Readers of the topic wait for a transaction that is open, and brokers roll it back after a while. So rows that
    /// come slowly wait on disk for their batch's end; where they come fast they are sent meanwhile, and only what
    /// turns out to take too long is read again, to wait.
    [[nodiscard]] bool isSlow() const
    {
        const auto wait = m_settings.isTransactional() ? m_queue->unfinishedWait() : std::nullopt;
        return wait && (m_tookTooLong || *wait >= m_producer->timeLimit() / kSlow);
    }

    /// Takes rows into the spool up to their end, or until it is full. False: the batch was dropped.
    Result<bool> spoolRows(std::optional<CommittedPosition>& last)
    {
        while (m_spool.fileBytes() < m_settings.spoolBytes) {
            const auto item = m_queue->next();
            if (const auto* ended = std::get_if<CommittedPosition>(&item)) {
                last = *ended;
                return true;
            }
            const auto* rows = std::get_if<BatchQueue::Rows>(&item);
            if (rows == nullptr)
                return false;
            HEADRACE_CHECK(m_spool.add(*rows));
        }
        return true;
    }

    /// One transaction; `committed` stays empty when its batch was dropped.
    Status runTransaction(std::optional<CommittedPosition>& committed)
    {
        std::optional<CommittedPosition> last;
        if (isSlow()) {
            HEADRACE_TRY(const bool goesOn, spoolRows(last));
            if (!goesOn)
                return {};
        }
        HEADRACE_CHECK(m_producer->begin());
        killPoint("before-write");
        Status outcome = sendSpool(last.has_value());
        if (outcome && !last && !m_queue->isDropped())
            outcome = sendRows(last);
        if (outcome && last)
            outcome = commitAt(*last);
        if (outcome && last) {
            committed = last;
            return {};
        }
        if (!outcome && outcome.error().code == ErrorCode::Unavailable && m_producer->isExpired() &&
            !std::exchange(m_tookTooLong, true))
            outcome = tookTooLong();
        const Status aborted = m_producer->abort();
        return outcome ? aborted : outcome; // the first error is the one that tells
    }

    [[nodiscard]] Status tookTooLong() const
    {
        return fail(ErrorCode::Unavailable,
                    fmt::format("A batch for the topic '{}' is open for longer than the {} s that the brokers give a "
                                "transaction. Its rows are read again, and wait in '{}' for its end.",
                                m_settings.topic, std::chrono::duration<double>(m_producer->timeLimit()).count(),
                                m_settings.spool));
    }

    Status sendSpool(bool isWhole)
    {
        while (isWhole || !m_queue->isDropped()) {
            HEADRACE_TRY(const auto rows, m_spool.take());
            if (rows == nullptr)
                break;
            HEADRACE_CHECK(send(rows));
        }
        return {};
    }

    /// `last` stays empty when the batch was dropped.
    Status sendRows(std::optional<CommittedPosition>& last)
    {
        std::optional<BatchQueue::TimePoint> until;
        if (m_settings.isTransactional() && !m_tookTooLong)
            until = std::chrono::steady_clock::now() + m_producer->timeLimit();
        while (true) {
            const auto item = m_queue->next(until);
            if (const auto* ended = std::get_if<CommittedPosition>(&item)) {
                last = *ended;
                return {};
            }
            if (std::holds_alternative<BatchQueue::Late>(item)) {
                m_tookTooLong = true;
                return tookTooLong();
            }
            const auto* rows = std::get_if<BatchQueue::Rows>(&item);
            if (rows == nullptr)
                return {};
            HEADRACE_CHECK(send(*rows));
        }
    }

    Status send(const BatchQueue::Rows& rows)
    {
        killPoint("mid-write");
        HEADRACE_CHECK(m_encoder->encode(rows));
        for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
            HEADRACE_TRY(const auto record, m_encoder->record(row));
            HEADRACE_CHECK(m_producer->send(m_settings.topic, record));
        }
        return {};
    }

    Status commitAt(const CommittedPosition& last)
    {
        killPoint("after-write");
        if (m_settings.isTransactional()) {
            const std::string value = commitValue(last);
            HEADRACE_CHECK(m_producer->send(kCommitsTopic, {m_commitKey, value, 0, std::nullopt}));
        }
        killPoint("before-commit");
        HEADRACE_CHECK(m_producer->commit());
        killPoint("after-commit");
        return {};
    }

    SinkSettings m_settings;
    std::string m_commitKey;
    std::unique_ptr<RecordEncoder> m_encoder;    ///< of the worker while that runs
    std::unique_ptr<MessageProducer> m_producer; ///< of the worker while that runs
    std::unique_ptr<BatchQueue> m_queue;
    RowSpool m_spool;           ///< of the worker
    bool m_tookTooLong = false; ///< a batch was open for longer than the brokers let it be
    std::thread m_worker;
    Tell m_tell = [](const std::optional<Outage>&) {};
    std::jthread m_watch;
};

/// What the registry has for the values' subject; empty without one.
Result<std::string> probeSubject(const SchemaSettings& settings, const std::stop_token& stop)
{
    if (settings.registry.url.empty())
        return std::string();
    HEADRACE_TRY(const std::string name, settings.subjectOf(false));
    const auto newest = SchemaRegistry(settings.registry).newest(name, stop);
    if (newest)
        return fmt::format(" The registry has version {} of '{}', schema {}.", newest->version, name, newest->id);
    if (newest.error().code != ErrorCode::NotFound || !settings.isRegistered)
        return fail(newest.error());
    return fmt::format(" The registry has no schema for '{}' yet.", name);
}

Result<std::string> probeTopic(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sinkOptions(), "kafka destination"));
    HEADRACE_TRY(const SinkSettings settings, sinkSettings(checked));
    HEADRACE_TRY(const auto client, Client::create(Client::Kind::Producer, settings.client.conf(), settings.client));
    HEADRACE_TRY(const std::string subject, probeSubject(settings.layout.schema, stop));
    const auto found = client->topics({settings.topic}, stop);
    if (found)
        return fmt::format("The topic '{}' has {} partition{}.{}", settings.topic, found->front().partitions.size(),
                           found->front().partitions.size() == 1 ? "" : "s", subject);
    if (found.error().code != ErrorCode::NotFound || !settings.createTopic)
        return fail(found.error());
    return fmt::format("The topic '{}' will be created.{}", settings.topic, subject);
}

} // namespace

SinkType kafkaSink()
{
    SinkType type;
    type.type = "kafka";
    type.label = "Kafka topic";
    type.group = "Streams";
    type.help = "Writes a message a row. Rows and the position they reach are in one transaction, which consumers with "
                "isolation.level read_committed see whole or not at all; 'acks' 1 or 0 does without, and without "
                "exactly once.";
    type.options = sinkOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.weakening = weakening;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(SinkSettings settings, sinkSettings(options));
        return std::make_unique<KafkaSink>(std::move(settings));
    };
    type.probe = probeTopic;
    return type;
}

} // namespace headrace
