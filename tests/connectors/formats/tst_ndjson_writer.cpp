// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/extension/uuid.h>
#include <arrow/json/from_string.h>

#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/ndjson_writer.h"
#include "tests/connectors/formats/outputs.h"
#include "tests/support/rows.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace headrace;

namespace {

QString written(const std::shared_ptr<arrow::RecordBatch>& rows, NonFinite nonFinite = NonFinite::Refuse)
{
    return test::writtenBy([&](ByteOutput& output) { return openNdjsonWriter(rows->schema(), output, nonFinite); },
                           rows);
}

} // namespace

class TestNdjsonWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesAsTheyAreSpelled_data();
    void valuesAsTheyAreSpelled();
    void everyCodePointSurvives();
    void nonFiniteNumbers_data();
    void nonFiniteNumbers();
    void nestedValues();
    void jsonTextsAreJson_data();
    void jsonTextsAreJson();
    void uuidsAreText();
    void flattenedColumnsAreObjects();
    void namesAreEscaped();
    void noColumns();
};

void TestNdjsonWriter::valuesAsTheyAreSpelled_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expected");
    QTest::newRow("NULL") << "int64"
                          << "∅"
                          << "null";
    QTest::newRow("beyond 2^53") << "int64"
                                 << "9007199254740993"
                                 << "9007199254740993";
    QTest::newRow("unsigned") << "uint64"
                              << "18446744073709551615"
                              << "18446744073709551615";
    QTest::newRow("double") << "double"
                            << "0.1"
                            << "0.1";
    QTest::newRow("large double") << "double"
                                  << "1e300"
                                  << "1e+300";
    QTest::newRow("decimal") << "decimal(38;2)"
                             << "123456789012345678901234567890123456.78"
                             << "123456789012345678901234567890123456.78";
    QTest::newRow("small decimal") << "decimal(10;8)"
                                   << "-0.00000001"
                                   << "-0.00000001";
    QTest::newRow("zero decimal") << "decimal(6;2)"
                                  << "0"
                                  << "0.00";
    QTest::newRow("boolean") << "bool"
                             << "false"
                             << "false";
    QTest::newRow("text") << "string"
                          << "a\"b\\c\n\t"
                          << R"("a\"b\\c\n\t")";
    QTest::newRow("empty text") << "string"
                                << ""
                                << R"("")";
    QTest::newRow("binary") << "binary"
                            << "abcd"
                            << R"("YWJjZA==")";
    QTest::newRow("date") << "date32"
                          << "2024-02-29"
                          << R"("2024-02-29")";
    QTest::newRow("time") << "time_us"
                          << "01:02:03.004"
                          << R"("01:02:03.004")";
    QTest::newRow("timestamp") << "timestamp_ms"
                               << "2024-01-31 00:00:00"
                               << R"("2024-01-31T00:00:00")";
    QTest::newRow("before 1970") << "timestamp_us"
                                 << "1969-12-31 23:59:59.000001"
                                 << R"("1969-12-31T23:59:59.000001")";
    QTest::newRow("zoned") << "timestamptz_us"
                           << "2024-01-31 00:00:00.500000"
                           << R"("2024-01-31T00:00:00.500Z")";
}

void TestNdjsonWriter::valuesAsTheyAreSpelled()
{
    QFETCH(QString, type);
    QFETCH(QString, value);
    QFETCH(QString, expected);
    const auto rows = test::rowsOf(test::schemaOf("v:" + type.toStdString()), {{value.toStdString()}});
    QCOMPARE(written(rows), "{\"v\":" + expected + "}\n");
}

void TestNdjsonWriter::everyCodePointSurvives()
{
    std::string text;
    for (int c = 1; c < 128; ++c)
        text += static_cast<char>(c);
    text += "é€😀";
    text += '\0';
    const auto rows = test::rowsOf(test::schemaOf("v:string"), {{text}});
    QCOMPARE(nlohmann::json::parse(written(rows).toStdString()).at("v").get<std::string>(), text);
}

void TestNdjsonWriter::nonFiniteNumbers_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<QString>("expected");
    QTest::newRow("refused") << int(NonFinite::Refuse)
                             << "Row 2 has NaN or an infinity in the column 'v', which JSON cannot hold as a "
                                "number. Set non_finite to null or text, or filter such rows.";
    QTest::newRow("null") << int(NonFinite::Null) << "{\"v\":1}\n{\"v\":null}\n{\"v\":null}\n";
    QTest::newRow("text") << int(NonFinite::Text) << "{\"v\":1}\n{\"v\":\"NaN\"}\n{\"v\":\"-Infinity\"}\n";
}

void TestNdjsonWriter::nonFiniteNumbers()
{
    QFETCH(int, rule);
    QFETCH(QString, expected);
    const auto rows = test::rowsOf(test::schemaOf("v:double"), {{"1"}, {"nan"}, {"-inf"}});
    QCOMPARE(written(rows, static_cast<NonFinite>(rule)), expected);
}

void TestNdjsonWriter::nestedValues()
{
    const auto type = arrow::struct_({arrow::field("l", arrow::list(arrow::int64())),
                                      arrow::field("m", arrow::map(arrow::utf8(), arrow::float64()))});
    const auto array =
        arrow::json::ArrayFromJSONString(type, R"([null, {"l": [1, null], "m": [["k", 0.5]]}, {"l": [], "m": null}])");
    QVERIFY(array.ok());
    const auto rows = arrow::RecordBatch::Make(arrow::schema({arrow::field("v", type)}), 3, {*array});
    QCOMPARE(written(rows->Slice(1)), "{\"v\":{\"l\":[1,null],\"m\":{\"k\":0.5}}}\n{\"v\":{\"l\":[],\"m\":null}}\n");
    QCOMPARE(written(rows->Slice(0, 1)), "{\"v\":null}\n");
}

void TestNdjsonWriter::jsonTextsAreJson_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << text << expected;
    };
    row("blanks", " { \"a b\" : [ 1 , \"x y\" ,\n {} ] }\r\n", R"({"a b":[1,"x y",{}]})");
    row("number", "123456789012345678901234567890.10e-400", "123456789012345678901234567890.10e-400");
    row("text", R"("é\u0041\n")", R"("é\u0041\n")");
    row("word", " true", "true");
    row("two values", "1 2", R"("1 2")");
    row("no number", "01", R"("01")");
    row("not closed", R"({"a":1)", R"("{\"a\":1")");
    row("wrong escape", R"("\x")", R"("\"\\x\"")");
    row("none", "", R"("")");
}

void TestNdjsonWriter::jsonTextsAreJson()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto field = ndjson::toField({{"v"}, ndjson::Kind::Json});
    const auto rows = test::rowsOf(arrow::schema({field}), {{text.toStdString()}, {"∅"}});
    QCOMPARE(written(rows), "{\"v\":" + expected + "}\n{\"v\":null}\n");
}

void TestNdjsonWriter::uuidsAreText()
{
    const auto storage =
        arrow::json::ArrayFromJSONString(arrow::fixed_size_binary(16), R"(["0123456789abcdef", null])");
    QVERIFY(storage.ok());
    const auto column = arrow::ExtensionType::WrapArray(arrow::extension::uuid(), *storage);
    const auto rows = arrow::RecordBatch::Make(arrow::schema({arrow::field("v", column->type())}), 2, {column});
    QCOMPARE(written(rows), "{\"v\":\"30313233-3435-3637-3839-616263646566\"}\n{\"v\":null}\n");
}

void TestNdjsonWriter::flattenedColumnsAreObjects()
{
    const auto at = [](std::vector<std::string> path) {
        return ndjson::toField({std::move(path), ndjson::Kind::Int64});
    };
    const auto schema = arrow::schema({at({"u", "a"}), arrow::field("id", arrow::int64()), at({"u", "v", "b"}),
                                       at({"u.a"}), at({"id", "x"}), at({"u", "v", "b", "c"})});
    const auto rows = test::rowsOf(schema, {{"1", "2", "3", "4", "5", "6"}, {"∅", "∅", "∅", "∅", "∅", "∅"}});
    // What another column bars keeps its own name.
    QCOMPARE(written(rows), "{\"u\":{\"a\":1,\"v\":{\"b\":3}},\"id\":2,\"u.a\":4,\"id.x\":5,\"u.v.b.c\":6}\n"
                            "{\"u\":null,\"id\":null,\"u.a\":null,\"id.x\":null,\"u.v.b.c\":null}\n");
}

void TestNdjsonWriter::namesAreEscaped()
{
    const auto schema = arrow::schema({arrow::field("a\"b", arrow::int64()), arrow::field("ü", arrow::int64())});
    QCOMPARE(written(test::rowsOf(schema, {{"1", "2"}})), "{\"a\\\"b\":1,\"ü\":2}\n");
}

void TestNdjsonWriter::noColumns()
{
    QCOMPARE(written(arrow::RecordBatch::Make(arrow::schema(arrow::FieldVector()), 2, arrow::ArrayVector())),
             "{}\n{}\n");
}

QTEST_GUILESS_MAIN(TestNdjsonWriter)
#include "tst_ndjson_writer.moc"
