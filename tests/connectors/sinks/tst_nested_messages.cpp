// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/json/from_string.h>

#include "connectors/formats/avro/columns_schema.h"
#include "connectors/formats/avro/json_encoder.h"
#include "connectors/formats/avro/wire_output.h"
#include "tests/connectors/sinks/registry_topics.h"

#include <nlohmann/json.hpp>

using namespace headrace;
using test::framed;

namespace {

using Messages = std::vector<std::string>;

/// Values of every kind inside others, each as the writer spells it.
const Messages kNested{
    R"({"id":1,"user":{"name":"Ada","address":{"city":"Zürich","lines":["a\tb",null]}},"tags":["x",1,true,null,{"k":[]}],)"
    R"("big":123456789012345678901234567890123456789012345,"exact":0.1,"deep":[[[[{"a":{"b":[1.10,2.5e300]}}]]]],)"
    R"("flag":true,"none":null,"empty":[]})",
    R"({"id":2,"user":{"name":null,"address":{"city":"","lines":[]}},"tags":null,)"
    R"("big":-1,"exact":null,"deep":[],"flag":null,"none":null,"empty":[[]]})",
};

/// Of everything that Avro has inside other types.
const std::string kAvro =
    R"({"type":"record","name":"Order","namespace":"shop","fields":[)"
    R"({"name":"id","type":"long"},)"
    R"({"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[)"
    R"({"name":"sku","type":"string"},)"
    R"({"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":30,"scale":4}},)"
    R"({"name":"at","type":["null",{"type":"long","logicalType":"timestamp-nanos"}],"default":null},)"
    R"({"name":"raw","type":"bytes"},)"
    R"({"name":"uid","type":{"type":"fixed","name":"Uid","size":16,"logicalType":"uuid"}},)"
    R"({"name":"real","type":"double"}]}}},)"
    R"({"name":"returned","type":["null",{"type":"array","items":"Line"}],"default":null},)"
    R"({"name":"by","type":{"type":"map","values":["null","long","string",{"type":"array","items":"int"}]}},)"
    R"({"name":"mood","type":["null",{"type":"enum","name":"Mood","symbols":["GOOD","BAD"]},"double"],"default":null}]})";

/// The same as JSON: what the source's columns and a JSON topic hold.
const Messages kOrders{
    R"({"id":1,"lines":[{"sku":"a","price":12345678901234567890123456.7891,"at":"2026-01-31T12:00:00.123456789Z",)"
    R"("raw":"Af8=","uid":"12345678-1234-5678-1234-567812345678","real":0.1},)"
    R"({"sku":"","price":-0.0001,"at":null,"raw":"","uid":"00000000-0000-0000-0000-000000000001","real":"NaN"}],)"
    R"("returned":[],"by":{"one":{"long":9223372036854775807},"two":{"string":"x"},"three":{"array":[1,-2]},"four":null},)"
    R"("mood":{"shop.Mood":"BAD"}})",
    R"({"id":2,"lines":[],"returned":null,"by":{},"mood":{"double":-1.5}})",
};

/// A JSON text as the bytes of an Avro type.
std::string avroBytes(const avro::Schema& schema, const std::string& json)
{
    const auto encoder = avro::makeJsonEncoder(schema.root());
    arrow::StringBuilder builder;
    if (!builder.Append(json).ok())
        qFatal("no memory");
    const auto array = builder.Finish().ValueOrDie();
    encoder->bind(*array);
    avro::WireOutput out;
    if (!encoder->append(0, out))
        qFatal("%s: %s", json.c_str(), out.problem());
    return out.bytes();
}

} // namespace

/// Values inside others through a topic and into another one: nothing becomes a text on the way.
class TestNestedMessages : public test::RegistryTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startServers();
        // A new broker's topic of positions has no leader for a moment, which the Runner would wait for.
        for (int tries = 0; tries < 50 && !write(optionsFor(newTopic(), {}), test::someRows(0, 1)); ++tries) {
        }
    }
    void jsonStaysAsItIs_data();
    void jsonStaysAsItIs();
    void arrowTypesBecomeJson();
    void avroStaysAvro();
    void avroBecomesJson();
    void avroBecomesJsonWithASchema();
    void jsonBecomesAvroOfASchema();
    void jsonOfASchemaKeepsIt();
    void whatDoesNotFitIsNamed_data();
    void whatDoesNotFitIsNamed();

private:
    Options optionsFor(const std::string& topic, std::map<std::string, OptionValue> more)
    {
        Options options{{"brokers", m_broker.address()}, {"topic", topic}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    Result<std::shared_ptr<arrow::RecordBatch>> read(const std::string& topic, std::map<std::string, OptionValue> more)
    {
        more.insert({{"until", "now"}, {"metadata", "none"}});
        HEADRACE_TRY(const auto all, test::readAll(kafkaSource(), optionsFor(topic, std::move(more))));
        if (!all.rejected().empty())
            return fail(ErrorCode::Data, all.rejected().front().reason);
        for (const Chunk& chunk : all.chunks)
            if (chunk.rows->num_rows() > 0)
                return chunk.rows;
        return fail(ErrorCode::Data, "nothing was read");
    }

    /// What the messages are in another topic, when they are read so and written so.
    Result<Messages> through(const std::string& from, std::map<std::string, OptionValue> reading,
                             std::map<std::string, OptionValue> writing, const std::string& to)
    {
        HEADRACE_TRY(const auto rows, read(from, std::move(reading)));
        HEADRACE_CHECK(write(optionsFor(to, std::move(writing)), rows));
        Messages messages;
        for (const auto& message : m_broker.consume(to))
            messages.push_back(message.value.value_or(""));
        return messages;
    }

    std::string topicOf(const Messages& messages)
    {
        const std::string topic = newTopic();
        for (const std::string& message : messages)
            m_broker.produce(topic, {{message}});
        return topic;
    }

    /// A topic of the orders in Avro.
    std::string avroTopic()
    {
        const std::string topic = newTopic();
        const auto id = m_registry.add(topic + "-value", kAvro);
        for (const std::string& order : kOrders)
            m_broker.produce(topic, {{framed(id, avroBytes(**avro::Schema::parse(kAvro), order))}});
        return topic;
    }

    static void compare(const Result<Messages>& messages, const Messages& expected)
    {
        QVERIFY_RESULT(messages);
        QCOMPARE(messages->size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(QString::fromStdString((*messages)[i]), QString::fromStdString(expected[i]));
    }
};

void TestNestedMessages::jsonStaysAsItIs_data()
{
    QTest::addColumn<QString>("flatten");
    QTest::newRow("flattened") << "true";
    QTest::newRow("as JSON text") << "false";
}

void TestNestedMessages::jsonStaysAsItIs()
{
    QFETCH(QString, flatten);
    compare(through(topicOf(kNested), {{"flatten", flatten.toStdString()}}, {}, newTopic()), kNested);
}

void TestNestedMessages::arrowTypesBecomeJson()
{
    const auto line = arrow::struct_(
        {arrow::field("day", arrow::date32()), arrow::field("sum", arrow::decimal128(38, 2)),
         arrow::field("raw", arrow::binary()), arrow::field("at", arrow::timestamp(arrow::TimeUnit::NANO, "UTC"))});
    const auto lines = arrow::list(line);
    const auto map = arrow::map(arrow::utf8(), arrow::list(arrow::int64()));
    const auto numbered = arrow::map(arrow::int64(), arrow::utf8());
    const auto array = [](const std::shared_ptr<arrow::DataType>& type, const char* cells) {
        return arrow::json::ArrayFromJSONString(type, cells).ValueOrDie();
    };
    const auto rows = arrow::RecordBatch::Make(
        arrow::schema({arrow::field("lines", lines), arrow::field("by", map), arrow::field("of", numbered)}), 3,
        arrow::ArrayVector{
            array(
                lines,
                R"([[{"day":20484,"sum":"123456789012345678901234567890123456.78","raw":"ab","at":1}, null], [], null])"),
            array(map, R"([[["a", [1, null]], ["b", null]], [], null])"),
            array(numbered, R"([[[1, "x"]], [], null])")});
    const std::string topic = newTopic();
    QVERIFY_RESULT(write(optionsFor(topic, {}), rows));
    Messages messages;
    for (const auto& message : m_broker.consume(topic))
        messages.push_back(message.value.value_or(""));
    compare(messages, {R"({"lines":[{"day":"2026-01-31","sum":123456789012345678901234567890123456.78,"raw":"YWI=",)"
                       R"("at":"1970-01-01T00:00:00.000000001Z"},null],"by":{"a":[1,null],"b":null},"of":[[1,"x"]]})",
                       R"({"lines":[],"by":{},"of":[]})", R"({"lines":null,"by":null,"of":null})"});
}

void TestNestedMessages::avroStaysAvro()
{
    const std::string from = avroTopic();
    const std::string to = newTopic();
    const std::map<std::string, OptionValue> options{{"value", "avro"}, {"registry", m_registry.url()}};
    QVERIFY_RESULT(through(from, options, options, to));
    const auto registered = nlohmann::json::parse(m_registry.newest(to + "-value"));
    const auto fields = nlohmann::json::parse(registered["schema"].get<std::string>())["fields"];
    QCOMPARE(fields[1]["type"][1]["items"]["name"].get<std::string>(), std::string("shop.Line"));
    QCOMPARE(fields[2]["type"][1]["items"].get<std::string>(), std::string("shop.Line"));
    QCOMPARE(fields[3]["type"][1]["values"].dump(),
             std::string(R"(["null","long","string",{"items":"int","type":"array"}])"));
    QCOMPARE(fields[4]["type"][0].get<std::string>(), std::string("null"));
    // Read from there and written as JSON, every value is what it was.
    compare(through(to, options, {}, newTopic()), kOrders);
}

void TestNestedMessages::avroBecomesJson()
{
    compare(through(avroTopic(), {{"value", "avro"}, {"registry", m_registry.url()}}, {}, newTopic()), kOrders);
}

void TestNestedMessages::avroBecomesJsonWithASchema()
{
    const std::string to = newTopic();
    const auto written = through(avroTopic(), {{"value", "avro"}, {"registry", m_registry.url()}},
                                 {{"value", "json_schema"}, {"registry", m_registry.url()}}, to);
    QVERIFY_RESULT(written);
    const auto registered = nlohmann::json::parse(m_registry.newest(to + "-value"));
    QCOMPARE((*written)[0], framed(registered["id"].get<std::uint32_t>(), kOrders[0]));
    const auto properties = nlohmann::json::parse(registered["schema"].get<std::string>())["properties"];
    const auto& line = properties["lines"]["oneOf"][1]["items"]["properties"];
    QCOMPARE(line["price"]["type"].get<std::string>(), std::string("number"));
    QCOMPARE(line["at"]["oneOf"][1]["format"].get<std::string>(), std::string("date-time"));
    QCOMPARE(line["raw"]["contentEncoding"].get<std::string>(), std::string("base64"));
    QCOMPARE(properties["by"]["oneOf"][1]["additionalProperties"]["oneOf"].size(), std::size_t{4});
}

void TestNestedMessages::jsonBecomesAvroOfASchema()
{
    const std::string to = newTopic();
    const auto written =
        through(topicOf(kOrders), {{"flatten", "false"}}, {{"value", "avro"}, {"avro_schema", kAvro}}, to);
    const auto schema = avro::Schema::parse(kAvro);
    Messages expected;
    for (const std::string& order : kOrders)
        expected.push_back(avroBytes(**schema, order));
    compare(written, expected);
}

void TestNestedMessages::jsonOfASchemaKeepsIt()
{
    const std::string from = newTopic();
    const auto id = m_registry.add(
        from + "-value",
        R"({"type":"object","definitions":{"line":{"type":"object","properties":{"sku":{"type":"string"}}}},)"
        R"("properties":{"id":{"type":"integer"},"lines":{"type":"array","items":{"$ref":"#/definitions/line"}},)"
        R"("any":{}}})",
        "[]", "JSON");
    const Messages messages{R"({"id":1,"lines":[{"sku":"a"}],"any":[1]})", R"({"id":2,"lines":[],"any":"x"})"};
    for (const std::string& message : messages)
        m_broker.produce(from, {{framed(id, message)}});
    const std::string to = newTopic();
    const std::map<std::string, OptionValue> options{{"value", "json_schema"}, {"registry", m_registry.url()}};
    const auto written = through(from, options, options, to);
    const auto registered = nlohmann::json::parse(m_registry.newest(to + "-value"));
    const auto number = registered["id"].get<std::uint32_t>();
    compare(written, {framed(number, messages[0]), framed(number, messages[1])});
    const auto properties = nlohmann::json::parse(registered["schema"].get<std::string>())["properties"];
    QCOMPARE(properties["lines"]["oneOf"][1].dump(),
             std::string(R"({"items":{"properties":{"sku":{"type":"string"}},"type":"object"},"type":"array"})"));
    QVERIFY(properties["any"].empty());
}

void TestNestedMessages::whatDoesNotFitIsNamed_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* json, const char* type, const char* said) {
        QTest::newRow(name) << json << type << said;
    };
    const char* const longs = R"({"type":"array","items":"long"})";
    const char* const record = R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"}]})";
    row("type", R"(["x"])", longs, "of another type than");
    row("size", "[9223372036854775808]", longs, "larger than its type");
    row("fraction", "[1.5]", longs, "of another type than");
    row("digits", "[0.123]",
        R"({"type":"array","items":{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}})",
        "digits would be lost");
    row("no JSON", R"({"a":1,})", record, "it is no JSON");
    row("unknown member", R"({"a":1,"b":2})", record, "a member that is no field");
    row("missing member", "{}", record, "lacks a member");
    row("time", R"(["2026-02-30T00:00:00Z"])",
        R"({"type":"array","items":{"type":"long","logicalType":"timestamp-micros"}})", "no such time");
    row("branch", "[true]", R"({"type":"array","items":["null","long"]})", "no branch");
    row("base64", R"(["?"])", R"({"type":"array","items":"bytes"})", "no base64");
}

void TestNestedMessages::whatDoesNotFitIsNamed()
{
    QFETCH(QString, json);
    QFETCH(QString, type);
    QFETCH(QString, said);
    const auto rows = test::rowsOf(test::schemaOf("v:string"), {{json.toStdString()}});
    const auto schema = QStringLiteral(R"({"type":"record","name":"t","fields":[{"name":"v","type":%1}]})").arg(type);
    const Status written =
        write(optionsFor(newTopic(), {{"value", "avro"}, {"avro_schema", schema.toStdString()}}), rows);
    QVERIFY(!written);
    const auto sentence = QString::fromStdString(written.error().message);
    QVERIFY2(sentence.contains("in the column 'v'") && sentence.contains(said), qPrintable(sentence));
}

QTEST_GUILESS_MAIN(TestNestedMessages)
#include "tst_nested_messages.moc"
