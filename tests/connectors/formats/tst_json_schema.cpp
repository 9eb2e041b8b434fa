// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/formats/ndjson/json_schema.h"
#include "tests/support/rows.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace headrace;

class TestJsonSchema : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void schemasAreColumns_data();
    void schemasAreColumns();
    void unusableSchemasAreNamed_data();
    void unusableSchemasAreNamed();
    void columnsHaveASchema_data();
    void columnsHaveASchema();
};

void TestJsonSchema::schemasAreColumns_data()
{
    QTest::addColumn<QString>("properties");
    QTest::addColumn<QString>("columns");
    QTest::newRow("types") << R"("a":{"type":"integer"},"b":{"type":"number"},"c":{"type":"boolean"},)"
                              R"("d":{"type":"string"},"e":{"type":"array","items":{}},"f":{"type":"object"})"
                           << "a int64, b double, c bool, d text, e json, f json";
    QTest::newRow("formats") << R"("a":{"type":"string","format":"date"},"b":{"type":"string","format":"date-time"},)"
                                R"("c":{"type":"string","format":"uuid"})"
                             << "a date, b timestamptz, c text";
    QTest::newRow("nullable") << R"("a":{"type":["null","integer"]},"b":{"oneOf":[{"type":"null"},{"type":"number"}]},)"
                                 R"("c":{"anyOf":[{"type":"string"},{"type":"null"}]})"
                              << "a int64, b double, c text";
    QTest::newRow("several types") << R"("a":{"type":["string","integer"]},"b":{"oneOf":[{"type":"string"},)"
                                      R"({"type":"integer"}]},"c":{},"d":true,"e":{"enum":["x",1]})"
                                   << "a json, b json, c json, d json, e json";
    QTest::newRow("objects") << R"("a":{"type":"object","properties":{"b":{"type":"integer"},"c":{"oneOf":[)"
                                R"({"type":"null"},{"type":"object","properties":{"d":{"type":"string"}}}]}}})"
                             << "a.b int64, a.c.d text";
    QTest::newRow("Connect's types")
        << R"("a":{"type":"string","title":"org.apache.kafka.connect.data.Decimal","connect.type":"bytes",)"
           R"("connect.parameters":{"scale":"3"}},"b":{"connect.index":1,"oneOf":[{"type":"null"},{"type":"integer",)"
           R"("title":"org.apache.kafka.connect.data.Timestamp","connect.type":"int64"}]},)"
           R"("c":{"type":"integer","connect.name":"org.apache.kafka.connect.data.Date"},)"
           R"("d":{"type":"string","connect.type":"bytes"},"e":{"type":"integer","connect.type":"int8"})"
        << "a decimal(38,3), b timestamptz, c date, d blob, e int64";
    QTest::newRow("exact numbers")
        << R"("a":{"type":"number","multipleOf":0.01},"b":{"type":"number","multipleOf":0.25},)"
           R"("c":{"type":"string","contentEncoding":"base64"})"
        << "a decimal(38,2), b double, c blob";
    QTest::newRow("references") << R"("a":{"$ref":"#/definitions/id"},"b":{"$ref":"other.json"},)"
                                   R"("c":{"$ref":"#/definitions/none"},"d":{"$ref":"#/definitions/itself"})"
                                << "a int64, b json, c json, d json";
}

void TestJsonSchema::schemasAreColumns()
{
    QFETCH(QString, properties);
    QFETCH(QString, columns);
    const QString schema = R"({"definitions":{"id":{"type":"integer"},"itself":{"$ref":"#/definitions/itself"}},)"
                           R"("type":"object","properties":{)" +
                           properties + "}}";
    const auto found = ndjson::columnsOfJsonSchema(schema.toStdString(), true);
    QVERIFY_RESULT(found);
    QStringList names;
    for (const ndjson::Column& column : *found)
        names << QString::fromStdString(column.name() + ' ' + typeNotation(column));
    QCOMPARE(names.join(", "), columns);
}

void TestJsonSchema::unusableSchemasAreNamed_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("said");
    QTest::newRow("no JSON") << "{"
                             << "no JSON object";
    QTest::newRow("no object") << R"({"type":"string"})"
                               << "'properties'";
    QTest::newRow("endless") << R"({"properties":{"a":{"$ref":"#/definitions/a"}},"definitions":{"a":{"type":"object",)"
                                R"("properties":{"a":{"$ref":"#/definitions/a"}}}}})"
                             << "'flatten'";
}

void TestJsonSchema::unusableSchemasAreNamed()
{
    QFETCH(QString, schema);
    QFETCH(QString, said);
    const auto found = ndjson::columnsOfJsonSchema(schema.toStdString(), true);
    QVERIFY(!found);
    QVERIFY2(found.error().message.find(said.toStdString()) != std::string::npos, found.error().message.c_str());
}

void TestJsonSchema::columnsHaveASchema_data()
{
    using arrow::TimeUnit;
    QTest::addColumn<std::shared_ptr<arrow::DataType>>("type");
    QTest::addColumn<QString>("schema");
    const auto row = [](const char* name, std::shared_ptr<arrow::DataType> type, const char* schema) {
        QTest::newRow(name) << std::move(type) << schema;
    };
    row("bool", arrow::boolean(), R"({"type":"boolean"})");
    row("uint64", arrow::uint64(), R"({"type":"integer"})");
    row("float", arrow::float32(), R"({"type":"number"})");
    row("decimal", arrow::decimal256(50, 2), R"({"type":"number"})");
    row("text", arrow::large_utf8(), R"({"type":"string"})");
    row("bytes", arrow::binary(), R"({"type":"string","contentEncoding":"base64"})");
    row("date", arrow::date32(), R"({"type":"string","format":"date"})");
    row("time", arrow::time64(TimeUnit::MICRO), R"({"type":"string"})");
    row("instant", arrow::timestamp(TimeUnit::MICRO, "UTC"), R"({"type":"string","format":"date-time"})");
    row("local", arrow::timestamp(TimeUnit::MICRO), R"({"type":"string"})");
    row("null", arrow::null(), R"({"type":"null"})");
    row("dictionary", arrow::dictionary(arrow::int8(), arrow::utf8()), R"({"type":"string"})");
    row("list", arrow::list(arrow::field("item", arrow::int64(), false)),
        R"({"type":"array","items":{"type":"integer"}})");
    row("struct", arrow::struct_({arrow::field("a", arrow::int64())}),
        R"({"type":"object","properties":{"a":{"oneOf":[{"type":"null"},{"type":"integer"}]}}})");
}

void TestJsonSchema::columnsHaveASchema()
{
    QFETCH(std::shared_ptr<arrow::DataType>, type);
    QFETCH(QString, schema);
    const auto json = nlohmann::ordered_json::parse(
        ndjson::jsonSchemaOf({arrow::field("v", type, false), arrow::field("n", arrow::int64())}, "orders"));
    QCOMPARE(QString::fromStdString(json["properties"]["v"].dump()), schema);
    QCOMPARE(QString::fromStdString(json["properties"]["n"].dump()),
             QString(R"({"oneOf":[{"type":"null"},{"type":"integer"}]})"));
    QCOMPARE(json["title"].get<std::string>(), std::string("orders"));
}

QTEST_GUILESS_MAIN(TestJsonSchema)
#include "tst_json_schema.moc"
