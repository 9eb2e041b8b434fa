// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/avro/row_decoder.h"
#include "tests/support/rows.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <random>

using namespace headrace;

namespace {

// Two values of tests/data/order.avsc, as fastavro 1.13.1 writes them.
constexpr auto kPlain =
    "80808080808080808001000000003f9a9999999999b93f000004ff000208b669fd2e000005dc88c00298e8b25202f6f9e4be"
    "8267000180c0c9c4baeba4064831323334353637382d313233342d353637382d313233342d35363738313233343536373801"
    "00000002000000dc050000000000020e00";
constexpr auto kFull =
    "82808080808080808001010000003f9a9999999999b93f010208c3a9227804ff000208b669fd2e000005dc88c00298e8b252"
    "02f6f9e4be82670280c0c9c4baeba4064831323334353637382d313233342d353637382d313233342d353637383132333435"
    "3637380100000002000000dc0500000206416461024804026102620006026b02000000000000f83f026e0002750402420000"
    "06000202020400";

std::string bytesOf(const char* hex)
{
    return QByteArray::fromHex(hex).toStdString();
}

std::string orderSchema()
{
    QFile file(QStringLiteral(HEADRACE_TEST_DATA "/order.avsc"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// A decoder with all columns of its schema.
struct Bench {
    explicit Bench(const std::string& text, bool flatten = true)
        : schema(avro::Schema::parse(text).value())
        , cells(avro::columnsOf(*schema, flatten).value())
        , decoder(avro::RowDecoder::create(schema, flatten, cells).value())
    {
    }

    QString print()
    {
        arrow::FieldVector fields;
        arrow::ArrayVector columns;
        for (std::size_t i = 0; i < cells.columns.size(); ++i) {
            fields.push_back(ndjson::toField(cells.columns[i]));
            columns.push_back(cells.buffers[i].finish());
        }
        const auto rows = columns.front()->length();
        const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), rows, columns);
        return batch->ValidateFull().ok() ? QString::fromStdString(test::print(*batch)) : QString("invalid");
    }

    std::shared_ptr<const avro::Schema> schema;
    avro::Cells cells;
    avro::RowDecoder decoder;
};

QString cellOf(const QString& printed, const char* column, int row)
{
    const QStringList lines = printed.split('\n');
    const QStringList names = lines[0].split('|');
    for (int i = 0; i < names.size(); ++i)
        if (names[i].section(':', 0, 0) == column)
            return lines[row + 1].split('|')[i];
    return "no such column";
}

} // namespace

class TestAvroDecoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesBecomeCells_data();
    void valuesBecomeCells();
    void recordsInsideAreTextWhenNotFlattened();
    void whatIsCutIsBad();
    void badValuesAreNamed_data();
    void badValuesAreNamed();
    void anyBytesAreSurvived();
    void badSchemasAreNamed_data();
    void badSchemasAreNamed();
    void columnsOfOtherSchemasAreNull();
    void unlikeColumnsAreNamed();
    void referencesAreKnown();
    void wideSchemasAreRefused();
};

void TestAvroDecoder::valuesBecomeCells_data()
{
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("full");
    const auto row = [](const char* column, const char* plain, const char* full) {
        QTest::newRow(column) << plain << full;
    };
    row("id", "4611686018427387904", "4611686018427387905");
    row("count", "0", "-1");
    row("ratio", "0.5", "0.5");
    row("price", "0.1", "0.1");
    row("paid", "false", "true");
    row("note", "∅", "é\"x");
    row("state", "SENT", "SENT");
    row("total", "-12345678.90", "-12345678.90");
    row("tax", "1.500", "1.500");
    row("day", "2026-01-31", "2026-01-31");
    row("at_time", "23:59:59.500000", "23:59:59.500000");
    row("exact_time", "00:00:00.000001", "00:00:00.000001");
    row("made", "2026-01-31 12:00:00.123000Z", "2026-01-31 12:00:00.123000Z");
    row("seen", "1969-12-31 23:59:59.999999Z", "∅");
    row("here", "2026-01-31 12:00:00.000000", "2026-01-31 12:00:00.000000");
    row("key", "12345678-1234-5678-1234-567812345678", "12345678-1234-5678-1234-567812345678");
    row("term", "P1M2DT1.500S", "P1M2DT1.500S");
    row("user.name", "∅", "Ada");
    row("user.age", "∅", "36");
    row("tags", "[]", R"(["a","b"])");
    row("attributes", "{}", R"({"k":{"double":1.5},"n":null,"u":{"shop.User":{"name":"B","age":null}}})");
    row("either", R"({"long":7})", R"({"shop.State":"NEW"})");
    row("chain.v", "∅", "1");
    row("chain.next", "∅", R"({"v":2,"next":null})");
}

void TestAvroDecoder::valuesBecomeCells()
{
    QFETCH(QString, plain);
    QFETCH(QString, full);
    Bench bench(orderSchema());
    QCOMPARE(bench.decoder.decode(bytesOf(kPlain)), std::nullopt);
    QCOMPARE(bench.decoder.decode(bytesOf(kFull)), std::nullopt);
    const QString printed = bench.print();
    QCOMPARE(cellOf(printed, QTest::currentDataTag(), 0), plain);
    QCOMPARE(cellOf(printed, QTest::currentDataTag(), 1), full);
}

void TestAvroDecoder::recordsInsideAreTextWhenNotFlattened()
{
    Bench bench(orderSchema(), false);
    QCOMPARE(bench.decoder.decode(bytesOf(kFull)), std::nullopt);
    const QString printed = bench.print();
    QCOMPARE(cellOf(printed, "user", 0), QString(R"({"name":"Ada","age":36})"));
    QCOMPARE(cellOf(printed, "chain", 0), QString(R"({"v":1,"next":{"v":2,"next":null}})"));
}

void TestAvroDecoder::whatIsCutIsBad()
{
    Bench bench(orderSchema());
    const std::string whole = bytesOf(kFull);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        QVERIFY(bench.decoder.decode(std::string_view(whole).substr(0, size)));
        QCOMPARE(bench.cells.buffers.back().rows(), std::size_t{0});
    }
    const auto problem = bench.decoder.decode(whole + "x");
    QCOMPARE(QString::fromStdString(problem.value_or("")),
             QString("The message's value does not fit its Avro schema 'shop.Order': bytes are left behind its last "
                     "field."));
    QCOMPARE(bench.decoder.decode(whole), std::nullopt);
    QCOMPARE(bench.print().count('\n'), 1);
}

void TestAvroDecoder::badValuesAreNamed_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* schema, const char* hex, const char* problem) {
        QTest::newRow(name) << schema << QByteArray(hex) << problem;
    };
    row("endless number", R"("long")", "80808080808080808080", "more than 64 bits");
    row("wide int", R"("int")", "8080808010", "more than 32 bits");
    row("negative length", R"("bytes")", "01", "negative length");
    row("length over the end", R"("string")", "0a6162", "longer than what is left");
    row("branch", R"(["null","long"])", "04", "branch or symbol");
    row("negative branch", R"(["null","long"])", "01", "branch or symbol");
    row("symbol", R"({"type":"enum","name":"e","symbols":["A"]})", "02", "branch or symbol");
    row("boolean", R"("boolean")", "02", "neither 0 nor 1");
    row("text", R"("string")", "02ff", "not valid UTF-8");
    row("text inside", R"({"type":"array","items":"string"})", "0202ff00", "not valid UTF-8");
    row("items of no bytes", R"({"type":"array","items":"null"})", "feffffffffffffffff01", "more items");
    row("least count", R"({"type":"array","items":"null"})", "ffffffffffffffffff01", "no good count");
    row("block size", R"({"type":"array","items":"long"})", "01fe0100", "longer than what is left");
    row("decimal", R"({"type":"bytes","logicalType":"decimal","precision":2,"scale":0})", "0264", "more digits");
    row("time of day", R"({"type":"int","logicalType":"time-millis"})", "01", "outside");
    row("time", R"({"type":"long","logicalType":"timestamp-millis"})", "feffffffffffffffff01", "outside");
    row("no end", R"({"type":"record","name":"r","fields":[{"name":"r","type":"r"}]})", "", "nested");
}

void TestAvroDecoder::badValuesAreNamed()
{
    QFETCH(QString, schema);
    QFETCH(QByteArray, hex);
    QFETCH(QString, problem);
    Bench bench(schema.toStdString());
    const auto said = bench.decoder.decode(bytesOf(hex.constData()));
    QVERIFY(said);
    QVERIFY2(said->find(problem.toStdString()) != std::string::npos, said->c_str());
}

void TestAvroDecoder::anyBytesAreSurvived()
{
    const std::uint32_t seed = std::random_device{}();
    std::mt19937 random(seed);
    Bench bench(orderSchema());
    const std::string whole = bytesOf(kFull);
    std::size_t good = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::string value = whole;
        for (auto changes = 1 + random() % 4; changes > 0; --changes)
            value[random() % value.size()] = static_cast<char>(random());
        value.resize(random() % 3 == 0 ? random() % value.size() : value.size());
        good += bench.decoder.decode(value) ? 0 : 1;
        const bool isEven = std::ranges::all_of(bench.cells.buffers, [&](const auto& b) { return b.rows() == good; });
        QVERIFY2(isEven, qPrintable(QString("seed %1").arg(seed)));
    }
    QVERIFY2(bench.print() != "invalid", qPrintable(QString("seed %1").arg(seed)));
}

void TestAvroDecoder::badSchemasAreNamed_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("named");
    QTest::newRow("no JSON") << "{"
                             << "not the JSON";
    QTest::newRow("unknown type") << R"({"type":"recrod","name":"r"})"
                                  << "'recrod' is not defined";
    QTest::newRow("no fields") << R"({"type":"record","name":"r"})"
                               << "'r' has no list 'fields'";
    QTest::newRow("no items") << R"({"type":"array"})"
                              << "'items' is missing";
    QTest::newRow("empty union") << "[]"
                                 << "no branches";
    QTest::newRow("twice") << R"([{"type":"fixed","name":"f","size":1},{"type":"fixed","name":"f","size":2}])"
                           << "'f' is defined twice";
    QTest::newRow("field twice") << R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"},)"
                                    R"({"name":"a","type":"int"}]})"
                                 << "'a' twice";
    QTest::newRow("size") << R"({"type":"fixed","name":"f","size":-1})"
                          << "no good 'size'";
    QTest::newRow("deep") << QString(R"({"type":"array","items":)").repeated(300) + "1" + QString("}").repeated(300)
                          << "nested";
}

void TestAvroDecoder::badSchemasAreNamed()
{
    QFETCH(QString, schema);
    QFETCH(QString, named);
    const auto parsed = avro::Schema::parse(schema.toStdString());
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().message.find(named.toStdString()) != std::string::npos, parsed.error().message.c_str());
}

void TestAvroDecoder::columnsOfOtherSchemasAreNull()
{
    const auto wide = avro::Schema::parse(
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"double"},{"name":"b","type":"string"}]})");
    const auto narrow = avro::Schema::parse(R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"}]})");
    Bench bench(R"({"type":"record","name":"r","fields":[{"name":"a","type":"double"},{"name":"b","type":"string"}]})");
    auto old = avro::RowDecoder::create(*narrow, true, bench.cells);
    QVERIFY_RESULT(old);
    QCOMPARE(old->decode("\x0e"), std::nullopt);
    QVERIFY(old->decode(""));
    QCOMPARE(bench.print(), QString("a:double|b:string\n7|∅"));
}

void TestAvroDecoder::unlikeColumnsAreNamed()
{
    Bench bench(R"({"type":"record","name":"r","fields":[{"name":"a","type":"long"}]})");
    const auto other = avro::Schema::parse(R"({"type":"record","name":"r","fields":[{"name":"a","type":"boolean"}]})");
    const auto decoder = avro::RowDecoder::create(*other, true, bench.cells);
    QVERIFY(!decoder);
    QCOMPARE(QString::fromStdString(decoder.error().message),
             QString("The Avro schema gives 'a' the type bool, but its column is int64 already."));
}

void TestAvroDecoder::referencesAreKnown()
{
    const auto schema = avro::Schema::parse(
        R"({"type":"record","name":"x.Order","fields":[{"name":"user","type":"User"}]})",
        {R"({"type":"record","name":"User","namespace":"x","fields":[{"name":"name","type":"string"}]})"});
    QVERIFY_RESULT(schema);
    QCOMPARE(avro::columnsOf(**schema, true).value().front().name(), std::string("user.name"));
}

void TestAvroDecoder::wideSchemasAreRefused()
{
    std::string text =
        R"({"type":"record","name":"r0","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]})";
    for (int i = 1; i < 40; ++i)
        text = QString(R"({"type":"record","name":"r%1","fields":[{"name":"a","type":%2},{"name":"b","type":"r%3"}]})")
                   .arg(QString::number(i), QString::fromStdString(text), QString::number(i - 1))
                   .toStdString();
    const auto schema = avro::Schema::parse(text);
    QVERIFY_RESULT(schema);
    const auto columns = avro::columnsOf(**schema, true);
    QVERIFY(!columns);
    QVERIFY2(columns.error().message.find("'flatten'") != std::string::npos, columns.error().message.c_str());
    QVERIFY_RESULT(avro::columnsOf(**schema, false));
}

QTEST_GUILESS_MAIN(TestAvroDecoder)
#include "tst_avro_decoder.moc"
