// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/sinks/registry_topics.h"

#include <nlohmann/json.hpp>

using namespace headrace;
using test::framed;

namespace {

const std::string kFirst = R"({"type":"object","properties":{"id":{"type":"integer"},"at":{"type":"string",)"
                           R"("format":"date-time"}}})";
const std::string kSecond = R"({"type":"object","properties":{"id":{"type":"integer"},"user":{"type":"object",)"
                            R"("properties":{"name":{"oneOf":[{"type":"null"},{"type":"string"}]}}}}})";

} // namespace

/// JSON values with a JSON Schema in a registry: read, and written.
class TestKafkaJsonSchema : public test::RegistryTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void schemasGiveTheColumns();
    void columnsGrowWhileReading();
    void badMessagesGoToQuarantine();
    void rowsComeBack();
    void incompatibleColumnsAreRefused();
    void newestSchemaIsUsed();
    void registryIsNeeded();

private:
    std::uint32_t add(const std::string& topic, const std::string& schema)
    {
        return m_registry.add(topic + "-value", schema, "[]", "JSON");
    }

    Options optionsFor(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        Options options{{"brokers", m_broker.address()},
                        {"topic", topic},
                        {"value", "json_schema"},
                        {"registry", m_registry.url()}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    Result<test::ReadAll> read(const std::string& topic, std::map<std::string, OptionValue> more = {},
                               const std::optional<Position>& from = {})
    {
        more.insert({{"until", "now"}, {"metadata", "none"}});
        return test::readAll(kafkaSource(), optionsFor(topic, std::move(more)), {}, from);
    }
};

void TestKafkaJsonSchema::schemasGiveTheColumns()
{
    const std::string topic = newTopic();
    const auto first = add(topic, kFirst);
    const auto second = add(topic, kSecond);
    m_broker.produce(topic, {{framed(first, R"({"id":1,"at":"2026-01-31T12:00:00+01:00"})")},
                             {framed(second, R"({"user":{"name":"Ada"}})")},
                             {std::nullopt}});
    // A guess would take the columns for what the messages show, and find none in the tombstone.
    compareText(read(topic), "id:int64|user.name:string|at:timestamp[us, tz=UTC]\n"
                             "1|∅|2026-01-31 11:00:00.000000Z\n∅|Ada|∅\n∅|∅|∅");
    compareText(read(topic, {{"flatten", "false"}, {"columns", OptionMap{{"id", "decimal(5,1)"}}}}),
                "id:decimal128(5, 1)|user:string|at:timestamp[us, tz=UTC]\n"
                "1.0|∅|2026-01-31 11:00:00.000000Z\n∅|{\"name\":\"Ada\"}|∅\n∅|∅|∅");
    const auto options = optionsFor(topic).check(kafkaSource().options, "kafka source");
    const auto said = kafkaSource().probe(*options, {});
    QVERIFY_RESULT(said);
    QVERIFY2(said->find("-value, version 2, JSON Schema: id int64, user.name text") != std::string::npos,
             said->c_str());
}

void TestKafkaJsonSchema::columnsGrowWhileReading()
{
    const std::string topic = newTopic();
    const auto first = add(topic, kFirst);
    const auto second = add(topic, kSecond);
    m_broker.produce(topic, {{framed(first, R"({"id":1})")},
                             {framed(second, R"({"id":2,"user":{"name":"Bob"}})")},
                             {framed(first, R"({"id":3,"more":true})")}});
    auto all = read(topic, {{"sample_rows", "1"}});
    QVERIFY_RESULT(all);
    std::erase_if(all->chunks, [](const Chunk& chunk) { return chunk.rows->num_rows() == 0; }); // of waiting
    QCOMPARE(all->chunks.size(), std::size_t{3}); // the last one for a key that no schema names
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[0].rows)),
             QString("id:int64|at:timestamp[us, tz=UTC]\n1|∅"));
    compareText(read(topic, {}, all->chunks[1].at->after(1)),
                "id:int64|at:timestamp[us, tz=UTC]|user.name:string|more:bool\n3|∅|∅|true");
}

void TestKafkaJsonSchema::badMessagesGoToQuarantine()
{
    const std::string topic = newTopic();
    const auto id = add(topic, kFirst);
    const auto avro = m_registry.add(topic + "-avro", R"("long")");
    m_broker.produce(topic, {{framed(id, R"({"id":"x"})")},
                             {R"({"id":1})"},
                             {framed(123'456'789, "{}")},
                             {framed(avro, "\x02")},
                             {framed(id, R"({"id":5})")},
                             {framed(id, "{")}});
    const auto all = read(topic);
    compareText(all, "id:int64|at:timestamp[us, tz=UTC]\n5|∅");
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{5});
    const std::vector<const char*> said{"id", "set 'value' to json", "names the schema 123456789", "It is AVRO", ""};
    for (std::size_t i = 0; i < said.size(); ++i)
        QVERIFY2(rejected[i].reason.find(said[i]) != std::string::npos, rejected[i].reason.c_str());
    QCOMPARE(rejected[4].place.back(), (PlacePart{"offset", 5}));
}

void TestKafkaJsonSchema::rowsComeBack()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string, price:double, ok:bool, day:date32"),
                                   {{"1", "é\n\"x\"", "0.5", "true", "2026-01-31"}, {"2", "∅", "∅", "∅", "∅"}});
    QVERIFY_RESULT(write(optionsFor(topic), rows));
    const auto registered = nlohmann::json::parse(m_registry.newest(topic + "-value"));
    QCOMPARE(registered["schemaType"].get<std::string>(), std::string("JSON"));
    const auto schema = nlohmann::json::parse(registered["schema"].get<std::string>());
    QCOMPARE(schema["properties"]["day"]["oneOf"][1]["format"].get<std::string>(), std::string("date"));
    const auto messages = m_broker.consume(topic);
    QCOMPARE(*messages[1].value, framed(registered["id"].get<std::uint32_t>(),
                                        R"({"id":2,"name":null,"price":null,"ok":null,"day":null})"));
    compareText(read(topic), "id:int64|name:string|price:double|ok:bool|day:date32[day]\n"
                             "1|é\n\"x\"|0.5|true|2026-01-31\n2|∅|∅|∅|∅");
}

void TestKafkaJsonSchema::incompatibleColumnsAreRefused()
{
    const std::string topic = newTopic();
    QVERIFY_RESULT(write(optionsFor(topic), test::rowsOf(test::schemaOf("id:int64"), {{"1"}})));
    m_registry.setCompatibility(topic + "-value", "BACKWARD");
    const Status written = write(optionsFor(topic), test::rowsOf(test::schemaOf("id:bool"), {{"true"}}));
    QVERIFY(!written);
    QVERIFY2(written.error().message.find("not compatible with an earlier version: ") != std::string::npos,
             written.error().message.c_str());
    QCOMPARE(m_broker.consume(topic).size(), std::size_t{1});
}

void TestKafkaJsonSchema::newestSchemaIsUsed()
{
    const std::string topic = newTopic();
    const auto id = add(topic, kFirst);
    const Options options = optionsFor(topic, {{"register_schema", "false"}});
    QVERIFY_RESULT(write(options, test::rowsOf(test::schemaOf("id:int64"), {{"1"}})));
    QCOMPARE(*m_broker.consume(topic)[0].value, framed(id, R"({"id":1})"));
    const Status more = write(options, test::rowsOf(test::schemaOf("name:string"), {{"x"}}));
    QVERIFY(!more);
    QVERIFY2(more.error().message.find("'name' is not in the newest JSON Schema") != std::string::npos,
             more.error().message.c_str());
}

void TestKafkaJsonSchema::registryIsNeeded()
{
    Options options = optionsFor("t");
    options.erase("registry");
    const auto source = test::createSource(kafkaSource(), options);
    QVERIFY(!source);
    QVERIFY2(source.error().message.find("set 'registry'") != std::string::npos, source.error().message.c_str());
    const Status written = write(options, test::someRows(0, 1));
    QVERIFY(!written);
    QVERIFY2(written.error().message.find("set 'registry'") != std::string::npos, written.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaJsonSchema)
#include "tst_kafka_json_schema.moc"
