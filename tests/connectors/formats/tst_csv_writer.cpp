// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/compute/cast.h>

#include "connectors/formats/csv/csv_writer.h"
#include "tests/connectors/formats/outputs.h"
#include "tests/support/rows.h"

#include <QTest>

using namespace headrace;

namespace {

QString written(const std::shared_ptr<arrow::RecordBatch>& rows, const CsvStyle& style = {})
{
    return test::writtenBy([&](ByteOutput& output) { return openCsvWriter(rows->schema(), output, style); }, rows);
}

std::shared_ptr<arrow::RecordBatch> texts(const std::vector<std::string>& cells)
{
    std::vector<std::vector<std::string>> rows;
    for (const std::string& cell : cells)
        rows.push_back({"1", cell});
    return test::rowsOf(test::schemaOf("n:int64, text:string"), rows);
}

} // namespace

class TestCsvWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quotesOnlyWhereNeeded_data();
    void quotesOnlyWhereNeeded();
    void styles_data();
    void styles();
    void headerIsQuotedToo();
    void valuesInQuotesWhenTheyHoldTheDelimiter();
    void dictionariesAndNestedValues();
    void slicesStartWhereTheyStart();
    void largeInputIsWrittenInBlocks();
    void fullDiskIsReported();
    void unknownTypesAreNamed();
};

void TestCsvWriter::quotesOnlyWhereNeeded_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << "abc"
                           << "abc";
    QTest::newRow("NULL") << "∅"
                          << "";
    QTest::newRow("empty") << ""
                           << "\"\"";
    QTest::newRow("delimiter") << "a,b"
                               << "\"a,b\"";
    QTest::newRow("quote") << "say \"hi\""
                           << "\"say \"\"hi\"\"\"";
    QTest::newRow("only quotes") << "\"\""
                                 << "\"\"\"\"\"\"";
    QTest::newRow("line feed") << "a\nb"
                               << "\"a\nb\"";
    QTest::newRow("carriage return") << "a\rb"
                                     << "\"a\rb\"";
    QTest::newRow("leading space") << " a"
                                   << "\" a\"";
    QTest::newRow("trailing space") << "a "
                                    << "\"a \"";
    QTest::newRow("inner space") << "a b"
                                 << "a b";
    QTest::newRow("semicolon") << "a;b"
                               << "a;b";
    QTest::newRow("UTF-8") << "grün 😀"
                           << "grün 😀";
}

void TestCsvWriter::quotesOnlyWhereNeeded()
{
    QFETCH(QString, cell);
    QFETCH(QString, expected);
    QCOMPARE(written(texts({cell.toStdString()})), "n,text\n1," + expected + "\n");
}

void TestCsvWriter::styles_data()
{
    QTest::addColumn<QString>("style");
    QTest::addColumn<QString>("expected");
    QTest::newRow("default") << ""
                             << "n,text\n1,=1+1\n1,NA\n1,\n1,x;y\n";
    QTest::newRow("semicolon") << "semicolon"
                               << "n;text\n1;=1+1\n1;NA\n1;\n1;\"x;y\"\n";
    QTest::newRow("crlf") << "crlf"
                          << "n,text\r\n1,=1+1\r\n1,NA\r\n1,\r\n1,x;y\r\n";
    QTest::newRow("null text") << "null"
                               << "n,text\n1,=1+1\n1,\"NA\"\n1,NA\n1,x;y\n";
    QTest::newRow("quote text") << "text"
                                << "n,text\n1,\"=1+1\"\n1,\"NA\"\n1,\n1,\"x;y\"\n";
    QTest::newRow("quote all") << "all"
                               << "\"n\",\"text\"\n\"1\",\"=1+1\"\n\"1\",\"NA\"\n\"1\",\n\"1\",\"x;y\"\n";
    QTest::newRow("formula safe") << "formula"
                                  << "n,text\n1,'=1+1\n1,NA\n1,\n1,x;y\n";
    QTest::newRow("no header") << "bare"
                               << "1,=1+1\n1,NA\n1,\n1,x;y\n";
}

void TestCsvWriter::styles()
{
    QFETCH(QString, style);
    QFETCH(QString, expected);
    CsvStyle csv;
    csv.delimiter = style == "semicolon" ? ';' : ',';
    csv.lineEnd = style == "crlf" ? "\r\n" : "\n";
    csv.nullText = style == "null" ? "NA" : "";
    csv.quoting = style == "text"  ? CsvStyle::Quoting::Text
                  : style == "all" ? CsvStyle::Quoting::All
                                   : CsvStyle::Quoting::Minimal;
    csv.formulaSafe = style == "formula";
    csv.header = style != "bare";
    QCOMPARE(written(texts({"=1+1", "NA", "∅", "x;y"}), csv), expected);
}

void TestCsvWriter::headerIsQuotedToo()
{
    const auto schema = arrow::schema({arrow::field("a,b", arrow::int64()), arrow::field("", arrow::int64())});
    QCOMPARE(written(test::rowsOf(schema, {})), "\"a,b\",\"\"\n");
}

void TestCsvWriter::valuesInQuotesWhenTheyHoldTheDelimiter()
{
    CsvStyle colon;
    colon.delimiter = ':';
    const auto rows = test::rowsOf(test::schemaOf("at:timestamp_us, x:double, d:decimal(4;2)"),
                                   {{"2024-01-31 12:00:00", "-1.5", "-0.05"}});
    QCOMPARE(written(rows, colon), "at:x:d\n\"2024-01-31 12:00:00\":-1.5:-0.05\n");
    colon.delimiter = '-';
    QCOMPARE(written(rows, colon), "at-x-d\n\"2024-01-31 12:00:00\"-\"-1.5\"-\"-0.05\"\n");
}

void TestCsvWriter::dictionariesAndNestedValues()
{
    const auto plain = test::rowsOf(test::schemaOf("s:string"), {{"a"}, {"b,c"}, {"a"}});
    const auto coded = arrow::compute::Cast(*plain->column(0), arrow::dictionary(arrow::int32(), arrow::utf8()));
    auto values = std::make_shared<arrow::Int64Builder>();
    arrow::ListBuilder lists(arrow::default_memory_pool(), values);
    for (int row = 0; row < 3; ++row)
        QVERIFY(lists.Append().ok() && values->AppendValues({row, row + 1}).ok());
    const auto rows =
        arrow::RecordBatch::Make(arrow::schema({arrow::field("s", (*coded)->type()), arrow::field("l", lists.type())}),
                                 3, {*coded, *lists.Finish()});
    QCOMPARE(written(rows), "s,l\na,\"[0,1]\"\n\"b,c\",\"[1,2]\"\na,\"[2,3]\"\n");
}

void TestCsvWriter::slicesStartWhereTheyStart()
{
    const auto rows = test::rowsOf(test::schemaOf("b:bool, n:int32, t:string, r:binary"),
                                   {{"true", "1", "x", "x"}, {"false", "2", "y", "ab"}, {"true", "∅", "∅", "∅"}});
    QCOMPARE(written(rows->Slice(1)), "b,n,t,r\nfalse,2,y,YWI=\ntrue,,,\n");
}

void TestCsvWriter::largeInputIsWrittenInBlocks()
{
    test::TextOutput output;
    const auto rows = texts(std::vector<std::string>(5'000, std::string(500, 'x')));
    const auto writer = openCsvWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    QVERIFY(output.writes > 5);
    QVERIFY((*writer)->bufferedBytes() < 512 * 1024);
    QVERIFY(!output.finished);
    QVERIFY_RESULT((*writer)->finish());
    QVERIFY(output.finished);
    QCOMPARE(output.text.size(), 7U + 5'000U * 503U);
}

void TestCsvWriter::fullDiskIsReported()
{
    test::FullOutput output(100);
    const auto rows = texts(std::vector<std::string>(100, "0123456789"));
    const auto writer = openCsvWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    const Status finished = (*writer)->finish();
    QVERIFY(!finished);
    QCOMPARE(finished.error().code, ErrorCode::Full);
}

void TestCsvWriter::unknownTypesAreNamed()
{
    test::TextOutput output;
    const auto schema = arrow::schema({arrow::field("gap", arrow::month_interval())});
    const auto writer = openCsvWriter(schema, output, {});
    QVERIFY(!writer);
    QVERIFY2(writer.error().message.starts_with("The column 'gap' cannot be written as CSV"),
             writer.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestCsvWriter)
#include "tst_csv_writer.moc"
