// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/mqtt/mqtt_broker.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

/// What Kinesis and MQTT say of their place while they are read.
class TestStreamProgress : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shardsSayWhereTheyStand();
    void theSubscriptionSaysWhereItStands();
};

void TestStreamProgress::shardsSayWhereTheyStand()
{
    test::KinesisServer server;
    server.start();
    const std::string stream = "stream";
    server.createStream(stream, 2);
    server.put(stream, {{"0"}, {"1"}, {"2"}}); // of one key
    const auto source = test::createSource(
        kinesisSource(), Options{{"endpoint", server.endpoint()}, {"stream", stream}, {"value", "text"}});
    QVERIFY_RESULT((*source)->open({}, {}));
    std::string seen;
    const bool isRead = QTest::qWaitFor(
        [&] {
            if (!(*source)->read({10, 8 << 20, std::chrono::milliseconds{20}}, {}))
                qFatal("the read failed");
            std::int64_t rows = 0;
            seen.clear();
            const auto shards = (*source)->progress().partitions;
            for (const PartitionProgress& shard : *shards) {
                rows += shard.rows;
                seen += fmt::format("{} behind {} {} {}; ", shard.name, shard.behind ? shard.behind->count() : -1,
                                    shard.rows > 0 && !shard.position.empty(), shard.lastAt.has_value());
            }
            return rows == 3 && (seen == "shardId-000000000000 behind 0 true true; "
                                         "shardId-000000000001 behind 0 false false; " ||
                                 seen == "shardId-000000000000 behind 0 false false; "
                                         "shardId-000000000001 behind 0 true true; ");
        },
        60'000);
    QVERIFY2(isRead, seen.c_str());
}

void TestStreamProgress::theSubscriptionSaysWhereItStands()
{
    test::MqttBroker broker;
    broker.start();
    const std::string topic = "site/state";
    const QTemporaryDir spool;
    const auto source = test::createSource(mqttSource(), Options{{"broker", broker.address()},
                                                                 {"topic", topic},
                                                                 {"client_id", "progress"},
                                                                 {"spool", spool.path().toStdString()},
                                                                 {"value", "text"}});
    QVERIFY_RESULT((*source)->open({}, {})); // subscribes
    broker.publish(topic, "1");
    broker.publish(topic, "2");
    QVERIFY(QTest::qWaitFor(
        [&] {
            if (!(*source)->read({}, {}))
                qFatal("the read failed");
            return (*source)->progress().partitions->at(0).rows == 2;
        },
        60'000));
    const auto partitions = (*source)->progress().partitions;
    QCOMPARE(partitions->size(), std::size_t{1});
    QCOMPARE(partitions->at(0).name, topic);
    QVERIFY(!partitions->at(0).lag && !partitions->at(0).behind && partitions->at(0).lastAt);
}

QTEST_GUILESS_MAIN(TestStreamProgress)
#include "tst_stream_progress.moc"
