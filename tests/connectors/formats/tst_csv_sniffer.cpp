// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/formats/csv_support.h"
#include "tests/support/rows.h"

#include <QTest>

#include <fmt/format.h>

using namespace headrace;
using namespace headrace::test;

class TestCsvSniffer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dialects_data();
    void dialects();
    void types_data();
    void types();
    void settingsWin();
    void unknownColumnIsNamed();
    void nothingButEmptyLines();
};

void TestCsvSniffer::dialects_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* name, const std::string& bytes, const char* expected) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(expected);
    };
    add("comma", "a,b\n1,2\n3,4\n", ", \" skip 0 header true: a:int64, b:int64");
    add("semicolon with decimal commas", "a;b\n1,5;2\n3,25;4\n", "; \" skip 0 header true: a:double, b:int64");
    add("tab", "a\tb\n1\tx, y\n3\tz\n", "\\t \" skip 0 header true: a:int64, b:string");
    add("pipe", "a|b\n1|x;y\n3|z\n", "| \" skip 0 header true: a:int64, b:string");
    add("unit separator",
        "a\x1f"
        "b\n1\x1f"
        "2\n3\x1f"
        "4\n",
        "\\x1f \" skip 0 header true: a:int64, b:int64");
    add("colons of passwd", "root:x:0:0:root:/root\nbin:x:1:1:bin:/bin\n",
        ": \" skip 0 header false: column1:string, column2:string, column3:int64, column4:int64, column5:string, "
        "column6:string");
    add("times are no columns", "at\n10:00:00\n11:30:00\n", ", \" skip 0 header true: at:time64[us]");
    add("words with blanks", "name\nAnn Lee\nBob Ray\n", ", \" skip 0 header true: name:string");
    add("single quotes", "a,b\n1,'x,y'\n2,'z'\n", ", ' skip 0 header true: a:int64, b:string");
    add("apostrophes", "a,b\n1,it's\n2,'tis\n3,x\n", ", \" skip 0 header true: a:int64, b:string");
    add("backslash escapes", "a,b\n1,\"x\\\",y\"\n2,\"z\"\n", ", \" skip 0 header true: a:int64, b:string");
    add("no header", "1,2\n3,4\n", ", \" skip 0 header false: column1:int64, column2:int64");
    add("words without header", "x,a\ny,b\nx,c\n", ", \" skip 0 header false: column1:string, column2:string");
    add("title and empty line", "Report of May\n\nid,name\n1,a\n2,b\n",
        ", \" skip 2 header true: id:int64, name:string");
    add("title of two lines in quotes", "\"Report\nof May\"\nid,name\n1,a\n2,b\n",
        ", \" skip 2 header true: id:int64, name:string");
    add("ragged record on top stays", "1,2,3\n1\n4,5,6\n7,8,9\n",
        ", \" skip 0 header false: column1:int64, column2:int64, column3:int64");
    add("names repeated and empty", "id,,id\n1,2,3\n4,5,6\n",
        ", \" skip 0 header true: id:int64, column2:int64, id_2:int64");
}

void TestCsvSniffer::dialects()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, expected);
    const auto outcome = readCsv({bytes.toStdString()});
    QVERIFY_RESULT(outcome);
    const std::string found =
        fmt::format("{} {} skip {} header {}: {}", decided(*outcome, "delimiter"), decided(*outcome, "quote"),
                    decided(*outcome, "skip_lines"), decided(*outcome, "header"), outcome->schema);
    QCOMPARE(QByteArray::fromStdString(found), expected);
}

void TestCsvSniffer::types_data()
{
    QTest::addColumn<QByteArray>("values"); // one a line
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* name, const char* values, const char* expected) {
        QTest::newRow(name) << QByteArray(values) << QByteArray(expected);
    };
    add("whole numbers", "1\n-2\n0", "int64");
    add("leading zeros", "01\n02", "text");
    add("plus signs", "+491\n+492", "text");
    add("beyond 64 bits", "9223372036854775808\n1", "text");
    add("fractions", "1.5\n2\n.5\n1e3", "double");
    add("seventeen digits", "10.357019999999999\n1.5", "double");
    add("more digits than a double has", "1.2345678901234567891\n2.5", "decimal(38,19)");
    add("always three decimals", "1.234\n5.678", "double");
    add("thousands or three decimals", "1.613\n379", "text");
    add("grouped", "1,613\n379", "text");
    add("booleans", "true\nFALSE\nTrue", "bool");
    add("booleans and numbers", "true\n1", "text");
    add("days", "2024-01-05\n2024-02-29", "date");
    add("no such day", "2024-01-05\n2023-02-29", "text");
    add("days with dots", "5.1.2024\n06.02.2024", "date(%d.%m.%Y)");
    add("month first", "01/05/2024\n01/25/2024", "date(%m/%d/%Y)");
    add("day first", "05/01/2024\n25/01/2024", "date(%d/%m/%Y)");
    add("either first", "05/01/2024\n06/01/2024", "text");
    add("times", "10:00:00\n23:59:59.5", "time");
    add("timestamps", "2024-01-05 10:00:00\n2024-01-05T10:00:00.123", "timestamp");
    add("instants", "2024-01-05T10:00:00Z\n2024-01-05T10:00:00+01:00", "timestamptz");
    add("timestamps with and without zone", "2024-01-05T10:00:00Z\n2024-01-05T10:00:00", "text");
    add("finer than microseconds", "2024-01-05 10:00:00.123456789\n2024-01-05 10:00:00.1", "text");
    add("markers among numbers", "1\nNA\n3", "int64");
    add("markers among words", "a\nNA\nb", "text");
    add("nothing but markers", "NA\nNA", "text");
    add("blank cells in quotes", "1\n\"  \"\n2", "text");
}

void TestCsvSniffer::types()
{
    QFETCH(const QByteArray, values);
    QFETCH(const QByteArray, expected);
    // A second column keeps lines of one empty cell records, a number in it shows the header.
    std::string bytes = "other|value\n";
    for (const QByteArray& value : values.split('\n'))
        bytes += "7|" + value.toStdString() + "\n";
    const auto outcome = readCsv({bytes});
    QVERIFY_RESULT(outcome);
    const auto found = std::ranges::find_if(outcome->decisions, [](const Decision& decision) {
        return decision.option == "columns" && decision.value.starts_with("value: ");
    });
    QVERIFY(found != outcome->decisions.end());
    QCOMPARE(QByteArray::fromStdString(found->value.substr(7)), expected);
    QVERIFY(found->reason.ends_with('.'));
    QCOMPARE(static_cast<int>(outcome->rows.size()), static_cast<int>(values.split('\n').size()));
    QVERIFY(outcome->rejected.empty());
}

void TestCsvSniffer::settingsWin()
{
    CsvCase csv{"a;b\n1,5;x\n2,5;NA\n"};
    csv.settings.delimiter = ';';
    csv.settings.header = false;
    csv.settings.nulls = std::vector<std::string>{"NA"};
    const auto outcome = readCsv(csv);
    QVERIFY_RESULT(outcome);
    QCOMPARE(outcome->schema, std::string("column1:string, column2:string"));
    QCOMPARE(outcome->rows, (std::vector<std::string>{"\"a\"|\"b\"", "\"1,5\"|\"x\"", "\"2,5\"|∅"}));
    QCOMPARE(decided(*outcome, "delimiter"), std::string());
    QCOMPARE(decided(*outcome, "header"), std::string());
}

void TestCsvSniffer::unknownColumnIsNamed()
{
    CsvCase csv{"price,name\n1,x\n"};
    csv.settings.columns["prize"] = {.kind = csv::Kind::Double};
    const auto outcome = readCsv(csv);
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().message, std::string("The option 'columns' names 'prize', but 'test.csv' has no such "
                                                  "column; did you mean 'price'?"));
}

void TestCsvSniffer::nothingButEmptyLines()
{
    const auto outcome = readCsv({"\n\r\n\n"});
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code, ErrorCode::Data);
    QCOMPARE(outcome.error().message, std::string("'test.csv' has no records, so it has no columns to read."));
}

QTEST_GUILESS_MAIN(TestCsvSniffer)
#include "tst_csv_sniffer.moc"
