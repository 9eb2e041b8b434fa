// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"
#include "connectors/pipeline/runner.h"
#include "tests/support/fault_link.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/mqtt/mqtt_broker.h"
#include "tests/support/sqlite_lines.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <memory>
#include <string>

using namespace headrace;
using namespace headrace::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 60'000;

/// What a run says while a test looks at it.
class Listener {
public:
    explicit Listener(const Runner& runner)
        : m_runner(runner)
    {
    }

    [[nodiscard]] MetricsSnapshot now()
    {
        const MetricsSnapshot snapshot = m_runner.metrics().snapshot();
        if (snapshot.outage && (m_told.isEmpty() || m_told.back() != QString::fromStdString(snapshot.outage->sentence)))
            m_told << QString::fromStdString(snapshot.outage->sentence);
        return snapshot;
    }
    [[nodiscard]] const QStringList& told() const { return m_told; }

private:
    const Runner& m_runner;
    QStringList m_told; ///< each time it changed
};

Pipeline pipelineOf(ConnectorSpec source, ConnectorSpec destination)
{
    Pipeline pipeline;
    pipeline.name = "silent";
    pipeline.source = std::move(source);
    pipeline.destination = std::move(destination);
    pipeline.batch.age = 20ms;
    pipeline.retry.initial = 100ms;
    pipeline.retry.maximum = 500ms;
    return pipeline;
}

} // namespace

/// A broker that neither answers nor closes its connections: the run says so once, and once that it is back, and what
/// was on its way arrives.
class TestSilentBrokers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_mqtt.start();
        m_link = std::make_unique<FaultLink>(m_mqtt.port());
        m_kafka.start();
    }
    void init()
    {
        m_link->heal();
        m_mqtt.thaw(); // a test that failed leaves it as it was
        m_kafka.thaw();
    }

    void mqttSource_data();
    void mqttSource();
    void kafkaSink_data();
    void kafkaSink();

private:
    MqttBroker m_mqtt;
    KafkaBroker m_kafka;
    std::unique_ptr<FaultLink> m_link;
};

void TestSilentBrokers::mqttSource_data()
{
    QTest::addColumn<QString>("qos");
    QTest::addColumn<bool>("isFrozen"); ///< the broker; else the link swallows what passes
    QTest::newRow("QoS 1, broker") << "1" << true;
    QTest::newRow("QoS 2, broker") << "2" << true;
    QTest::newRow("QoS 1, link") << "1" << false; // of QoS 2 a broken link may lose one
}

void TestSilentBrokers::mqttSource()
{
    QFETCH(QString, qos);
    QFETCH(bool, isFrozen);
    const QTemporaryDir folder;
    const Registry registry = builtinConnectors();
    const std::string topic = fmt::format("silent/{}/{}", qos.toStdString(), isFrozen);
    const std::string broker = isFrozen ? m_mqtt.address() : fmt::format("127.0.0.1:{}", m_link->port());
    const std::string file = folder.filePath("rows.sqlite").toStdString();
    Runner runner({pipelineOf({"mqtt",
                               {{"broker", broker},
                                {"topic", topic},
                                {"value", "text"},
                                {"qos", qos.toStdString()},
                                {"client_id", topic},
                                {"spool", folder.filePath("spool").toStdString()},
                                {"timeout", "3s"}}},
                              {"sqlite", {{"path", file}, {"table", "messages"}}}),
                   &registry,
                   folder.path().toStdString(),
                   {}});
    Listener listener(runner);
    const auto publish = [&](int from, int until) {
        for (int i = from; i < until; ++i)
            m_mqtt.publish(topic, std::to_string(i), qos.toInt());
    };
    runner.start();
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().state == RunState::Running && listener.now().source.partitions, kPatience);
    publish(0, 10);
    QTRY_COMPARE_WITH_TIMEOUT(listener.now().rowsCommitted, 10, kPatience);

    if (isFrozen) {
        m_mqtt.freeze();
    } else {
        m_link->cut({.place = LinkCut::Place::Download, .bytes = 1, .times = 1000, .silence = 600s});
        publish(10, 20); // which the broker sends into the silence
    }
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().outage, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().rewinds >= 2, kPatience);
    const auto told = listener.told();
    // The broker gives a client up that it does not hear, and the link may pass that on before the client gives up.
    QVERIFY2(told.size() == 1 || (!isFrozen && told.size() == 2), qPrintable(told.join('\n')));
    QVERIFY2(
        told.last().startsWith(QString::fromStdString(fmt::format("The MQTT broker '{}' does not answer.", broker))),
        qPrintable(told.join('\n')));
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().rewinds >= 4, kPatience); // it was tried again, and is still silent
    QCOMPARE(listener.told(), told);
    QCOMPARE(listener.now().outages, 1);

    if (isFrozen) {
        m_mqtt.thaw();
        publish(10, 20);
    } else {
        m_link->heal();
    }
    QTRY_VERIFY_WITH_TIMEOUT(!listener.now().outage, kPatience);
    QVERIFY2(listener.now().recovery.starts_with("The run goes on, after "), listener.now().recovery.c_str());
    publish(20, 30);
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().rowsCommitted >= 30, kPatience);
    runner.requestStop();
    QVERIFY(runner.wait(60s));
    QVERIFY2(runner.report().state == RunState::Stopped,
             runner.report().error ? runner.report().error->message.c_str() : "");
    QCOMPARE(listener.told(), told);
    QCOMPARE(listener.now().outages, 1);
    QStringList values;
    for (const std::string& line : sqliteLines(file, "SELECT value FROM messages ORDER BY CAST(value AS INT)"))
        values << QString::fromStdString(line);
    QStringList expected;
    for (int i = 0; i < 30; ++i)
        expected << QString::number(i);
    QCOMPARE(values, expected);
}

void TestSilentBrokers::kafkaSink_data()
{
    QTest::addColumn<QString>("acks");
    QTest::newRow("transactions") << "all";
    QTest::newRow("without") << "1";
}

void TestSilentBrokers::kafkaSink()
{
    QFETCH(QString, acks);
    const QTemporaryDir folder;
    const Registry registry = builtinConnectors();
    const std::string topic = fmt::format("silent-{}", acks.toStdString());
    m_kafka.createTopic(topic);
    Pipeline pipeline = pipelineOf(
        {"generator", {{"rate", "200"}}},
        {"kafka", {{"brokers", m_kafka.address()}, {"topic", topic}, {"value", "json"}, {"acks", acks.toStdString()}}});
    if (acks != "all")
        pipeline.delivery = Delivery::AtLeastOnce;
    Runner runner({pipeline, &registry, folder.path().toStdString(), {}});
    Listener listener(runner);
    runner.start();
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().rowsCommitted >= 100, kPatience);
    QVERIFY(!listener.now().outage);

    m_kafka.freeze();
    const bool isTold = QTest::qWaitFor([&] { return listener.now().outage.has_value(); }, kPatience);
    m_kafka.thaw();
    QVERIFY(isTold);
    QVERIFY2(listener.told().first().startsWith(
                 QString::fromStdString(fmt::format("The broker '{}' does not answer since ", m_kafka.address()))) &&
                 listener.told().first().endsWith(": it is connected, but sends nothing."),
             qPrintable(listener.told().first()));

    QTRY_VERIFY_WITH_TIMEOUT(!listener.now().outage, kPatience);
    QVERIFY2(
        listener.now().recovery.starts_with(fmt::format("The broker '{}' answers again, after ", m_kafka.address())),
        listener.now().recovery.c_str());
    const auto before = listener.now().rowsCommitted;
    QTRY_VERIFY_WITH_TIMEOUT(listener.now().rowsCommitted > before, kPatience);
    runner.requestStop();
    QVERIFY(runner.wait(60s));
    QVERIFY2(runner.report().state == RunState::Stopped,
             runner.report().error ? runner.report().error->message.c_str() : "");
    QCOMPARE(listener.told().size(), 1);
    QCOMPARE(listener.now().outages, 1);
    QCOMPARE(listener.now().rewinds, 0);
    QCOMPARE(std::ssize(m_kafka.consume(topic)), listener.now().rowsCommitted);
}

QTEST_GUILESS_MAIN(TestSilentBrokers)
#include "tst_silent_brokers.moc"
