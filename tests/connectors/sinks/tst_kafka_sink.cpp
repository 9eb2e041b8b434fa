// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/message_sink.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/kafka/mock_cluster.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace headrace;
using test::KafkaMessage;
using test::Lines;

/// The Kafka sink against a real broker.
class TestKafkaSink : public test::MessageSinks {
    Q_OBJECT

public:
    TestKafkaSink()
        : MessageSinks(kafkaSink())
    {
    }

private:
    test::KafkaBroker m_broker;
    std::vector<test::SinkCase> m_cases;
    int m_topics = 0;

    std::string newName() { return fmt::format("out-{}", ++m_topics); }

    Options optionsOf(const std::string& topic) override
    {
        return {{"brokers", m_broker.address()}, {"topic", topic}, {"linger", "1ms"}};
    }

    std::string linesIn(const std::string& topic) override
    {
        std::string text;
        for (const KafkaMessage& message : m_broker.consume(topic))
            text += *message.value + "\n";
        return text;
    }

    /// A sink of the mock cluster, open for such rows.
    std::unique_ptr<Sink> openedOn(test::MockCluster& cluster, const arrow::RecordBatch& rows)
    {
        cluster.createTopic("out", {});
        cluster.createTopic("headrace_commits", {});
        auto sink = newSink(optionsFor("out", {{"brokers", cluster.address()}}));
        if (!sink)
            qFatal("%s", sink.error().message.c_str());
        if (const auto opened = (*sink)->open(rows.schema(), test::kMine, {}); !opened)
            qFatal("%s", opened.error().message.c_str());
        return std::move(*sink);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        test::SinkCase leaderOnly = jsonCase();
        leaderOnly.name = "kafka without transactions";
        leaderOnly.keepsPosition = false;
        leaderOnly.options = [options = leaderOnly.options](const std::string& folder) {
            Options given = options(folder);
            given.set("acks", "1");
            return given;
        };
        m_cases = {jsonCase(), leaderOnly};
    }
    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void keysHeadersAndPartitionsArrive();
    void valuesAreWrittenAsAsked_data();
    void valuesAreWrittenAsAsked();
    void keysGoWhereJavaPutsThem();
    void wrongPartitionsAreNamed_data();
    void wrongPartitionsAreNamed();
    void tooLargeMessageIsNamed();
    void compactedTopicsNeedKeys();
    void brokersThatCannotStore_data();
    void brokersThatCannotStore();
    void olderWriterIsFenced();
    void slowBatchesOutlastTheBrokersPatience_data();
    void topicsJustMadeHaveNoLeaderYet_data();
    void topicsJustMadeHaveNoLeaderYet();
    void slowBatchesOutlastTheBrokersPatience();
    void forgottenWritersBeginAnew_data();
    void forgottenWritersBeginAnew();
    void clientPropertiesHold();
};

void TestKafkaSink::keysHeadersAndPartitionsArrive()
{
    const std::string topic = newName();
    m_broker.createTopic(topic, 3);
    const auto rows = test::rowsOf(test::schemaOf("id:int64, h:string, p:int64"),
                                   {{"7", R"([["a","x"],["a",null],["raw",{"base64":"/w=="}]])", "2"},
                                    {"8", R"({"b":"y"})", "1"},
                                    {"9", "∅", "0"}});
    QVERIFY_RESULT(write(optionsFor(topic, {{"key", "id"}, {"headers", "h"}, {"partition", "p"}}), rows));
    const auto messages = m_broker.consume(topic);
    QCOMPARE(messages.size(), std::size_t{3});
    QCOMPARE(messages[0].value, R"({"id":9})");
    QVERIFY(messages[0].headers.empty());
    QCOMPARE(messages[1].headers.front().first, "b");
    QCOMPARE(messages[2].partition, 2);
    QCOMPARE(messages[2].key, "7");
    QCOMPARE(messages[2].headers.size(), std::size_t{3});
    QVERIFY(!messages[2].headers[1].second.has_value());
    QCOMPARE(messages[2].headers[2].second, "\xff");
    const Status bad = write(optionsFor(topic, {{"headers", "id"}}), rows);
    QVERIFY(!bad);
    QVERIFY2(bad.error().message.find("'7'") != std::string::npos, bad.error().message.c_str());
}

void TestKafkaSink::valuesAreWrittenAsAsked_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("expected");
    QTest::newRow("json") << "json"
                          << ""
                          << R"({"id":1,"value":"a\n\"b\""};{"id":2,"value":null})";
    QTest::newRow("csv") << "csv"
                         << ""
                         << "1,\"a\n\"\"b\"\"\";2,";
    QTest::newRow("text") << "text"
                          << ""
                          << "a\n\"b\";∅";
    QTest::newRow("bytes of a column") << "bytes"
                                       << "id"
                                       << "1;2";
}

void TestKafkaSink::valuesAreWrittenAsAsked()
{
    QFETCH(QString, value);
    QFETCH(QString, column);
    QFETCH(QString, expected);
    const std::string topic = newName();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, value:string"), {{"1", "a\n\"b\""}, {"2", "∅"}});
    QVERIFY_RESULT(
        write(optionsFor(topic, {{"value", value.toStdString()}, {"value_column", column.toStdString()}}), rows));
    QStringList found;
    for (const KafkaMessage& message : m_broker.consume(topic))
        found << (message.value ? QString::fromStdString(*message.value) : QString("∅"));
    QCOMPARE(found.join(';'), expected);
}

/// Partitions by murmur2 of the key, as Kafka's documentation of the default partitioner has it.
void TestKafkaSink::keysGoWhereJavaPutsThem()
{
    const std::string topic = newName();
    QVERIFY_RESULT(write(optionsFor(topic, {{"key", "k"}, {"partitions", "1000"}}),
                         test::rowsOf(test::schemaOf("k:string"), {{"kafka"}, {"giberish123456789"}})));
    std::map<std::string, int> partitions;
    for (const KafkaMessage& message : m_broker.consume(topic))
        partitions[*message.key] = message.partition;
    // Hashes 0xd067cf64 and 0x8f552b0c of librdkafka's and Java's own tests, made positive.
    QCOMPARE(partitions["kafka"], (0xd067cf64 & 0x7fffffff) % 1000);
    QCOMPARE(partitions["giberish123456789"], (0x8f552b0c & 0x7fffffff) % 1000);
}

void TestKafkaSink::wrongPartitionsAreNamed_data()
{
    QTest::addColumn<QString>("partition");
    QTest::addColumn<QString>("said");
    QTest::newRow("one that the topic does not have") << "7"
                                                      << "to the partition 7 of the topic";
    QTest::newRow("below zero") << "-2"
                                << "The column 'p', which the option 'partition' of the kafka destination names, holds "
                                   "'-2'";
}

void TestKafkaSink::wrongPartitionsAreNamed()
{
    QFETCH(QString, partition);
    QFETCH(QString, said);
    const auto rows = test::rowsOf(test::schemaOf("p:int64"), {{partition.toStdString()}});
    const Status written = write(optionsFor(newName(), {{"partition", "p"}}), rows);
    QVERIFY(!written);
    QVERIFY2(written.error().message.find(said.toStdString()) != std::string::npos, written.error().message.c_str());
}

void TestKafkaSink::tooLargeMessageIsNamed()
{
    const std::string topic = newName();
    m_broker.createTopic(topic, 1, {{"max.message.bytes", "2000"}});
    const auto rows = test::rowsOf(test::schemaOf("value:string"), {{std::string(5000, 'x')}});
    const Status written = write(optionsFor(topic, {{"compression", "none"}}), rows);
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Data);
    QVERIFY2(written.error().message.find(topic) != std::string::npos &&
                 written.error().message.find("max.message.bytes") != std::string::npos,
             written.error().message.c_str());
    QCOMPARE(m_broker.consume(topic).size(), std::size_t{0});
    // What the client itself refuses.
    const auto huge = test::rowsOf(test::schemaOf("value:string"), {{std::string(3'000'000, 'x')}});
    const Status refused = write(optionsFor(topic), huge);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Data);
}

void TestKafkaSink::compactedTopicsNeedKeys()
{
    const std::string topic = newName();
    m_broker.createTopic(topic, 1, {{"cleanup.policy", "compact"}});
    const auto rows = test::someRows(0, 3);
    const Status written = write(optionsFor(topic), rows);
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Data);
    QVERIFY2(written.error().message.find("the option 'key'") != std::string::npos, written.error().message.c_str());
    QVERIFY_RESULT(write(optionsFor(topic, {{"key", "id"}}), rows));
    QCOMPARE(m_broker.consume(topic).size(), std::size_t{3});
}

void TestKafkaSink::brokersThatCannotStore_data()
{
    QTest::addColumn<int>("answer");
    QTest::addColumn<bool>("passes");
    QTest::newRow("full disk") << int{RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR} << true;
    QTest::newRow("too few replicas") << int{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS} << true;
    QTest::newRow("leader away") << int{RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION} << true;
    QTest::newRow("no right to write") << int{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED} << false;
}

/// What passes is waited for; what does not is an error, and the transaction is rolled back.
void TestKafkaSink::brokersThatCannotStore()
{
    QFETCH(int, answer);
    QFETCH(bool, passes);
    test::MockCluster cluster;
    const auto rows = test::someRows(0, 3);
    const auto sink = openedOn(cluster, *rows);
    const auto code = static_cast<rd_kafka_resp_err_t>(answer);
    cluster.answer(test::MockCluster::kProduce, {code, code});
    const Status written = test::writeOne(*sink, 1, rows);
    if (passes) {
        QVERIFY_RESULT(written);
        QVERIFY(sink->durable()->has_value());
        return;
    }
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Permission);
    QVERIFY2(written.error().message.find("does not allow") != std::string::npos, written.error().message.c_str());
}

void TestKafkaSink::topicsJustMadeHaveNoLeaderYet_data()
{
    QTest::addColumn<int>("answer");
    QTest::newRow("not the leader") << int{RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION};
    QTest::newRow("no leader") << int{RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE};
    QTest::newRow("no replica") << int{RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE};
    QTest::newRow("leader of an older epoch") << int{RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH};
    QTest::newRow("leader of a newer epoch") << int{RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH};
    QTest::newRow("leader without offsets") << int{RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE};
    QTest::newRow("no log") << int{RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR};
    QTest::newRow("topic not known") << int{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART};
}

/// The first questions for the offsets of the topic of positions come before its leader is ready.
void TestKafkaSink::topicsJustMadeHaveNoLeaderYet()
{
    QFETCH(int, answer);
    test::MockCluster cluster;
    const auto rows = test::someRows(0, 3);
    constexpr std::size_t kAnswers = 8; // more than the client tries by itself
    cluster.answer(test::MockCluster::kListOffsets, std::vector(kAnswers, static_cast<rd_kafka_resp_err_t>(answer)));
    const auto sink = openedOn(cluster, *rows); // ends the program when it cannot be opened
    QVERIFY_RESULT(test::writeOne(*sink, 1, rows));
}

void TestKafkaSink::olderWriterIsFenced()
{
    const std::string topic = newName();
    const auto rows = test::someRows(0, 3);
    const auto older = newSink(optionsFor(topic));
    QVERIFY_RESULT(older);
    QVERIFY_RESULT((*older)->open(rows->schema(), test::kMine, {}));
    QVERIFY_RESULT((*older)->append(rows, {}));
    QVERIFY_RESULT(write(optionsFor(topic), rows));
    BatchSummary batch;
    batch.sequence = 1;
    QVERIFY_RESULT((*older)->commit(batch, {"end"}, {}));
    const Status flushed = (*older)->flush({});
    QVERIFY(!flushed);
    QVERIFY2(flushed.error().code == ErrorCode::Conflict, flushed.error().message.c_str());
    QCOMPARE(m_broker.consume(topic).size(), std::size_t{3});
}

void TestKafkaSink::slowBatchesOutlastTheBrokersPatience_data()
{
    QTest::addColumn<int>("pieces"); // of half a megabyte
    QTest::addColumn<bool>("comesSlowly");
    QTest::addColumn<QString>("limit");
    QTest::addColumn<QStringList>("refusals"); // each attempt's
    const QString again = "Its rows are read again, and wait in";
    QTest::newRow("few rows") << 1 << false << "8GiB" << QStringList();
    QTest::newRow("many, slowly") << 20 << true << "8GiB" << QStringList();
    QTest::newRow("many at once, then none") << 20 << false << "8GiB" << QStringList(again);
    QTest::newRow("more than may wait") << 20 << false << "1MiB" << QStringList{again, "'transaction.timeout.ms'"};
}

/// Brokers roll back what is open for too long. Rows wait for their batch's end before a transaction begins, in memory
/// or on disk; where it has begun already, they are read again, which the Runner does.
void TestKafkaSink::slowBatchesOutlastTheBrokersPatience()
{
    QFETCH(int, pieces);
    QFETCH(bool, comesSlowly);
    QFETCH(QString, limit);
    QFETCH(QStringList, refusals);
    const QTemporaryDir spool;
    const std::string topic = newName();
    const auto sink = newSink(optionsFor(topic, {{"client", OptionMap{{"transaction.timeout.ms", "1000"}}},
                                                 {"spool", spool.filePath("rows").toStdString()},
                                                 {"spool_limit", limit.toStdString()}}));
    QVERIFY_RESULT(sink);
    const auto piece = test::rowsOf(test::schemaOf("value:string"), {{std::string(500'000, 'x')}});
    BatchSummary batch;
    batch.sequence = 1;
    const auto writeSlowly = [&]() -> Status {
        HEADRACE_CHECK((*sink)->open(piece->schema(), test::kMine, {}));
        for (int i = 0; i < pieces; ++i) {
            HEADRACE_CHECK((*sink)->append(piece, {}));
            if (comesSlowly)
                QTest::qWait(100);
        }
        QTest::qWait(3000); // the brokers' patience is over
        HEADRACE_CHECK((*sink)->commit(batch, {"end"}, {}));
        return (*sink)->flush({});
    };
    for (const QString& refusal : refusals) {
        const Status refused = writeSlowly();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        const auto said = QString::fromStdString(refused.error().message);
        QVERIFY2(said.contains(refusal), qPrintable(said));
    }
    const bool fits = limit == "8GiB";
    if (fits)
        QVERIFY_RESULT(writeSlowly());
    QCOMPARE(m_broker.consume(topic).size(), static_cast<std::size_t>(fits ? pieces : 0));
    QCOMPARE(QFileInfo::exists(spool.filePath("rows")), pieces > 1);
    QVERIFY(QDir(spool.filePath("rows")).isEmpty());
}

void TestKafkaSink::forgottenWritersBeginAnew_data()
{
    QTest::addColumn<int>("request");
    QTest::addColumn<int>("answer");
    QTest::addColumn<bool>("isNoticedWhileWriting");
    for (const bool isNoticed : {false, true})
        QTest::addRow("expired transactional id, rows %s", isNoticed ? "go on" : "are few")
            << int{test::MockCluster::kAddPartitionsToTxn} << int{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING}
            << isNoticed;
    QTest::newRow("transaction that the brokers do not know")
        << int{test::MockCluster::kEndTxn} << int{RD_KAFKA_RESP_ERR_INVALID_TXN_STATE} << false;
}

/// As after a week without a row: the error is one that the Runner tries again, with a new writer.
void TestKafkaSink::forgottenWritersBeginAnew()
{
    QFETCH(int, request);
    QFETCH(int, answer);
    QFETCH(bool, isNoticedWhileWriting);
    test::MockCluster cluster;
    const auto rows = test::someRows(0, 3);
    const auto sink = openedOn(cluster, *rows);
    cluster.answer(static_cast<std::int16_t>(request), {static_cast<rd_kafka_resp_err_t>(answer)});
    Status written;
    if (isNoticedWhileWriting) {
        const auto many = test::someRows(0, 100'000);
        QVERIFY(QTest::qWaitFor(
            [&] {
                written = sink->append(many, {});
                return !written;
            },
            60'000));
    } else {
        written = test::writeOne(*sink, 1, rows);
    }
    QVERIFY(!written);
    QVERIFY2(isRetryable(written.error()), written.error().message.c_str());
    QVERIFY_RESULT(sink->open(rows->schema(), test::kMine, {}));
    QVERIFY_RESULT(test::writeOne(*sink, 1, rows));
}

/// What 'client' sets is not overwritten by what the sink would choose.
void TestKafkaSink::clientPropertiesHold()
{
    const std::string topic = newName();
    QVERIFY_RESULT(write(
        optionsFor(topic, {{"key", "k"}, {"partitions", "1000"}, {"client", OptionMap{{"partitioner", "consistent"}}}}),
        test::rowsOf(test::schemaOf("k:string"), {{"kafka"}})));
    QCOMPARE(m_broker.consume(topic).front().partition, 0x5bbc7517 % 1000); // by CRC-32
    const Error refusal = refusalOf(optionsFor(topic, {{"client", OptionMap{{"transaction.timeout.ms", "2000000"}}}}));
    QVERIFY2(refusal.code == ErrorCode::Usage &&
                 refusal.message.find("'transaction.max.timeout.ms'") != std::string::npos,
             refusal.message.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaSink)
#include "tst_kafka_sink.moc"
