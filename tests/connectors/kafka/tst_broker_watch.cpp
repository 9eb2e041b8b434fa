// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/clock.h"
#include "connectors/kafka/broker_watch.h"

#include <fmt/format.h>

#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;
using kafka::BrokerWatch;
using WallTime = BrokerWatch::WallTime;

namespace {

constexpr WallTime kStart{1'700'000'000s};
constexpr auto kAnswerWait = 500ms;

struct Broker {
    int number = 1;
    const char* state = "UP";
    bool isNeeded = true;
    int asked = 0;
    std::chrono::microseconds quiet{0};
};

/// As librdkafka writes them, cut to what is read; number 0 is one of the first contact.
std::string statistics(const std::vector<Broker>& brokers)
{
    std::string text = R"({ "name": "headrace", "brokers":{ )";
    for (const Broker& broker : brokers)
        text += fmt::format(R"("kafka{0}:9092/{0}": {{ "name":"kafka{0}:9092/{0}", "nodeid":{6}, "source":"{5}", )"
                            R"("state":"{1}", "waitresp_cnt":{2}, "rxidle":{3}, "toppars":{{ {4} }} }}, )",
                            broker.number, broker.state, broker.asked, broker.quiet.count(),
                            broker.isNeeded ? R"("orders-0": { "topic":"orders", "partition":0})" : "",
                            broker.number == 0 ? "configured" : "learned", broker.number == 0 ? -1 : broker.number);
    return text +
           R"("GroupCoordinator": { "name":"GroupCoordinator", "nodeid":-1, "source":"logical", "state":"DOWN"}, )"
           R"(":0/internal": { "name":":0/internal", "nodeid":-1, "source":"internal", "state":"UP"} }, )"
           R"("topics":{ "orders": { "topic":"orders", "partitions":{} } }, "cgrp": { "state":"up" } })";
}

/// The same state looked at for a while.
void look(BrokerWatch& watch, const std::vector<Broker>& brokers, std::chrono::seconds from, std::chrono::seconds until)
{
    for (auto time = from; time <= until; time += BrokerWatch::kInterval)
        watch.noteStatistics(statistics(brokers), kStart + time);
}

} // namespace

class TestBrokerWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void silentBrokersAreTold_data();
    void silentBrokersAreTold();
    void causesAreRead_data();
    void causesAreRead();
    void itIsToldOnceUntilItIsOver();
    void shortBreaksAreNotTold();
    void writersAreQuietBetweenRequests();
    void coordinatorsOfTransactionsCount();
    void whatIsNoStatisticsChangesNothing();
};

void TestBrokerWatch::silentBrokersAreTold_data()
{
    using Brokers = std::vector<Broker>;
    QTest::addColumn<Brokers>("brokers");
    QTest::addColumn<QString>("told"); ///< without the time; empty: nothing
    QTest::newRow("all answer") << Brokers{{1}, {2}} << "";
    QTest::newRow("one is away") << Brokers{{1, "TRY_CONNECT"}, {2}}
                                 << "The broker 'kafka1:9092' does not answer since TIME: connection refused.";
    QTest::newRow("two are") << Brokers{{1, "DOWN"}, {2, "CONNECT"}, {3}}
                             << "The brokers 'kafka1:9092', 'kafka2:9092' do not answer since TIME: connection "
                                "refused.";
    QTest::newRow("one that nothing is read from") << Brokers{{1, "INIT", false}, {2}} << "";
    QTest::newRow("a member without partitions") << Brokers{{1, "DOWN", false}, {2, "UP", false}} << "";
    QTest::newRow("a member without any broker") << Brokers{{2, "DOWN", false}}
                                                 << "The broker 'kafka2:9092' does not answer since TIME: it is "
                                                    "connected, but sends nothing.";
    QTest::newRow("connected, asked and silent") << Brokers{{2, "UP", true, 1, 9s}}
                                                 << "The broker 'kafka2:9092' does not answer since TIME: it is "
                                                    "connected, but sends nothing.";
    QTest::newRow("one of the first contact that is not needed any more") << Brokers{{0, "DOWN", false}, {1}} << "";
    QTest::newRow("all are lost") << Brokers{{0, "DOWN", false}}
                                  << "The broker 'kafka0:9092' does not answer since TIME: it is connected, but sends "
                                     "nothing.";
    QTest::newRow("silent because not asked") << Brokers{{2, "UP", true, 0, 60s}} << "";
    QTest::newRow("silent as long as it may be") << Brokers{{2, "UP", true, 1, 5400ms}} << "";
}

void TestBrokerWatch::silentBrokersAreTold()
{
    QFETCH(std::vector<Broker>, brokers);
    QFETCH(QString, told);
    BrokerWatch watch(kAnswerWait);
    watch.noteError("kafka1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in state "
                    "CONNECT, 3 identical error(s) suppressed)");
    look(watch, brokers, 0s, 6s);
    const QString said =
        watch.outage() ? QString::fromStdString(watch.outage()->sentence)
                             .replace(QString::fromStdString(clockTime(watch.outage()->since)), QStringLiteral("TIME"))
                       : QString();
    QCOMPARE(said, told);
}

void TestBrokerWatch::causesAreRead_data()
{
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char* error, const char* cause) { QTest::newRow(cause) << error << cause; };
    row("sasl_ssl://kafka1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in state "
        "CONNECT)",
        "connection refused");
    row("kafka1:9092/1: Failed to resolve 'kafka1:9092': Name or service not known (after 12ms in state CONNECT)",
        "failed to resolve 'kafka1:9092': Name or service not known");
    row("kafka1:9092/1: Disconnected (after 1234ms in state UP)", "disconnected");
    row("kafka1:9092/1: 1 request(s) timed out: disconnect (average rtt 3.2ms) (after 60000ms in state UP)",
        "1 request(s) timed out: disconnect (average rtt 3.2ms)");
    row("kafka1:9092/1: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 5ms in "
        "state SSL_HANDSHAKE)",
        "disconnected: connecting to a PLAINTEXT broker listener?");
}

void TestBrokerWatch::causesAreRead()
{
    QFETCH(QString, error);
    QFETCH(QString, cause);
    BrokerWatch watch(kAnswerWait);
    watch.noteError("1/1 brokers are down");
    watch.noteError(error.toStdString());
    look(watch, {{1, "DOWN"}}, 0s, 6s);
    QVERIFY(watch.outage());
    QVERIFY2(QString::fromStdString(watch.outage()->sentence).endsWith(": " + cause + "."),
             watch.outage()->sentence.c_str());
}

void TestBrokerWatch::itIsToldOnceUntilItIsOver()
{
    BrokerWatch watch(kAnswerWait);
    look(watch, {{1}}, 0s, 4s);
    watch.noteError("kafka1:9092/1: Disconnected (after 1ms in state UP)");
    look(watch, {{1, "DOWN"}}, 6s, 12s);
    QVERIFY(watch.outage());
    QVERIFY(watch.outage()->since == kStart + 6s);
    const Outage told = *watch.outage();
    watch.noteError("kafka1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in state X)");
    look(watch, {{1, "TRY_CONNECT"}}, 14s, 80s);
    QVERIFY(watch.outage() == told);
    QCOMPARE(QString::fromStdString(recoverySentence(told, kStart + 82s)),
             QString("The broker 'kafka1:9092' answers again, after 1 min 16 s."));
    look(watch, {{1}}, 82s, 82s);
    QVERIFY(!watch.outage());
    look(watch, {{1, "DOWN"}}, 84s, 90s);
    QVERIFY(watch.outage() && watch.outage()->since == kStart + 84s);
}

void TestBrokerWatch::shortBreaksAreNotTold()
{
    BrokerWatch watch(kAnswerWait);
    for (auto time = 0s; time < 60s; time += 6s) {
        look(watch, {{1, "CONNECT"}}, time, time + 4s);
        QVERIFY(!watch.outage());
        look(watch, {{1}}, time + 5s, time + 5s);
    }
}

void TestBrokerWatch::writersAreQuietBetweenRequests()
{
    BrokerWatch watch(kAnswerWait);
    const auto asked = [&watch](std::chrono::seconds time, std::chrono::seconds quiet) {
        watch.noteStatistics(statistics({{1, "UP", true, 1, quiet}}), kStart + time);
        return watch.outage();
    };
    look(watch, {{1, "UP", true, 0, 60s}}, 0s, 4s);
    QVERIFY(!asked(6s, 66s));
    QVERIFY(!asked(10s, 70s));
    QVERIFY(!asked(12s, 1s)); // it has answered, and was asked again
    QVERIFY(!asked(16s, 5s));
    QVERIFY(asked(18s, 7s));
    QVERIFY(watch.outage()->since == kStart + 11s);
    QVERIFY(!asked(20s, 1s));
    look(watch, {{1, "UP", true, 0, 60s}}, 22s, 24s);
    QVERIFY(!asked(26s, 66s));
    QVERIFY(asked(32s, 72s));
    QVERIFY(watch.outage()->since == kStart + 26s);
}

void TestBrokerWatch::coordinatorsOfTransactionsCount()
{
    BrokerWatch watch(kAnswerWait);
    const auto coordinator = [](const char* at, int asked) {
        return fmt::format(
            R"({{ "brokers":{{ "kafka1:9092/1": {{ "name":"kafka1:9092/1", "nodeid":1, )"
            R"("source":"learned", "state":"UP", "waitresp_cnt":0, "rxidle":1, "toppars":{{ "orders-0": )"
            R"({{}} }} }}, "TxnCoordinator": {{ "name":"TxnCoordinator", "nodeid":2, "nodename":"{}", )"
            R"("source":"logical", "state":"UP", "waitresp_cnt":{}, "rxidle":9000000 }} }} }})",
            at, asked);
    };
    const auto look = [&](const char* at, int asked) {
        for (auto time = 0s; time <= 6s; time += BrokerWatch::kInterval)
            watch.noteStatistics(coordinator(at, asked), kStart + time);
    };
    look("kafka2:9092", 0);
    QVERIFY(!watch.outage());
    look(":0", 1); // not known yet
    QVERIFY(!watch.outage());
    look("kafka2:9092", 1);
    QVERIFY(watch.outage());
    QCOMPARE(watch.outage()->recovery, std::string("The broker 'kafka2:9092' answers again"));
}

void TestBrokerWatch::whatIsNoStatisticsChangesNothing()
{
    BrokerWatch watch(kAnswerWait);
    look(watch, {{1, "DOWN"}}, 0s, 6s);
    for (const char* text : {"", "{", "[]", R"({"topics":{}})", R"({"brokers":7})"})
        watch.noteStatistics(text, kStart + 8s);
    QVERIFY(watch.outage());
}

QTEST_APPLESS_MAIN(TestBrokerWatch)
#include "tst_broker_watch.moc"
