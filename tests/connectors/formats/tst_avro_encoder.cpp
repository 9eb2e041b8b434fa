// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/extension/uuid.h>
#include <arrow/json/from_string.h>

#include "connectors/formats/avro/row_encoder.h"
#include "tests/support/rows.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace headrace;

namespace {

struct Column {
    std::string name;
    std::shared_ptr<arrow::DataType> type;
    std::string cells; ///< JSON as Arrow reads it
};

std::shared_ptr<arrow::Array> arrayOf(const std::shared_ptr<arrow::DataType>& type, const std::string& cells)
{
    if (type->id() == arrow::Type::EXTENSION) {
        const auto& extension = static_cast<const arrow::ExtensionType&>(*type);
        return arrow::ExtensionType::WrapArray(type, arrayOf(extension.storage_type(), cells));
    }
    auto array = arrow::json::ArrayFromJSONString(type, cells);
    if (!array.ok())
        qFatal("%s", array.status().ToString().c_str());
    return *array;
}

/// The rows as hexadecimal digits, with a blank between.
Result<QString> encode(const std::vector<Column>& columns, const std::string& schema = {})
{
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const Column& column : columns) {
        fields.push_back(arrow::field(column.name, column.type));
        arrays.push_back(arrayOf(column.type, column.cells));
    }
    std::string text = schema;
    if (text.empty()) {
        HEADRACE_TRY(text, avro::schemaOfColumns(fields, "t"));
    }
    HEADRACE_TRY(auto parsed, avro::Schema::parse(text));
    HEADRACE_TRY(const auto encoder, avro::RowEncoder::create(std::move(parsed), fields));
    encoder->bind(arrays);
    QStringList rows;
    for (std::int64_t row = 0; row < arrays.front()->length(); ++row) {
        avro::WireOutput out;
        HEADRACE_CHECK(encoder->append(row, out));
        rows << QByteArray::fromStdString(out.bytes()).toHex();
    }
    return rows.join(' ');
}

std::string recordOf(const std::string& type)
{
    return R"({"type":"record","name":"t","fields":[{"name":"v","type":)" + type + "}]}";
}

} // namespace

class TestAvroEncoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void columnsHaveASchema_data();
    void columnsHaveASchema();
    void givenSchemasAreKept_data();
    void givenSchemasAreKept();
    void namesWithDotsAreRecords();
    void whatDoesNotFitIsNamed_data();
    void whatDoesNotFitIsNamed();
    void schemasThatDoNotFitAreNamed_data();
    void schemasThatDoNotFitAreNamed();
    void namesBecomeAvros_data();
    void namesBecomeAvros();
};

/// The bytes are those that fastavro 1.13.1 and Apache's avro 1.12 write for these values and schemas.
void TestAvroEncoder::columnsHaveASchema_data()
{
    using arrow::TimeUnit;
    QTest::addColumn<std::shared_ptr<arrow::DataType>>("type");
    QTest::addColumn<QString>("cells");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("bytes");
    const auto row = [](const char* name, std::shared_ptr<arrow::DataType> type, const char* cells, const char* schema,
                        const char* bytes) { QTest::newRow(name) << std::move(type) << cells << schema << bytes; };
    row("bool", arrow::boolean(), "[true,false,null]", R"("boolean")", "0201 0200 00");
    row("int8", arrow::int8(), "[-128,127]", R"("int")", "02ff01 02fe01");
    row("int32", arrow::int32(), "[-2147483648,2147483647]", R"("int")", "02ffffffff0f 02feffffff0f");
    row("uint16", arrow::uint16(), "[65535]", R"("int")", "02feff07");
    row("uint32", arrow::uint32(), "[4294967295]", R"("long")", "02feffffff1f");
    row("int64", arrow::int64(), "[-9223372036854775808,9223372036854775807,0]", R"("long")",
        "02ffffffffffffffffff01 02feffffffffffffffff01 0200");
    row("uint64", arrow::uint64(), "[18446744073709551615,0]",
        R"({"type":"bytes","logicalType":"decimal","precision":20,"scale":0})", "021200ffffffffffffffff 020200");
    row("float", arrow::float32(), "[0.5,Inf]", R"("float")", "020000003f 020000807f");
    row("double", arrow::float64(), "[0.1,5e-324]", R"("double")", "029a9999999999b93f 020100000000000000");
    row("text", arrow::utf8(), R"(["aé😀",""])", R"("string")", "020e61c3a9f09f9880 0200");
    row("large text", arrow::large_utf8(), R"(["ab"])", R"("string")", "02046162");
    row("decimal", arrow::decimal128(10, 2), R"(["-12345678.90","0.01","1.28","-1.29"])",
        R"({"type":"bytes","logicalType":"decimal","precision":10,"scale":2})",
        "0208b669fd2e 020201 02040080 0204ff7f");
    row("wide decimal", arrow::decimal256(50, 0), R"(["-99999999999999999999999999999999999999999999999999"])",
        R"({"type":"bytes","logicalType":"decimal","precision":50,"scale":0})",
        "022abb93c4ea066d99782d3bfacb024a9c000000000001");
    row("date", arrow::date32(), "[20484,-1]", R"({"type":"int","logicalType":"date"})", "0288c002 0201");
    row("date64", arrow::date64(), "[1769817600000]", R"({"type":"int","logicalType":"date"})", "0288c002");
    row("time in ms", arrow::time32(TimeUnit::MILLI), "[86399500]", R"({"type":"int","logicalType":"time-millis"})",
        "0298e8b252");
    row("time in µs", arrow::time64(TimeUnit::MICRO), "[1]", R"({"type":"long","logicalType":"time-micros"})", "0202");
    row("time in ns", arrow::time64(TimeUnit::NANO), "[1000]", R"({"type":"long","logicalType":"time-micros"})",
        "0202");
    row("instant in s", arrow::timestamp(TimeUnit::SECOND, "UTC"), "[1]",
        R"({"type":"long","logicalType":"timestamp-millis"})", "02d00f");
    row("instant in ms", arrow::timestamp(TimeUnit::MILLI, "UTC"), "[1769860800123]",
        R"({"type":"long","logicalType":"timestamp-millis"})", "02f6f9e4be8267");
    row("instant in µs", arrow::timestamp(TimeUnit::MICRO, "Europe/Berlin"), "[-1]",
        R"({"type":"long","logicalType":"timestamp-micros"})", "0201");
    row("instant in ns", arrow::timestamp(TimeUnit::NANO, "UTC"), "[1769860800000000001]",
        R"({"type":"long","logicalType":"timestamp-nanos"})", "0282809cdea7c1e78f31");
    row("local in ms", arrow::timestamp(TimeUnit::MILLI), "[1769860800000]",
        R"({"type":"long","logicalType":"local-timestamp-millis"})", "0280f8e4be8267");
    row("local in µs", arrow::timestamp(TimeUnit::MICRO), "[1769860800000001]",
        R"({"type":"long","logicalType":"local-timestamp-micros"})", "0282c0c9c4baeba406");
    row("local in ns", arrow::timestamp(TimeUnit::NANO), "[1769860800000000001]",
        R"({"type":"long","logicalType":"local-timestamp-nanos"})", "0282809cdea7c1e78f31");
    row("fixed", arrow::fixed_size_binary(4), R"(["abcd"])", R"({"type":"fixed","name":"t_v","size":4})", "0261626364");
    row("uuid", arrow::extension::uuid(), R"(["0123456789abcdef"])", R"({"type":"string","logicalType":"uuid"})",
        "024833303331333233332d333433352d333633372d333833392d363136323633363436353636");
    row("dictionary", arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["x",null])", R"("string")", "020278 00");
    row("list", arrow::list(arrow::utf8()), R"([["a",null],[]])", R"({"type":"array","items":["null","string"]})",
        "02040202610000 0200");
    row("map", arrow::map(arrow::utf8(), arrow::int32()), R"([[["k",1],["n",null]]])",
        R"({"type":"map","values":["null","int"]})", "0204026b0202026e0000");
    row("struct", arrow::struct_({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())}),
        R"([{"a":1,"b":"x"},null])",
        R"({"type":"record","name":"t_v","fields":[{"name":"a","type":["null","long"],"default":null},)"
        R"({"name":"b","type":["null","string"],"default":null}]})",
        "020202020278 00");
    row("duration", arrow::duration(TimeUnit::SECOND), "[1]", R"("string")", "020850543153");
}

void TestAvroEncoder::columnsHaveASchema()
{
    QFETCH(std::shared_ptr<arrow::DataType>, type);
    QFETCH(QString, cells);
    QFETCH(QString, schema);
    QFETCH(QString, bytes);
    const auto derived = avro::schemaOfColumns({arrow::field("v", type)}, "t");
    QVERIFY_RESULT(derived);
    const auto field = nlohmann::ordered_json::parse(*derived)["fields"][0];
    QCOMPARE(QString::fromStdString(field["type"][1].dump()), schema);
    QVERIFY(field["default"].is_null());
    const auto encoded = encode({{"v", type, cells.toStdString()}});
    QVERIFY_RESULT(encoded);
    QCOMPARE(*encoded, bytes);
}

void TestAvroEncoder::givenSchemasAreKept_data()
{
    QTest::addColumn<std::shared_ptr<arrow::DataType>>("type");
    QTest::addColumn<QString>("cells");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("bytes");
    const auto row = [](const char* name, std::shared_ptr<arrow::DataType> type, const char* cells, const char* schema,
                        const char* bytes) { QTest::newRow(name) << std::move(type) << cells << schema << bytes; };
    row("long as int", arrow::int64(), "[7]", R"("int")", "0e");
    row("int as double", arrow::int32(), "[1]", R"("double")", "000000000000f03f");
    row("double as float", arrow::float64(), "[0.5]", R"("float")", "0000003f");
    row("number as text", arrow::int64(), "[12]", R"("string")", "043132");
    row("time as text", arrow::timestamp(arrow::TimeUnit::SECOND), "[0]", R"("string")",
        "26313937302d30312d30315430303a30303a3030");
    row("enum", arrow::utf8(), R"(["B"])", R"({"type":"enum","name":"e","symbols":["A","B"]})", "02");
    row("enum of a dictionary", arrow::dictionary(arrow::int32(), arrow::utf8()), R"(["B","A"])",
        R"(["null",{"type":"enum","name":"e","symbols":["A","B"]}])", "0202 0200");
    row("fixed decimal", arrow::decimal128(9, 2), R"(["-1.50"])",
        R"({"type":"fixed","name":"f","size":4,"logicalType":"decimal","precision":9,"scale":3})", "fffffa24");
    row("decimal of a whole number", arrow::int64(), "[3]",
        R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})", "04012c");
    row("decimal of a text", arrow::utf8(), R"(["0.25"])",
        R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})", "0219");
    row("coarser time", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "[5000]",
        R"({"type":"long","logicalType":"timestamp-millis"})", "0a");
    row("uuid of a text", arrow::utf8(), R"(["12345678-1234-5678-1234-567812345678"])",
        R"({"type":"fixed","name":"u","size":16,"logicalType":"uuid"})", "12345678123456781234567812345678");
    row("null last", arrow::int64(), "[1,null]", R"(["long","null"])", "0002 02");
    row("branch by type", arrow::int64(), "[1]", R"(["null","string","long"])", "0402");
    row("text as bytes", arrow::utf8(), R"(["ab"])", R"("bytes")", "046162");
    row("nulls only", arrow::null(), "[null]", R"(["string","null"])", "02");
}

void TestAvroEncoder::givenSchemasAreKept()
{
    QFETCH(std::shared_ptr<arrow::DataType>, type);
    QFETCH(QString, cells);
    QFETCH(QString, schema);
    QFETCH(QString, bytes);
    const auto encoded = encode({{"v", type, cells.toStdString()}}, recordOf(schema.toStdString()));
    QVERIFY_RESULT(encoded);
    QCOMPARE(*encoded, bytes);
}

void TestAvroEncoder::namesWithDotsAreRecords()
{
    const std::vector<Column> columns{{"user.name", arrow::utf8(), R"(["Ada",null])"},
                                      {"id", arrow::int64(), "[1,2]"},
                                      {"user.age", arrow::int32(), "[36,null]"}};
    const auto derived = encode(columns);
    QVERIFY_RESULT(derived);
    QCOMPARE(*derived, QString("020206416461"
                               "0248"
                               "0202 000204")); // a user of nulls only is null itself
    const auto given = encode(columns, R"({"type":"record","name":"t","fields":[{"name":"id","type":"long"},)"
                                       R"({"name":"user","type":[{"type":"record","name":"u","fields":[)"
                                       R"({"name":"age","type":["null","int"]},)"
                                       R"({"name":"name","type":["null","string"]}]},"null"]},)"
                                       R"({"name":"more","type":["null","string"]},)"
                                       R"({"name":"n","type":"int","default":5}]})");
    QVERIFY_RESULT(given);
    QCOMPARE(*given, QString("020002480206416461000a 0402000a"));
}

void TestAvroEncoder::whatDoesNotFitIsNamed_data()
{
    QTest::addColumn<std::shared_ptr<arrow::DataType>>("type");
    QTest::addColumn<QString>("cells");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, std::shared_ptr<arrow::DataType> type, const char* cells, const char* schema,
                        const char* said) { QTest::newRow(name) << std::move(type) << cells << schema << said; };
    row("too large", arrow::int64(), "[2147483648]", R"("int")",
        "'2147483648' in the column 'v' cannot be written as the Avro schema 't' says: it is larger than");
    row("too large without a sign", arrow::uint64(), "[9223372036854775808]", R"("long")", "it is larger than");
    row("inexact", arrow::int64(), "[9007199254740993]", R"("double")", "digits would be lost");
    row("the largest", arrow::int64(), "[9223372036854775807]", R"("double")", "digits would be lost");
    row("inexact float", arrow::float64(), "[0.1]", R"("float")", "digits would be lost");
    row("null", arrow::int64(), "[null]", R"("long")", "it is null");
    row("symbol", arrow::utf8(), R"(["C"])", R"({"type":"enum","name":"e","symbols":["A","B"]})", "no symbol");
    row("digits", arrow::decimal128(10, 3), R"(["0.001"])",
        R"({"type":"bytes","logicalType":"decimal","precision":10,"scale":2})", "digits would be lost");
    row("precision", arrow::decimal128(10, 0), R"(["1000"])",
        R"({"type":"bytes","logicalType":"decimal","precision":3,"scale":0})", "more digits");
    row("fixed decimal", arrow::decimal128(10, 0), R"(["200"])",
        R"({"type":"fixed","name":"f","size":1,"logicalType":"decimal","precision":10,"scale":0})", "larger than");
    row("finer time", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), "[1]",
        R"({"type":"long","logicalType":"timestamp-millis"})", "finer");
    row("far time", arrow::timestamp(arrow::TimeUnit::SECOND, "UTC"), "[9223372036854775807]",
        R"({"type":"long","logicalType":"timestamp-millis"})", "larger than");
    row("size", arrow::binary(), R"(["ab"])", R"({"type":"fixed","name":"f","size":3})", "not as many bytes");
    row("uuid", arrow::utf8(), R"(["123"])", R"({"type":"string","logicalType":"uuid"})", "no UUID");
    row("number", arrow::utf8(), R"(["x"])", R"({"type":"bytes","logicalType":"decimal","precision":3,"scale":0})",
        "no decimal number");
    row("inside", arrow::list(arrow::int64()), "[[1,null]]", R"({"type":"array","items":"long"})", "it is null");
}

void TestAvroEncoder::whatDoesNotFitIsNamed()
{
    QFETCH(std::shared_ptr<arrow::DataType>, type);
    QFETCH(QString, cells);
    QFETCH(QString, schema);
    QFETCH(QString, said);
    const auto encoded = encode({{"v", type, cells.toStdString()}}, recordOf(schema.toStdString()));
    QVERIFY(!encoded);
    QVERIFY2(encoded.error().message.find(said.toStdString()) != std::string::npos, encoded.error().message.c_str());
}

void TestAvroEncoder::schemasThatDoNotFitAreNamed_data()
{
    QTest::addColumn<std::shared_ptr<arrow::DataType>>("type");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, std::shared_ptr<arrow::DataType> type, const std::string& schema,
                        const char* said) {
        QTest::newRow(name) << std::move(type) << QString::fromStdString(schema) << said;
    };
    row("unlike", arrow::utf8(), recordOf(R"("long")"),
        "The column 'v' does not fit the field 'v' of the Avro schema 't': values of type string cannot be Avro's "
        "'long'.");
    row("zone", arrow::timestamp(arrow::TimeUnit::MICRO),
        recordOf(R"({"type":"long","logicalType":"timestamp-micros"})"), "'timestamp-micros'");
    row("no branch", arrow::boolean(), recordOf(R"(["null","long"])"), "'null or long'");
    row("no field", arrow::int64(), R"({"type":"record","name":"t","fields":[]})",
        "The column 'v' has no field in the Avro schema 't'");
    row("no column", arrow::int64(),
        R"({"type":"record","name":"t","fields":[{"name":"v","type":"long"},{"name":"w","type":"long"}]})",
        "nothing fills the field 'w'");
    row("bad default", arrow::int64(),
        R"({"type":"record","name":"t","fields":[{"name":"v","type":"long"},)"
        R"({"name":"w","type":"long","default":"x"}]})",
        R"(the default "x" of the field 'w' is no long)");
    row("no record", arrow::int64(), R"("long")", "give that of a record");
    row("no form", arrow::month_day_nano_interval(), "", "The column 'v' cannot be written as Avro");
    row("members", arrow::struct_({arrow::field("a b", arrow::int64()), arrow::field("a_b", arrow::int64())}), "",
        "two of its members would be the field 'a_b'");
}

void TestAvroEncoder::schemasThatDoNotFitAreNamed()
{
    QFETCH(std::shared_ptr<arrow::DataType>, type);
    QFETCH(QString, schema);
    QFETCH(QString, said);
    const auto encoded = encode({{"v", type, "[null]"}}, schema.toStdString());
    QVERIFY(!encoded);
    QVERIFY2(encoded.error().message.find(said.toStdString()) != std::string::npos, encoded.error().message.c_str());
}

void TestAvroEncoder::namesBecomeAvros_data()
{
    QTest::addColumn<QStringList>("columns");
    QTest::addColumn<QString>("fields");
    QTest::newRow("as they are") << QStringList{"id", "Name_2"} << "id Name_2";
    QTest::newRow("other characters") << QStringList{"order id", "größe", "2nd"} << "order_id gr__e _2nd";
    QTest::newRow("alike") << QStringList{"a b", "a-b"}
                           << "The column 'a-b' and another one would both be the Avro field 'a_b'; give one of them "
                              "another name in the shape.";
    QTest::newRow("record and value") << QStringList{"a", "a.b"}
                                      << "The column 'a.b' and another one would both be the Avro field 'a'; give one "
                                         "of them another name in the shape.";
}

void TestAvroEncoder::namesBecomeAvros()
{
    QFETCH(QStringList, columns);
    QFETCH(QString, fields);
    arrow::FieldVector of;
    for (const QString& column : columns)
        of.push_back(arrow::field(column.toStdString(), arrow::int64()));
    const auto schema = avro::schemaOfColumns(of, "t");
    QStringList names;
    if (!schema)
        names << QString::fromStdString(schema.error().message);
    const auto json = schema ? nlohmann::json::parse(*schema) : nlohmann::json{{"fields", nlohmann::json::array()}};
    for (const auto& field : json["fields"])
        names << QString::fromStdString(field["name"].get<std::string>());
    QCOMPARE(names.join(' '), fields);
}

QTEST_GUILESS_MAIN(TestAvroEncoder)
#include "tst_avro_encoder.moc"
