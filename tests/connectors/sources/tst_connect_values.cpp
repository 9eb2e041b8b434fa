// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/formats/ndjson/json_column.h"
#include "tests/connectors/sources/kafka_topics.h"

using namespace headrace;

namespace {

/// What Kafka Connect 4.3.1's JsonConverter writes for a struct of all its types, with schemas.enable=true.
const std::string kSchema =
    R"({"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},{"type":"bytes","opti)"
    R"(onal":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"4")"
    R"(},"field":"price"},{"type":"int32","optional":false,"name":"org.apache.kafka.connect.data.Date")"
    R"(,"version":1,"field":"day"},{"type":"int32","optional":false,"name":"org.apache.kafka.connect.d)"
    R"(ata.Time","version":1,"field":"time"},{"type":"int64","optional":false,"name":"org.apache.kafka)"
    R"(.connect.data.Timestamp","version":1,"field":"at"},{"type":"bytes","optional":true,"field":"raw)"
    R"("},{"type":"double","optional":false,"field":"real"},{"type":"boolean","optional":true,"field":)"
    R"("ok"},{"type":"struct","fields":[{"type":"string","optional":false,"field":"name"}],"optional":)"
    R"(true,"name":"shop.User","field":"user"},{"type":"array","items":{"type":"string","optional":fal)"
    R"(se},"optional":false,"field":"tags"}],"optional":false,"name":"shop.Order"})";
const std::string kBase64 =
    R"({"id":9223372036854775807,"price":"9rZPCQ/9zOw7tm+vIccMsg==","day":20484,"time":86399999,"at":-)"
    R"(1,"raw":"AP8H","real":"NaN","ok":true,"user":{"name":"Zürich"},"tags":["a"]})";
/// The same with decimal.format=NUMERIC.
const std::string kNumeric =
    R"({"id":9223372036854775807,"price":-1234567890123456789012345678901234.5678,"day":20484,"time":8)"
    R"(6399999,"at":-1,"raw":"AP8H","real":"NaN","ok":true,"user":{"name":"Zürich"},"tags":["a"])"
    R"(})";
const std::string kNulls =
    R"({"id":2,"price":null,"day":0,"time":0,"at":1769860800123,"raw":null,"real":0.1,"ok":null,"user")"
    R"(:null,"tags":[]})";

std::string envelope(const std::string& payload, const std::string& schema = kSchema)
{
    return R"({"schema":)" + schema + R"(,"payload":)" + payload + '}';
}

const std::string kColumns =
    "id:int64|price:decimal128(38, 4)|day:date32[day]|time:time64[us]|at:timestamp[us, tz=UTC]|"
    "raw:binary|real:double|ok:bool|user.name:string|tags:string";

} // namespace

/// Kafka Connect's JSON with schema and payload, and the JSON Schemas of its types.
class TestConnectValues : public test::KafkaTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void everyTypeIsRead();
    void columnsGrowAndAreSaved();
    void badMessagesAreNamed_data();
    void badMessagesAreNamed();

private:
    Options connect(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        more.insert({{"value", "connect"}, {"metadata", "none"}});
        return optionsFor(topic, std::move(more));
    }
};

void TestConnectValues::everyTypeIsRead()
{
    const std::string topic = newTopic();
    m_broker.produce(
        topic, {{envelope(kBase64)}, {envelope(kNumeric)}, {envelope(kNulls)}, {envelope("null")}, {std::nullopt}});
    const auto all = readAll(connect(topic));
    const std::string first = "9223372036854775807|-1234567890123456789012345678901234.5678|2026-01-31|23:59:59.999000|"
                              "1969-12-31 23:59:59.999000Z|" +
                              std::string("\0\xff\x07", 3) + "|nan|true|Zürich|[\"a\"]";
    const std::string none = "∅|∅|∅|∅|∅|∅|∅|∅|∅|∅";
    QVERIFY_RESULT(all);
    QVERIFY(all->rejected().empty());
    QCOMPARE(QByteArray::fromStdString(all->text()),
             QByteArray::fromStdString(kColumns + '\n' + first + '\n' + first +
                                       "\n2|∅|1970-01-01|00:00:00.000000|2026-01-31 12:00:00.123000Z|∅|0.1|∅|∅|[]\n" +
                                       none + '\n' + none));
}

void TestConnectValues::columnsGrowAndAreSaved()
{
    const auto schemaOf = [](const std::string& more) {
        return R"({"type":"struct","optional":false,"fields":[{"type":"int32","name":"org.apache.kafka.connect.data.Date",)"
               R"("field":"day"})" +
               more + "]}";
    };
    const std::string wide = schemaOf(R"(,{"type":"string","optional":true,"field":"name"})");
    const std::string topic = newTopic();
    m_broker.produce(topic, {{envelope(R"({"day":1})", schemaOf({}))},
                             {envelope(R"({"day":2,"name":"Ada"})", wide)},
                             {envelope(R"({"day":3})", schemaOf({}))}});
    auto grown = readAll(connect(topic, {{"sample_rows", "1"}}));
    QVERIFY_RESULT(grown);
    std::erase_if(grown->chunks, [](const Chunk& chunk) { return chunk.rows->num_rows() == 0; });
    QCOMPARE(grown->chunks.size(), std::size_t{2});
    QCOMPARE(QString::fromStdString(test::print(*grown->chunks[0].rows)), QString("day:date32[day]\n1970-01-02"));
    compareText(readAll(connect(topic), grown->chunks[1].at->after(1)),
                "day:date32[day]|name:string\n1970-01-04|∅"); // how a day stands in JSON is saved too
}

void TestConnectValues::badMessagesAreNamed_data()
{
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const std::string& message, const char* said) {
        QTest::newRow(name) << QString::fromStdString(message) << said;
    };
    const auto of = [](const char* field, const char* payload) {
        return envelope(payload, std::string(R"({"type":"struct","fields":[)") + field + "]}");
    };
    const char* const decimal = R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal",)"
                                R"("parameters":{"scale":"2"},"field":"v"})";
    row("no envelope", R"({"id":1})", "no object of 'schema' and 'payload'");
    row("no JSON", "{", "no object of 'schema' and 'payload'");
    row("no struct", R"({"schema":{"type":"int32"},"payload":1})", "that of no struct");
    row("no schema", R"({"schema":null,"payload":{"a":1}})", "that of no struct");
    row("no base64", of(decimal, R"({"v":"?"})"), "'v' is read as decimal(38,2), which the value \"?\"");
    row("no digits", of(decimal, R"({"v":""})"), "'v' is read as decimal(38,2)");
    row("too many digits", of(decimal, R"({"v":"f////////////////////w=="})"), "'v' is read as decimal(38,2)");
    row("no day",
        of(R"({"type":"int32","name":"org.apache.kafka.connect.data.Date","field":"v"})", R"({"v":3000000000})"),
        "'v' is read as date");
    row("no time",
        of(R"({"type":"int32","name":"org.apache.kafka.connect.data.Time","field":"v"})", R"({"v":86400000})"),
        "'v' is read as time");
    row("no number", of(R"({"type":"double","field":"v"})", R"({"v":"x"})"), "'v' is read as double");
}

void TestConnectValues::badMessagesAreNamed()
{
    QFETCH(QString, message);
    QFETCH(QString, said);
    const std::string topic = newTopic();
    m_broker.produce(topic, {{message.toStdString()}});
    const auto all = readAll(connect(topic));
    QVERIFY_RESULT(all);
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{1});
    QVERIFY2(rejected[0].reason.find(said.toStdString()) != std::string::npos, rejected[0].reason.c_str());
}

QTEST_GUILESS_MAIN(TestConnectValues)
#include "tst_connect_values.moc"
