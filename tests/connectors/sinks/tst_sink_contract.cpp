// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/rows.h"
#include "tests/support/sink_contract.h"

#include <QTest>

using namespace headrace;
using test::Lines;

namespace {

/// typesOf() as Arrow prints them: for destinations that keep every type.
Lines allTypes()
{
    Lines lines;
    for (const auto& batch : test::typesOf())
        lines.push_back(test::printedLines(*batch).front());
    return lines;
}

/// typesOf() as text formats spell them.
Lines typesAsText()
{
    return {
        "-9223372036854775808|9223372036854775807|-2147483648|true",
        "18446744073709551615",
        "0.1|5e-324|-1.7976931348623157e+308",
        "NaN",
        "-Infinity",
        "-1234567890123456789012345678.0123456789|12.30",
        "9999-12-31|0001-01-01|23:59:59.999999",
        "2024-02-29 12:34:56.000001|1969-12-31 23:59:59.999999|2024-03-31 01:30:00.500Z",
        "a,\"b\"\tü😀",
        "Af8sJw==",
    };
}

test::SinkCase fileCase(SinkType type, Lines (*read)(const std::string&))
{
    test::SinkCase sinkCase;
    sinkCase.name = type.type;
    sinkCase.type = std::move(type);
    sinkCase.options = [](const std::string& folder) { return Options{{"path", folder + "/out"}}; };
    sinkCase.readBack = [read](const std::string& folder, const std::vector<std::string>&) { return read(folder); };
    sinkCase.refusals.resize(test::typesOf().size());
    return sinkCase;
}

test::SinkCase parquetCase()
{
    auto parquet = fileCase(parquetSink(), test::readParquetFolder);
    parquet.types = allTypes();
    return parquet;
}

test::SinkCase csvCase()
{
    auto csv = fileCase(csvSink(), test::readCsvFolder);
    csv.types = typesAsText();
    return csv;
}

test::SinkCase ndjsonCase()
{
    auto ndjson = fileCase(ndjsonSink(), test::readNdjsonFolder);
    ndjson.types = typesAsText();
    ndjson.types[3] = ndjson.types[4] = "";
    ndjson.refusals[3] = "Row 1 has NaN or an infinity in the column 'nan'";
    ndjson.refusals[4] = "in the column 'infinite'";
    ndjson.types[7] = "2024-02-29T12:34:56.000001|1969-12-31T23:59:59.999999|2024-03-31T01:30:00.500Z";
    return ndjson;
}

test::SinkCase duckdbCase()
{
    test::SinkCase duckdb = fileCase(duckdbSink(), nullptr);
    duckdb.options = [](const std::string& folder) { return Options{{"path", folder + "/out.duckdb"}}; };
    duckdb.readBack = [](const std::string& folder, const std::vector<std::string>& columns) {
        return test::readDuckdb(folder + "/out.duckdb", "orders", columns);
    };
    duckdb.types = allTypes();
    duckdb.distinguishesCase = false;
    return duckdb;
}

test::SinkCase sqliteCase()
{
    test::SinkCase sqlite = fileCase(sqliteSink(), nullptr);
    sqlite.options = [](const std::string& folder) { return Options{{"path", folder + "/out.sqlite"}}; };
    sqlite.readBack = [](const std::string& folder, const std::vector<std::string>& columns) {
        return test::readSqlite(folder + "/out.sqlite", "orders", columns);
    };
    sqlite.types = typesAsText();
    sqlite.types[0] = "-9223372036854775808|9223372036854775807|-2147483648|1";
    sqlite.types[1] = "";
    sqlite.refusals[1] =
        "row 1 of this run, column 'unsigned': SQLite has no whole number as large as 18446744073709551615";
    sqlite.types[2] = "0.1|4.94065645841247e-324|-1.79769313486232e+308"; // SQLite prints 15 digits, it keeps all
    sqlite.types[3] = "";
    sqlite.refusals[3] = "row 1 of this run, column 'nan': SQLite cannot hold NaN";
    sqlite.types[4] = "-Inf";
    sqlite.types[9] = "\x01\xff,'";
    sqlite.distinguishesCase = false;
    return sqlite;
}

std::vector<test::SinkCase> cases()
{
    return {duckdbCase(), sqliteCase(), parquetCase(), csvCase(), ndjsonCase()};
}

} // namespace

class TestSinkContract : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contract_data() { test::addSinkContract(cases()); }
    void contract() { test::checkSinkContract(cases()); }
    void nullSinkCounts();
};

void TestSinkContract::nullSinkCounts()
{
    const auto sink = *nullSink().create({});
    const auto rows = test::rowsOf(test::schemaOf("id:int64"), {{"1"}});
    QVERIFY_RESULT(sink->open(rows->schema(), {"orders", "aa", "run"}, {}));
    QVERIFY(!sink->durable()->has_value());
    QVERIFY_RESULT(sink->append(rows, {}));
    BatchSummary batch;
    batch.sequence = 4;
    QVERIFY_RESULT(sink->commit(batch, {"end"}, {}));
    QVERIFY(*sink->durable() == CommittedPosition({{"end"}, 4}));
    QVERIFY(!(*sink->open(rows->schema(), {"orders", "aa", "run"}, {})).has_value());
}

QTEST_GUILESS_MAIN(TestSinkContract)
#include "tst_sink_contract.moc"
