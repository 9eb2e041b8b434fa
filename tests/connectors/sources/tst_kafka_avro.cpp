// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/sources/kafka_topics.h"
#include "tests/support/registry/registry_server.h"

#include <QTcpServer>

#include <poll.h>
#include <thread>

using namespace headrace;
using test::framed;

namespace {

const std::string kFirst = R"({"type":"record","name":"Order","fields":[{"name":"id","type":"int"},)"
                           R"({"name":"name","type":"string"}]})";
const std::string kSecond = R"({"type":"record","name":"Order","fields":[{"name":"id","type":"long"},)"
                            R"({"name":"name","type":"string"},{"name":"paid","type":["null","boolean"]},)"
                            R"({"name":"raw","type":"bytes"},{"name":"at","type":{"type":"int",)"
                            R"("logicalType":"time-millis"}}]})";
const std::string kAda = "\x02\x06"
                         "Ada"; // 1, Ada
const std::string kBob("\x04\x06"
                       "Bob\x02\x01\x02\xff\xd0\x0f",
                       11); // 2, Bob, true, x'ff', one second

} // namespace

/// Avro values, with a schema registry and without.
class TestKafkaAvro : public test::KafkaTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        m_registry.start();
    }
    void oneSchemaWithoutRegistry();
    void schemasOfOneTopicShareATable();
    void columnsGrowWhileReading();
    void referencesAreResolved();
    void valuesAreResolvedToTheReadersSchema();
    void keysBecomeColumns();
    void keysOfOneSchema();
    void registryIsDescribed();
    void stopEndsWaitingForTheRegistry();
    void badMessagesGoToQuarantine();
    void absentRegistryStopsTheRead();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();

private:
    Options avro(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        Options options = optionsFor(topic, std::move(more));
        if (!options.has("value"))
            options.set("value", "avro");
        if (!options.has("metadata"))
            options.set("metadata", "none");
        if (!options.has("avro_schema") && !options.has("registry"))
            options.set("registry", m_registry.url());
        return options;
    }

    test::RegistryServer m_registry;
};

void TestKafkaAvro::oneSchemaWithoutRegistry()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{kAda}, {std::nullopt}, {kAda + "x"}});
    const auto all = readAll(avro(topic, {{"avro_schema", kFirst}}));
    compareText(all, "id:int64|name:string\n1|Ada\n∅|∅");
    QCOMPARE(all->rejected().size(), std::size_t{1});
    QCOMPARE(all->rejected()[0].origin, topic + "/0");
    QCOMPARE(all->rejected()[0].place.back(), (PlacePart{"offset", 2}));
}

void TestKafkaAvro::schemasOfOneTopicShareATable()
{
    const std::string topic = newTopic();
    const auto first = m_registry.add(topic + "-value", kFirst);
    const auto second = m_registry.add(topic + "-value", kSecond);
    QVERIFY(first != second);
    m_broker.produce(topic, {{framed(first, kAda)}, {framed(second, kBob)}, {std::nullopt}, {framed(first, kAda)}});
    const auto all = readAll(avro(topic));
    compareText(all, "id:int64|name:string|paid:bool|raw:binary|at:time64[us]\n"
                     "1|Ada|∅|∅|∅\n2|Bob|true|\xff|00:00:01.000000\n∅|∅|∅|∅|∅\n1|Ada|∅|∅|∅");
    QCOMPARE(all->rejected().size(), std::size_t{0});
}

void TestKafkaAvro::columnsGrowWhileReading()
{
    const std::string topic = newTopic();
    const auto first = m_registry.add(topic + "-value", kFirst);
    const auto second = m_registry.add(topic + "-value", kSecond);
    m_broker.produce(topic, {{framed(first, kAda)}, {framed(second, kBob)}, {framed(first, kAda)}});
    const auto all = readAll(avro(topic, {{"sample_rows", "1"}}));
    QVERIFY_RESULT(all);
    QCOMPARE(all->chunks.size(), std::size_t{2});
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[0].rows)), QString("id:int64|name:string\n1|Ada"));
    QCOMPARE(all->chunks[1].rows->num_columns(), 5);
    QCOMPARE(all->chunks[1].rows->num_rows(), 2);
    // The columns go with the position, those that JSON has no type for too.
    compareText(readAll(avro(topic), all->chunks[1].at->after(1)),
                "id:int64|name:string|paid:bool|raw:binary|at:time64[us]\n1|Ada|∅|∅|∅");
}

void TestKafkaAvro::referencesAreResolved()
{
    const std::string topic = newTopic();
    m_registry.add(topic + "-user", R"({"type":"record","name":"User","namespace":"x","fields":[)"
                                    R"({"name":"name","type":"string"}]})");
    const auto id = m_registry.add(topic + "-value",
                                   R"({"type":"record","name":"Order","namespace":"x","fields":[)"
                                   R"({"name":"user","type":"x.User"}]})",
                                   fmt::format(R"([{{"name":"x.User","subject":"{}-user","version":1}}])", topic));
    m_broker.produce(topic, {{framed(id, "\x06"
                                         "Ada")}});
    compareText(readAll(avro(topic)), "user.name:string\nAda");
}

void TestKafkaAvro::valuesAreResolvedToTheReadersSchema()
{
    const std::string topic = newTopic();
    const auto first = m_registry.add(topic + "-value", kFirst);
    const auto second = m_registry.add(topic + "-value", kSecond);
    const auto other =
        m_registry.add(topic + "-other", R"({"type":"record","name":"Order","fields":[)"
                                         R"({"name":"name","type":"string"},{"name":"id","type":"string"}]})");
    m_broker.produce(topic, {{framed(first, kAda)},
                             {framed(second, kBob)},
                             {std::nullopt},
                             {framed(other, "\x02x\x02y")},
                             {framed(first, kAda)}});
    const std::string reader = R"({"type":"record","name":"Order","fields":[)"
                               R"({"name":"customer","type":["null","string"],"aliases":["name"]},)"
                               R"({"name":"paid","type":["null","boolean"],"default":null},)"
                               R"({"name":"id","type":"double"},{"name":"source","type":"string","default":"web"}]})";
    const auto all = readAll(avro(topic, {{"reader_schema", reader}}));
    compareText(all, "customer:string|paid:bool|id:double|source:string\n"
                     "Ada|∅|1|web\nBob|true|2|web\n∅|∅|∅|∅\nAda|∅|1|web");
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{1});
    QVERIFY2(rejected[0].reason.find("'string' in 'id' cannot be read as 'double'") != std::string::npos,
             rejected[0].reason.c_str());
    // Without a registry the values have the schema of 'avro_schema'.
    const std::string plain = newTopic();
    m_broker.produce(plain, {{kAda}});
    compareText(readAll(avro(plain, {{"avro_schema", kFirst}, {"reader_schema", reader}})),
                "customer:string|paid:bool|id:double|source:string\nAda|∅|1|web");
}

void TestKafkaAvro::keysBecomeColumns()
{
    const std::string topic = newTopic();
    const auto value = m_registry.add(topic + "-value", kFirst);
    const auto narrow = m_registry.add(topic + "-key", R"({"type":"record","name":"Key","fields":[)"
                                                       R"({"name":"id","type":"long"}]})");
    const auto wide =
        m_registry.add(topic + "-key", R"({"type":"record","name":"Key","fields":[)"
                                       R"({"name":"id","type":"long"},{"name":"shop","type":"string"}]})");
    const std::string one = framed(narrow, "\x02");
    m_broker.produce(topic, {{framed(value, kAda), one},
                             {framed(value, kAda), "no frame"},
                             {std::nullopt, framed(wide, "\x04\x02x")},
                             {"no frame", one},
                             {framed(value, kAda), std::nullopt},
                             {framed(value, kAda), one}});
    const auto all = readAll(avro(topic, {{"key", "avro"}, {"metadata", OptionList{"key", "offset"}}}));
    compareText(all, "_offset:int64|_key.id:int64|_key.shop:string|id:int64|name:string\n"
                     "0|1|∅|1|Ada\n2|2|x|∅|∅\n4|∅|∅|1|Ada\n5|1|∅|1|Ada");
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{2});
    QCOMPARE(rejected[0].place.back(), (PlacePart{"offset", 1}));
    QVERIFY2(rejected[0].reason.starts_with("The message's key cannot be read. "), rejected[0].reason.c_str());
    QCOMPARE(rejected[1].place.back(), (PlacePart{"offset", 3}));
    // The columns grow between rows, and go with the position.
    auto grown = readAll(avro(topic, {{"key", "avro"}, {"metadata", "key"}, {"sample_rows", "1"}}));
    QVERIFY_RESULT(grown);
    std::erase_if(grown->chunks, [](const Chunk& chunk) { return chunk.rows->num_rows() == 0; }); // of waiting
    QCOMPARE(QString::fromStdString(test::print(*grown->chunks[0].rows)),
             QString("_key.id:int64|id:int64|name:string\n1|1|Ada"));
    compareText(readAll(avro(topic, {{"key", "avro"}, {"metadata", "key"}}), grown->chunks.back().at->after(2)),
                "_key.id:int64|_key.shop:string|id:int64|name:string\n1|∅|1|Ada");
    compareText(readAll(avro(topic, {{"key", "avro"}, {"metadata", "none"}})),
                "id:int64|name:string\n1|Ada\n1|Ada\n∅|∅\n1|Ada\n1|Ada");
}

void TestKafkaAvro::keysOfOneSchema()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"v", "\x0e"}});
    compareText(readAll(avro(topic, {{"key", "avro"},
                                     {"key_schema", R"("long")"},
                                     {"metadata", "key"},
                                     {"metadata_prefix", "k_"},
                                     {"value", "text"}})),
                "k_key:int64|value:string\n7|v");
}

void TestKafkaAvro::registryIsDescribed()
{
    const std::string topic = newTopic();
    const auto value = m_registry.add(topic + "-value", kSecond);
    const auto key = m_registry.add(topic + "-key", R"("long")");
    m_broker.produce(topic, {{framed(value, kBob), framed(key, "\x02")}});
    const auto options = avro(topic, {{"key", "avro"}}).check(kafkaSource().options, "kafka source");
    QVERIFY_RESULT(options);
    const auto said = kafkaSource().probe(*options, {});
    QVERIFY_RESULT(said);
    QCOMPARE(QString::fromStdString(*said),
             QString("The topic '%1' has 1 partition with about 1 message.\n"
                     "schema %2: %1-value, version 1, AVRO 'Order': id long, name string, paid null or boolean, raw "
                     "bytes, at time-millis\n"
                     "schema %3: %1-key, version 1, AVRO long")
                 .arg(QString::fromStdString(topic))
                 .arg(value)
                 .arg(key));
}

void TestKafkaAvro::stopEndsWaitingForTheRegistry()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const std::string topic = newTopic();
    m_broker.produce(topic, {{framed(1, kAda)}});
    const auto source = test::createSource(
        kafkaSource(), avro(topic, {{"registry", fmt::format("http://127.0.0.1:{}", silent.serverPort())}}));
    QVERIFY_RESULT(source);
    std::stop_source stop;
    std::jthread stopper([&] {
        pollfd arrival{static_cast<int>(silent.socketDescriptor()), POLLIN, 0};
        ::poll(&arrival, 1, 60'000);
        stop.request_stop();
    });
    const auto opened = (*source)->open({}, stop.get_token());
    QVERIFY(!opened);
    QVERIFY2(opened.error().code == ErrorCode::Cancelled, opened.error().message.c_str());
}

void TestKafkaAvro::badMessagesGoToQuarantine()
{
    const std::string topic = newTopic();
    const auto id = m_registry.add(topic + "-value", kFirst);
    m_broker.produce(topic, {{framed(123'456'789, kAda)},
                             {kAda},
                             {framed(id, "\x02")},
                             {std::string("\0\0\0", 3)},
                             {framed(id, kAda)},
                             {framed(987'654'321, kAda)}});
    const auto all = readAll(avro(topic));
    compareText(all, "id:int64|name:string\n1|Ada");
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{5});
    QVERIFY2(rejected[0].reason.find("names the schema 123456789") != std::string::npos, rejected[0].reason.c_str());
    QVERIFY2(rejected[1].reason.find("'avro_schema'") != std::string::npos, rejected[1].reason.c_str());
    QVERIFY2(rejected[2].reason.find("does not fit its Avro schema 'Order'") != std::string::npos,
             rejected[2].reason.c_str());
    QCOMPARE(rejected[4].origin, topic + "/0");
    QCOMPARE(rejected[4].place.back(), (PlacePart{"offset", 5}));
}

void TestKafkaAvro::absentRegistryStopsTheRead()
{
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const std::string url = fmt::format("http://127.0.0.1:{}", free.serverPort());
    free.close();
    const std::string topic = newTopic();
    m_broker.produce(topic, {{framed(1, kAda)}});
    for (const char* sample : {"0", "10"}) {
        const auto all = readAll(avro(topic, {{"registry", url}, {"sample_rows", sample}}));
        QVERIFY(!all);
        QCOMPARE(all.error().code, ErrorCode::Unavailable);
        QVERIFY2(all.error().message.find(url) != std::string::npos, all.error().message.c_str());
    }
    const auto other = readAll(avro(topic, {{"registry", m_registry.url() + "/nothing"}}));
    QVERIFY(!other);
    QVERIFY2(other.error().message.find("check 'registry'") != std::string::npos, other.error().message.c_str());
}

void TestKafkaAvro::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("registry");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("named");
    QTest::newRow("neither") << ""
                             << ""
                             << "set 'registry'";
    QTest::newRow("both") << "http://x"
                          << "{}"
                          << "set one";
    QTest::newRow("no file") << ""
                             << "/none/such.avsc"
                             << "'/none/such.avsc'";
}

void TestKafkaAvro::wrongSettingsAreNamed()
{
    QFETCH(QString, registry);
    QFETCH(QString, schema);
    QFETCH(QString, named);
    Options options{{"brokers", "127.0.0.1:9"}, {"topic", "t"}, {"value", "avro"}};
    if (!registry.isEmpty())
        options.set("registry", registry.toStdString());
    if (!schema.isEmpty())
        options.set("avro_schema", schema.toStdString());
    const auto source = test::createSource(kafkaSource(), options);
    QVERIFY(!source);
    QVERIFY2(source.error().message.find(named.toStdString()) != std::string::npos, source.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaAvro)
#include "tst_kafka_avro.moc"
