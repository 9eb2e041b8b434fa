// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/json/from_string.h>

#include "connectors/formats/avro/columns_schema.h"
#include "tests/connectors/sinks/registry_topics.h"

#include <QFile>
#include <QTcpServer>

#include <nlohmann/json.hpp>

using namespace headrace;

Q_DECLARE_METATYPE(headrace::OptionValue)

namespace {

const std::string kOrder = R"({"type":"record","name":"Order","namespace":"shop","fields":[)"
                           R"({"name":"note","type":"string","default":"-"},{"name":"id","type":"long"},)"
                           R"({"name":"name","type":["null","string"]}]})";

struct Column {
    std::shared_ptr<arrow::DataType> type;
    std::string cells; ///< JSON as Arrow reads it: one and null
    std::string header;
    std::string read; ///< the cell as the source gives it back
};

/// What the sink takes and the source gives back.
const std::vector<Column>& everyType()
{
    using arrow::TimeUnit;
    static const std::vector<Column> kColumns{
        {arrow::boolean(), "[true,null]", "bool", "true"},
        {arrow::int16(), "[-32768,null]", "int64", "-32768"},
        {arrow::int64(), "[9223372036854775807,null]", "int64", "9223372036854775807"},
        {arrow::uint64(), "[18446744073709551615,null]", "decimal128(20, 0)", "18446744073709551615"},
        {arrow::float32(), "[0.5,null]", "double", "0.5"},
        {arrow::float64(), "[5e-324,null]", "double", "5e-324"},
        {arrow::utf8(), R"(["aé|😀",null])", "string", "aé|😀"},
        {arrow::binary(), R"(["ab",null])", "binary", "ab"},
        {arrow::decimal128(38, 10), R"(["-1234567890123456789012345678.0123456789",null])", "decimal128(38, 10)",
         "-1234567890123456789012345678.0123456789"},
        {arrow::date32(), "[20484,null]", "date32[day]", "2026-01-31"},
        {arrow::time32(TimeUnit::MILLI), "[86399500,null]", "time64[us]", "23:59:59.500000"},
        {arrow::time64(TimeUnit::MICRO), "[1,null]", "time64[us]", "00:00:00.000001"},
        {arrow::timestamp(TimeUnit::MILLI, "UTC"), "[1769860800123,null]", "timestamp[us, tz=UTC]",
         "2026-01-31 12:00:00.123000Z"},
        {arrow::timestamp(TimeUnit::MICRO, "UTC"), "[-1,null]", "timestamp[us, tz=UTC]", "1969-12-31 23:59:59.999999Z"},
        {arrow::timestamp(TimeUnit::NANO, "UTC"), "[-1,null]", "timestamp[ns, tz=UTC]",
         "1969-12-31 23:59:59.999999999Z"},
        {arrow::timestamp(TimeUnit::MICRO), "[1,null]", "timestamp[us]", "1970-01-01 00:00:00.000001"},
        {arrow::timestamp(TimeUnit::NANO), "[1,null]", "timestamp[ns]", "1970-01-01 00:00:00.000000001"},
        {arrow::fixed_size_binary(2), R"(["ab",null])", "binary", "ab"},
        {arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["x",null])", "string", "x"},
        {arrow::list(arrow::int32()), "[[1,null],null]", "string", "[1,null]"},
        {arrow::map(arrow::utf8(), arrow::float64()), R"([[["k",0.5]],null])", "string", R"({"k":0.5})"},
    };
    return kColumns;
}

std::shared_ptr<arrow::RecordBatch> everyTypeRows()
{
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const Column& column : everyType()) {
        fields.push_back(arrow::field(fmt::format("c{}", fields.size()), column.type));
        auto array = arrow::json::ArrayFromJSONString(column.type, column.cells);
        if (!array.ok())
            qFatal("%s", array.status().ToString().c_str());
        arrays.push_back(*array);
    }
    return arrow::RecordBatch::Make(arrow::schema(fields), 2, arrays);
}

} // namespace

/// Avro values of the Kafka sink, with a schema registry and without, read back by the source.
class TestKafkaAvroSink : public test::RegistryTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServers(); }
    void everyTypeComesBack_data();
    void everyTypeComesBack();
    void recordsComeBack();
    void columnsAreRegistered();
    void moreColumnsAreAnotherVersion();
    void incompatibleColumnsAreRefused();
    void newestSchemaIsUsed();
    void givenSchemaIsRegistered();
    void keysHaveSchemas_data();
    void keysHaveSchemas();
    void subjectsAreNamedAsAsked_data();
    void subjectsAreNamedAsAsked();
    void absentRegistryStopsTheRun();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();

private:
    Options optionsFor(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        Options options{{"brokers", m_broker.address()}, {"topic", topic}, {"linger", "1ms"}, {"value", "avro"}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        if (!options.has("registry") && !options.has("avro_schema"))
            options.set("registry", m_registry.url());
        return options;
    }

    Result<test::ReadAll> read(const std::string& topic, const std::string& key, const std::string& value)
    {
        return test::readAll(kafkaSource(), {{"brokers", m_broker.address()},
                                             {"topic", topic},
                                             {"until", "now"},
                                             {"metadata", "none"},
                                             {"value", "avro"},
                                             {key, value}});
    }

    /// Numbers of the schemas that the messages name.
    std::vector<std::uint32_t> idsIn(const std::string& topic)
    {
        std::vector<std::uint32_t> ids;
        for (const auto& message : m_broker.consume(topic)) {
            const auto bytes = QByteArray::fromStdString(message.value.value_or(""));
            ids.push_back(bytes.startsWith('\0') ? bytes.mid(1, 4).toHex().toUInt(nullptr, 16) : 0);
        }
        return ids;
    }

    nlohmann::json newest(const std::string& subject) { return nlohmann::json::parse(m_registry.newest(subject)); }
};

void TestKafkaAvroSink::everyTypeComesBack_data()
{
    QTest::addColumn<bool>("hasRegistry");
    QTest::newRow("registry") << true;
    QTest::newRow("schema of a file") << false;
}

void TestKafkaAvroSink::everyTypeComesBack()
{
    QFETCH(bool, hasRegistry);
    const std::string topic = newTopic();
    std::string key = "registry";
    std::string value = m_registry.url();
    QTemporaryDir folder;
    if (!hasRegistry) {
        key = "avro_schema";
        value = folder.filePath("every.avsc").toStdString();
        QFile file(QString::fromStdString(value));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto schema = avro::schemaOfColumns(everyTypeRows()->schema()->fields(), "every");
        QVERIFY_RESULT(schema);
        file.write(QByteArray::fromStdString(*schema));
    }
    QVERIFY_RESULT(write(optionsFor(topic, {{key, value}}), everyTypeRows()));
    std::string header;
    std::string cells;
    std::string nulls;
    for (const Column& column : everyType()) {
        header += fmt::format("{}c{}:{}", header.empty() ? "" : "|", header.empty() ? 0 : &column - everyType().data(),
                              column.header);
        cells += (cells.empty() ? "" : "|") + column.read;
        nulls += nulls.empty() ? "∅" : "|∅";
    }
    compareText(read(topic, key, value), header + '\n' + cells + '\n' + nulls);
    QCOMPARE(m_broker.consume(topic)[0].value->front() == '\0', hasRegistry);
}

void TestKafkaAvroSink::recordsComeBack()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, user.name:string, user.age:int64"),
                                   {{"1", "Ada", "36"}, {"2", "∅", "∅"}});
    QVERIFY_RESULT(write(optionsFor(topic), rows));
    compareText(read(topic, "registry", m_registry.url()), "id:int64|user.name:string|user.age:int64\n1|Ada|36\n2|∅|∅");
}

void TestKafkaAvroSink::columnsAreRegistered()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, key:string, raw:string"), {{"1", "k", "∅"}});
    QVERIFY_RESULT(write(optionsFor(topic, {{"key", "key"}, {"headers", "raw"}, {"record_name", "shop.Order"}}), rows));
    const auto registered = newest(topic + "-value");
    const auto schema = nlohmann::json::parse(registered["schema"].get<std::string>());
    QCOMPARE(QString::fromStdString(schema["name"].get<std::string>()), QString("shop.Order"));
    QCOMPARE(schema["fields"].size(), std::size_t{2}); // headers are no part of the value
    QCOMPARE(idsIn(topic), std::vector<std::uint32_t>{registered["id"].get<std::uint32_t>()});
    QCOMPARE(m_broker.consume(topic)[0].key.value_or(""), std::string("k"));
    QVERIFY_RESULT(write(optionsFor(topic, {{"subject", "elsewhere"}}), rows));
    QCOMPARE(newest("elsewhere")["version"].get<int>(), 1);
}

void TestKafkaAvroSink::moreColumnsAreAnotherVersion()
{
    const std::string topic = newTopic();
    const auto narrow = test::rowsOf(test::schemaOf("id:int64"), {{"1"}});
    const auto wide = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"2", "Bob"}});
    QVERIFY_RESULT(write(optionsFor(topic), narrow));
    m_registry.setCompatibility(topic + "-value", "FULL");
    QVERIFY_RESULT(write(optionsFor(topic), wide));
    QVERIFY_RESULT(write(optionsFor(topic), narrow)); // is there already
    QCOMPARE(newest(topic + "-value")["version"].get<int>(), 2);
    const auto ids = idsIn(topic);
    QVERIFY(ids[0] != ids[1] && ids[0] == ids[2]);
    compareText(read(topic, "registry", m_registry.url()), "id:int64|name:string\n1|∅\n2|Bob\n1|∅");
}

void TestKafkaAvroSink::incompatibleColumnsAreRefused()
{
    const std::string topic = newTopic();
    QVERIFY_RESULT(write(optionsFor(topic), test::rowsOf(test::schemaOf("id:int64"), {{"1"}})));
    m_registry.setCompatibility(topic + "-value", "BACKWARD");
    const Status written = write(optionsFor(topic), test::rowsOf(test::schemaOf("id:string"), {{"x"}}));
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Data);
    for (const std::string& part : {m_registry.url(), "'" + topic + "-value'",
                                    std::string("not compatible with an earlier version: Incompatible artifact")})
        QVERIFY2(written.error().message.find(part) != std::string::npos, written.error().message.c_str());
    QCOMPARE(m_broker.consume(topic).size(), std::size_t{1});
}

void TestKafkaAvroSink::newestSchemaIsUsed()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("name:string, id:int64"), {{"Ada", "1"}, {"∅", "2"}});
    const Options options = optionsFor(topic, {{"register_schema", "false"}});
    const auto probed = [&](const Options& of) {
        const auto said = kafkaSink().probe(of, {});
        return QString::fromStdString(said ? *said : said.error().message);
    };
    QVERIFY(probed(optionsFor(topic)).contains("has no schema for '" + QString::fromStdString(topic) + "-value' yet"));
    QVERIFY(probed(options).contains("has no schema for the subject"));
    const Status none = write(options, rows);
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY2(none.error().message.find("'" + topic + "-value'") != std::string::npos, none.error().message.c_str());
    const auto id = m_registry.add(topic + "-value", kOrder);
    QVERIFY_RESULT(write(options, rows));
    QCOMPARE(idsIn(topic), (std::vector<std::uint32_t>{id, id}));
    QVERIFY(probed(options).contains(QString("version 1 of '%1-value', schema %2").arg(topic.c_str()).arg(id)));
    compareText(read(topic, "registry", m_registry.url()), "note:string|id:int64|name:string\n-|1|Ada\n-|2|∅");
    const Status more = write(options, test::rowsOf(test::schemaOf("id:int64, price:double"), {{"1", "2"}}));
    QVERIFY(!more);
    QVERIFY2(more.error().message.find("'price' has no field in the Avro schema 'shop.Order'") != std::string::npos,
             more.error().message.c_str());
    QCOMPARE(newest(topic + "-value")["version"].get<int>(), 1);
}

void TestKafkaAvroSink::givenSchemaIsRegistered()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"1", "Ada"}});
    QVERIFY_RESULT(write(optionsFor(topic, {{"avro_schema", kOrder}, {"registry", m_registry.url()}}), rows));
    QCOMPARE(idsIn(topic).front(), newest(topic + "-value")["id"].get<std::uint32_t>());
    compareText(read(topic, "registry", m_registry.url()), "note:string|id:int64|name:string\n-|1|Ada");
    // What does not fit is not registered.
    const Status bad =
        write(optionsFor(topic, {{"avro_schema", kOrder}, {"registry", m_registry.url()}, {"subject", "never"}}),
              test::rowsOf(test::schemaOf("id:string"), {{"1"}}));
    QVERIFY(!bad);
    const Status newest = write(optionsFor(topic, {{"subject", "never"}, {"register_schema", "false"}}), rows);
    QVERIFY(!newest);
    QCOMPARE(newest.error().code, ErrorCode::NotFound);
}

void TestKafkaAvroSink::keysHaveSchemas_data()
{
    QTest::addColumn<OptionValue>("columns");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("keySchema");
    QTest::addColumn<QString>("key");        ///< in hexadecimal digits, without a frame
    QTest::addColumn<QString>("registered"); ///< the schema of the subject -key; empty: none
    const auto row = [](const char* name, OptionValue columns, const char* format, const char* schema, QByteArray key,
                        const char* registered) {
        QTest::newRow(name) << std::move(columns) << format << schema << QString(key.toHex()) << registered;
    };
    const OptionValue one = std::string("id");
    const OptionValue two = OptionList{"id", "name"};
    row("text", one, "text", "", "7", "");
    row("JSON of one", std::string("name"), "json", "", R"("Ada")", "");
    row("JSON of several", two, "json", "", R"({"id":7,"name":"Ada"})", "");
    row("JSON Schema of one", one, "json_schema", "", "7",
        R"({"$schema":"http://json-schema.org/draft-07/schema#","title":"t_key","type":"integer"})");
    row("Avro of one", one, "avro", "", "\x0e", R"("long")");
    row("Avro of several", two, "avro", "",
        QByteArray("\x02\x0e\x02\x06"
                   "Ada"),
        R"({"fields":[{"default":null,"name":"id","type":["null","long"]},)"
        R"({"default":null,"name":"name","type":["null","string"]}],"name":"t_key","type":"record"})");
    row("a record of one", one, "avro", R"({"type":"record","name":"K","fields":[{"name":"id","type":"int"}]})", "\x0e",
        R"({"fields":[{"name":"id","type":"int"}],"name":"K","type":"record"})");
}

void TestKafkaAvroSink::keysHaveSchemas()
{
    QFETCH(OptionValue, columns);
    QFETCH(QString, format);
    QFETCH(QString, keySchema);
    QFETCH(QString, key);
    QFETCH(QString, registered);
    const std::string topic = newTopic();
    Options options = optionsFor(topic, {{"key", columns}, {"key_format", format.toStdString()}, {"record_name", "t"}});
    if (!keySchema.isEmpty())
        options.set("key_schema", keySchema.toStdString());
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"7", "Ada"}, {"∅", "∅"}});
    const bool isWhole = !keySchema.isEmpty();
    QVERIFY_RESULT(write(options, isWhole ? rows->Slice(0, 1) : rows));
    const auto messages = m_broker.consume(topic);
    std::string expected = QByteArray::fromHex(key.toLatin1()).toStdString();
    if (!registered.isEmpty()) {
        const auto subject = newest(topic + "-key");
        expected = test::framed(subject["id"].get<std::uint32_t>(), expected);
        QCOMPARE(QString::fromStdString(nlohmann::json::parse(subject["schema"].get<std::string>()).dump()),
                 registered);
    }
    QCOMPARE(QByteArray::fromStdString(messages[0].key.value_or("none")).toHex(),
             QByteArray::fromStdString(expected).toHex());
    const bool isAlone = std::holds_alternative<std::string>(columns);
    if (isAlone && !isWhole)
        QVERIFY(!messages[1].key); // NULL is no key
    if (format == "avro")
        compareText(test::readAll(kafkaSource(), {{"brokers", m_broker.address()},
                                                  {"topic", topic},
                                                  {"until", "now"},
                                                  {"metadata", "key"},
                                                  {"value", "avro"},
                                                  {"key", "avro"},
                                                  {"registry", m_registry.url()}}),
                    isWhole   ? "_key.id:int64|id:int64|name:string\n7|7|Ada"
                    : isAlone ? "_key:int64|id:int64|name:string\n7|7|Ada\n∅|∅|∅"
                              : "_key.id:int64|_key.name:string|id:int64|name:string\n7|Ada|7|Ada\n∅|∅|∅|∅");
}

void TestKafkaAvroSink::subjectsAreNamedAsAsked_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("key");
    QTest::newRow("topic") << "topic"
                           << "%1-value"
                           << "%1-key";
    QTest::newRow("record") << "record"
                            << "shop.%2"
                            << "shop.%2_key";
    QTest::newRow("both") << "topic_record"
                          << "%1-shop.%2"
                          << "%1-shop.%2_key";
}

void TestKafkaAvroSink::subjectsAreNamedAsAsked()
{
    QFETCH(QString, strategy);
    QFETCH(QString, value);
    QFETCH(QString, key);
    const std::string topic = newTopic();
    const QString record = "R" + QString(strategy).remove('_');
    const auto named = [&](const QString& pattern) {
        return QString(pattern).replace("%1", topic.c_str()).replace("%2", record).toStdString();
    };
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"7", "Ada"}});
    std::map<std::string, OptionValue> more{{"subject_strategy", strategy.toStdString()},
                                            {"record_name", "shop." + record.toStdString()},
                                            {"key", OptionList{"id", "name"}},
                                            {"key_format", "avro"}};
    QVERIFY_RESULT(write(optionsFor(topic, more), rows));
    const auto registered = newest(named(value));
    QCOMPARE(registered["version"].get<int>(), 1);
    QCOMPARE(newest(named(key))["version"].get<int>(), 1);
    // And what is there is found by the same name.
    more["register_schema"] = "false";
    QVERIFY_RESULT(write(optionsFor(topic, more), rows));
    QCOMPARE(idsIn(topic), (std::vector<std::uint32_t>(2, registered["id"].get<std::uint32_t>())));
    more["key"] = "id";
    more["register_schema"] = "true";
    const Status alone = write(optionsFor(topic, more), rows);
    QCOMPARE(!alone, strategy != "topic");
    if (!alone)
        QVERIFY2(alone.error().message.find("'subject_strategy'") != std::string::npos, alone.error().message.c_str());
}

void TestKafkaAvroSink::absentRegistryStopsTheRun()
{
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const std::string url = fmt::format("http://127.0.0.1:{}", free.serverPort());
    free.close();
    const Status written = write(optionsFor(newTopic(), {{"registry", url}}), test::someRows(0, 1));
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Unavailable);
    QVERIFY2(written.error().message.find(url) != std::string::npos, written.error().message.c_str());
}

void TestKafkaAvroSink::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    QTest::newRow("neither") << "subject"
                             << "x"
                             << "set 'registry'";
    QTest::newRow("record name") << "record_name"
                                 << "shop.2nd order"
                                 << "'shop.2nd order' is no name";
    QTest::newRow("several as text") << "key"
                                     << "id,name"
                                     << "'key' of the kafka destination names 2 columns";
    QTest::newRow("no file") << "avro_schema"
                             << "/none/such.avsc"
                             << "'/none/such.avsc'";
}

void TestKafkaAvroSink::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, named);
    Options options{{"brokers", "127.0.0.1:9"}, {"topic", "t"}, {"value", "avro"}};
    if (key == "key") {
        options = {{"brokers", "127.0.0.1:9"}, {"topic", "t"}};
        options.set("key", OptionList{"id", "value"});
    } else {
        options.set(key.toStdString(), value.toStdString());
    }
    const Status written = write(options, test::someRows(0, 1));
    QVERIFY(!written);
    QCOMPARE(written.error().code, value.startsWith('/') ? ErrorCode::NotFound : ErrorCode::Usage);
    QVERIFY2(written.error().message.find(named.toStdString()) != std::string::npos, written.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaAvroSink)
#include "tst_kafka_avro_sink.moc"
