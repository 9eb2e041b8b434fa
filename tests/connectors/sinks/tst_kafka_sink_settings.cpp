// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/builtins.h"
#include "connectors/pipeline/delivery_promise.h"
#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/message_sink.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/rows.h"

using namespace headrace;

/// What the settings of the Kafka sink promise, and which it refuses.
class TestKafkaSinkSettings : public test::MessageSinks {
    Q_OBJECT

public:
    TestKafkaSinkSettings()
        : MessageSinks(kafkaSink())
    {
    }

private:
    test::KafkaBroker m_broker;
    int m_topics = 0;

    std::string newName() { return fmt::format("out-{}", ++m_topics); }

    Options optionsOf(const std::string& topic) override
    {
        return {{"brokers", m_broker.address()}, {"topic", topic}, {"linger", "1ms"}};
    }

    std::string linesIn(const std::string&) override { return {}; }

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void acksSayWhatCountsAsWritten_data();
    void acksSayWhatCountsAsWritten();
    void fewerAcksPromiseLess_data();
    void fewerAcksPromiseLess();
    void ownPropertiesAreRefused_data();
    void ownPropertiesAreRefused();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
};

void TestKafkaSinkSettings::acksSayWhatCountsAsWritten_data()
{
    QTest::addColumn<QString>("acks");
    QTest::addColumn<bool>("isRefused");
    QTest::addColumn<bool>("countsAsWritten");
    for (const char* acks : {"all", "1", "0"})
        QTest::addRow("%s, stored", acks) << acks << false << true;
    QTest::newRow("all, refused") << "all" << true << false;
    QTest::newRow("1, refused") << "1" << true << false;
    QTest::newRow("0, refused: lost unseen") << "0" << true << true;
}

void TestKafkaSinkSettings::acksSayWhatCountsAsWritten()
{
    QFETCH(QString, acks);
    QFETCH(bool, isRefused);
    QFETCH(bool, countsAsWritten);
    const std::string topic = newName();
    m_broker.createTopic(topic, 1, {{"max.message.bytes", "2000"}});
    const auto rows = test::rowsOf(test::schemaOf("value:string"), {{std::string(isRefused ? 5000 : 5, 'x')}});
    const auto sink = newSink(optionsFor(topic, {{"acks", acks.toStdString()}, {"compression", "none"}}));
    QVERIFY_RESULT(sink);
    QVERIFY_RESULT((*sink)->open(rows->schema(), test::kMine, {}));
    const Status written = test::writeOne(**sink, 1, rows);
    const auto durable = (*sink)->durable();
    (*sink)->close();
    QVERIFY2(bool(written) == countsAsWritten, written ? "" : written.error().message.c_str());
    QVERIFY(written || written.error().code == ErrorCode::Data);
    QCOMPARE(durable && durable->has_value(), countsAsWritten);
    QCOMPARE(m_broker.consume(topic).size(), std::size_t(isRefused ? 0 : 1));
}

void TestKafkaSinkSettings::fewerAcksPromiseLess_data()
{
    QTest::addColumn<QString>("acks");
    QTest::addColumn<bool>("isOnce");
    QTest::addColumn<Guarantee>("guarantee");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* acks, bool isOnce, Guarantee guarantee, const char* said) {
        QTest::newRow(name) << acks << isOnce << guarantee << said;
    };
    const char* const refusal = "does not deliver exactly once with 'acks: %1': set 'delivery: at_least_once' in the "
                                "pipeline, or 'acks: all'";
    row("all", "all", true, Guarantee::ExactlyOnce, "exactly once");
    row("1", "1", false, Guarantee::AtLeastOnce, "as long as no broker breaks");
    row("0", "0", false, Guarantee::None, "may be lost unseen");
    row("1, exactly once wanted", "1", true, Guarantee::AtLeastOnce, refusal);
    row("0, exactly once wanted", "0", true, Guarantee::None, refusal);
}

/// Said by check and the window before the run, and refused where the pipeline wants more.
void TestKafkaSinkSettings::fewerAcksPromiseLess()
{
    QFETCH(QString, acks);
    QFETCH(bool, isOnce);
    QFETCH(Guarantee, guarantee);
    QFETCH(QString, said);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"generator", Options{}};
    pipeline.destination = {"kafka", optionsFor("orders", {{"acks", acks.toStdString()}})};
    pipeline.delivery = isOnce ? Delivery::ExactlyOnce : Delivery::AtLeastOnce;
    const Registry registry = builtinConnectors();
    const Status checked = pipeline.check(registry);
    const auto promise = deliveryPromise(pipeline, registry);
    QVERIFY_RESULT(promise);
    QCOMPARE(promise->guarantee, guarantee);
    QCOMPARE(promise->asWanted, guarantee != Guarantee::None && checked);
    if (guarantee != Guarantee::ExactlyOnce && isOnce)
        said = said.arg(acks);
    const std::string& sentence = checked ? promise->sentence : checked.error().message;
    QCOMPARE(bool(checked), guarantee == Guarantee::ExactlyOnce || !isOnce);
    QVERIFY2(sentence.find(said.toStdString()) != std::string::npos, sentence.c_str());
}

void TestKafkaSinkSettings::ownPropertiesAreRefused_data()
{
    QTest::addColumn<QString>("property");
    QTest::addColumn<QString>("named");
    QTest::newRow("linger") << "linger.ms"
                            << "set the option 'linger'";
    QTest::newRow("compression") << "compression.type"
                                 << "set the option 'compression'";
    QTest::newRow("Java's login") << "sasl.jaas.config"
                                  << "set the option 'username'";
    QTest::newRow("acks") << "acks"
                          << "set the option 'acks'";
    QTest::newRow("acks by its other name") << "request.required.acks"
                                            << "set the option 'acks'";
}

void TestKafkaSinkSettings::ownPropertiesAreRefused()
{
    QFETCH(QString, property);
    QFETCH(QString, named);
    const Error refusal = refusalOf(optionsFor("out-none", {{"client", OptionMap{{property.toStdString(), "1"}}}}));
    QCOMPARE(refusal.code, ErrorCode::Usage);
    QVERIFY2(refusal.message.find(named.toStdString()) != std::string::npos, refusal.message.c_str());
}

void TestKafkaSinkSettings::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    QTest::newRow("key") << "key"
                         << "nam"
                         << "did you mean 'name'?";
    QTest::newRow("value column") << "value"
                                  << "text"
                                  << "name one in 'value_column'";
    QTest::newRow("acks") << "acks"
                          << "2"
                          << "'2' is not one of all, 1, 0";
    QTest::newRow("missing topic") << "create"
                                   << "false"
                                   << "'out-none'";
}

void TestKafkaSinkSettings::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, named);
    const std::string said = refusalOf(optionsFor("out-none", {{key.toStdString(), value.toStdString()}})).message;
    QVERIFY2(said.find(named.toStdString()) != std::string::npos, said.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaSinkSettings)
#include "tst_kafka_sink_settings.moc"
