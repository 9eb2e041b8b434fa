// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"
#include "connectors/pipeline/runner.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/fault_link.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/mqtt/mqtt_broker.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>

using namespace headrace;
using namespace headrace::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 120'000;

} // namespace

/// A stream's server goes away while a run waits for what comes: the run says so with the cause, once, and once that it
/// is back; then what came meanwhile arrives.
class TestStreamOutage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_link = std::make_unique<FaultLink>(m_kafka.linkedPort());
        m_kafka.behindLink(m_link->port());
        m_kafka.start();
        m_kinesis.start();
        m_kinesisLink =
            std::make_unique<FaultLink>(QString::fromStdString(m_kinesis.endpoint()).section(':', 2).toInt());
        m_mqtt.start();
    }
    void init()
    {
        m_link->heal();
        m_kinesisLink->heal();
    }

    void isToldWithItsCause_data()
    {
        using Source = ConnectorSpec;
        using Step = std::function<void()>;
        QTest::addColumn<Source>("source");
        QTest::addColumn<Step>("send");
        QTest::addColumn<Step>("away");
        QTest::addColumn<Step>("back");
        QTest::addColumn<QString>("told"); ///< a part of the sentence
        QTest::addColumn<QString>("cause");
        QTest::addColumn<QString>("recovery"); ///< its begin

        const std::string broker = fmt::format("127.0.0.1:{}", m_link->port());
        m_kafka.createTopic("away", 2);
        const Source kafka{"kafka",
                           {{"brokers", broker},
                            {"topic", "away"},
                            {"value", "text"},
                            {"client", OptionMap{{"socket.timeout.ms", "10000"}}}}};
        const Step toKafka = [this] { m_kafka.produce("away", {{"x"}}); };
        const QString kafkaTold = QString::fromStdString(fmt::format("The broker '{}' does not answer since ", broker));
        const QString kafkaBack = QString::fromStdString(fmt::format("The broker '{}' answers again, after ", broker));
        QTest::newRow("Kafka, link broken") << kafka << toKafka << Step([this] {
            m_link->cut({.place = LinkCut::Place::Download, .bytes = 1, .times = 1000});
            m_link->refuseAfterCuts();
        }) << Step([this] { m_link->heal(); })
                                            << kafkaTold << "connect" << kafkaBack;
        QTest::newRow("Kafka, half-open") << kafka << toKafka << Step([this] {
            m_link->cut({.place = LinkCut::Place::Download, .bytes = 1, .times = 1000, .silence = 600s});
        }) << Step([this] { m_link->heal(); })
                                          << kafkaTold << "it is connected, but sends nothing" << kafkaBack;
        Source direct = kafka;
        direct.options.set("brokers", m_kafka.address());
        QTest::newRow("Kafka, broker dead") << direct << toKafka << Step([this] { m_kafka.kill(); })
                                            << Step([this] { m_kafka.start(); }) << "The broker '"
                                            << "connection refused"
                                            << "The broker '";

        m_kinesis.createStream("away");
        const std::string endpoint = fmt::format("http://127.0.0.1:{}", m_kinesisLink->port());
        const Source kinesis{"kinesis",
                             {{"endpoint", endpoint}, {"stream", "away"}, {"value", "text"}, {"timeout", "10s"}}};
        const Step toKinesis = [this] { m_kinesis.put("away", {{"x"}}); };
        QTest::newRow("Kinesis, link broken")
            << kinesis << toKinesis << Step([this] {
                   m_kinesisLink->cut({.place = LinkCut::Place::Download, .bytes = 1, .times = 1000});
                   m_kinesisLink->refuseAfterCuts();
               })
            << Step([this] { m_kinesisLink->heal(); })
            << QString::fromStdString(
                   fmt::format("The server '127.0.0.1:{}' could not be reached: ", m_kinesisLink->port()))
            << "Attempt 1 of 1,000 follows in"
            << "The run goes on, after ";
        QTest::newRow("Kinesis, half-open")
            << kinesis << toKinesis << Step([this] {
                   m_kinesisLink->cut({.place = LinkCut::Place::Download, .bytes = 1, .times = 1000, .silence = 600s});
               })
            << Step([this] { m_kinesisLink->heal(); })
            << QString::fromStdString(fmt::format("The Kinesis endpoint '{}' does not answer since ", endpoint))
            << "a request waits for its answer"
            << "The ";

        const Source mqtt{"mqtt", {{"broker", m_mqtt.address()}, {"topic", "away"}, {"value", "text"}}};
        QTest::newRow("MQTT, broker gone") << mqtt << Step([this] { m_mqtt.publish("away", "x", 1, true); })
                                           << Step([this] { m_mqtt.stop(); }) << Step([this] { m_mqtt.start(); })
                                           << QString::fromStdString(fmt::format("The MQTT broker '{}' could not be "
                                                                                 "reached: connection refused.",
                                                                                 m_mqtt.address()))
                                           << "Attempt "
                                           << "The run goes on, after ";
    }

    void isToldWithItsCause()
    {
        QFETCH(ConnectorSpec, source);
        QFETCH(std::function<void()>, send);
        QFETCH(std::function<void()>, away);
        QFETCH(std::function<void()>, back);
        QFETCH(QString, told);
        QFETCH(QString, cause);
        QFETCH(QString, recovery);
        const QTemporaryDir folder;
        const Registry registry = builtinConnectors();
        Pipeline pipeline;
        pipeline.name = "outage";
        pipeline.source = source;
        pipeline.batch.age = 20ms;
        pipeline.retry.initial = 100ms;
        pipeline.retry.maximum = 500ms;
        pipeline.destination = {"null", Options{}};
        Runner runner({pipeline, &registry, folder.path().toStdString(), {}});
        const auto now = [&runner] { return runner.metrics().snapshot(); };
        runner.start();
        QTRY_VERIFY_WITH_TIMEOUT(now().state == RunState::Running && now().source.partitions, kPatience);
        send();
        QTRY_VERIFY_WITH_TIMEOUT(now().rowsCommitted >= 1, kPatience);

        away();
        std::set<std::string> sentences;
        const auto isTold = [&](const QString& part) {
            if (const auto outage = now().outage)
                sentences.insert(outage->sentence);
            return std::ranges::any_of(sentences, [&](const std::string& sentence) {
                const QString text = QString::fromStdString(sentence);
                return text.contains(part) && text.contains(cause);
            });
        };
        QVERIFY2(QTest::qWaitFor([&] { return isTold(told); }, kPatience), qPrintable(join(sentences)));
        QCOMPARE(now().outages, 1);

        back();
        QTRY_VERIFY_WITH_TIMEOUT(!now().outage, kPatience);
        QVERIFY2(QString::fromStdString(now().recovery).startsWith(recovery), now().recovery.c_str());
        const std::int64_t before = now().rowsCommitted;
        send();
        QTRY_VERIFY_WITH_TIMEOUT(now().rowsCommitted > before, kPatience);
        runner.requestStop();
        QVERIFY(runner.wait(60s));
        QVERIFY2(runner.report().state == RunState::Stopped,
                 runner.report().error ? runner.report().error->message.c_str() : "");
    }

private:
    static QString join(const std::set<std::string>& sentences)
    {
        QStringList list;
        for (const std::string& sentence : sentences)
            list << QString::fromStdString(sentence);
        return list.join(QLatin1Char('\n'));
    }

    KafkaBroker m_kafka;
    KinesisServer m_kinesis;
    MqttBroker m_mqtt;
    std::unique_ptr<FaultLink> m_link;
    std::unique_ptr<FaultLink> m_kinesisLink;
};

QTEST_GUILESS_MAIN(TestStreamOutage)
#include "tst_stream_outage.moc"
