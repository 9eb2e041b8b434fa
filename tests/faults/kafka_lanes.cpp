// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kafka_lanes.h"

#include <QCryptographicHash>
#include <QDir>

#include <fmt/format.h>

#include <set>

namespace headrace::test {

namespace {

constexpr int kPartitions = 3;
const std::string kInput = "kill-input";
const std::string kOutput = "kill-output";

std::string md5(const std::string& text)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Md5).toHex().toStdString();
}

std::string messageOf(std::int64_t sequence)
{
    return fmt::format(R"({{"sequence":{},"payload":"{}"}})", sequence, md5(std::to_string(sequence)));
}

/// Some of the messages in transactions, and among them others that were taken back.
void makeTopic(KafkaBroker& broker, std::int64_t rows)
{
    static std::set<std::string> made;
    if (!made.insert(broker.address()).second)
        return;
    broker.createTopic(kInput, kPartitions);
    constexpr std::int64_t kTransactions = 10;
    for (std::int64_t part = 0; part < kTransactions; ++part) {
        std::vector<KafkaMessage> messages;
        for (std::int64_t i = rows * part / kTransactions; i < rows * (part + 1) / kTransactions; ++i)
            messages.push_back({messageOf(i), std::to_string(i), static_cast<std::int32_t>(i % kPartitions)});
        broker.produceInTransaction(kInput, {messages.begin(), messages.begin() + 100}, false);
        broker.produceInTransaction(kInput, messages, true);
    }
}

/// The options that say how the broker is reached.
QString reached(const KafkaBroker& broker, const KafkaRoad& road)
{
    return QStringLiteral("type: kafka, brokers: \"%1\"%2")
        .arg(QString::fromStdString(road.brokers.empty() ? broker.address() : road.brokers), road.more);
}

CrashLane between(const char* name, KafkaBroker& broker, std::int64_t rows, const KafkaRoad& in = {})
{
    CrashLane lane;
    lane.name = QLatin1String(name);
    lane.rows = rows;
    lane.makeInput = [&broker, rows](const QString&) { makeTopic(broker, rows); };
    lane.source = [&broker, in](const QString&) {
        return QStringLiteral("{%1, topic: %2, until: now, metadata: none}")
            .arg(reached(broker, in), QString::fromStdString(kInput));
    };
    return lane;
}

Verdict verdictOf(const std::vector<KafkaMessage>& messages, std::int64_t rows)
{
    std::set<std::string> expected;
    for (std::int64_t i = 0; i < rows; ++i)
        expected.insert(messageOf(i));
    std::set<std::string> seen;
    Verdict verdict;
    for (const KafkaMessage& message : messages) {
        const std::string value = message.value.value_or("");
        if (!expected.contains(value))
            ++verdict.unknown;
        else if (!seen.insert(value).second)
            ++verdict.duplicated;
    }
    verdict.lost = rows - static_cast<std::int64_t>(seen.size());
    return verdict;
}

} // namespace

CrashLane kafkaToDuckdb(KafkaBroker& broker, std::int64_t rows, const KafkaRoad& in)
{
    CrashLane lane = between("kafka-duckdb", broker, rows, in);
    toDuckdb(lane);
    return lane;
}

CrashLane kafkaToParquet(KafkaBroker& broker, std::int64_t rows)
{
    CrashLane lane = between("kafka-parquet", broker, rows);
    toParquet(lane);
    return lane;
}

CrashLane kafkaToPostgres(KafkaBroker& broker, const PostgresServer& server, std::int64_t rows)
{
    CrashLane lane = between("kafka-postgres", broker, rows);
    toPostgres(lane, server);
    return lane;
}

CrashLane kafkaToKafka(KafkaBroker& broker, std::int64_t rows, const KafkaRoad& in, const KafkaRoad& out)
{
    CrashLane lane = between("kafka-kafka", broker, rows, in);
    lane.halfWritten = [](const QString&) { return QStringList{}; };
    lane.destination = [&broker, out](const QString&) {
        return QStringLiteral("{%1, topic: %2, linger: 5ms}")
            .arg(reached(broker, out), QString::fromStdString(kOutput));
    };
    lane.forget = [&broker] {
        broker.deleteTopic(kOutput);
        broker.deleteTopic("headrace_commits");
    };
    lane.check = [&broker, rows](const QString&) { return verdictOf(broker.consume(kOutput), rows); };
    return lane;
}

} // namespace headrace::test
