// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

void run(const std::string& path, const std::string& sql)
{
    const auto database = sharedDuckDatabase(path, DuckAccess::Write, {});
    if (!database)
        qFatal("%s", database.error().message.c_str());
    auto connection = (*database)->connect();
    if (const Status done = connection ? connection->execute(sql) : fail(connection.error()); !done)
        qFatal("%s: %s", sql.c_str(), done.error().message.c_str());
}

} // namespace

class TestDuckDbSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    int m_databases = 0;
    std::vector<test::SourceCase> m_cases;

    std::string create(const std::string& sql)
    {
        std::string path = m_folder.filePath(QString("d%1.duckdb").arg(++m_databases)).toStdString();
        run(path, sql);
        return path;
    }

    std::vector<test::SourceCase> cases()
    {
        const std::string path = create("CREATE TABLE t AS SELECT i AS id, 'row ' || i AS name, i * 1.5 AS price "
                                        "FROM range(60) r(i); DELETE FROM t WHERE id % 3 = 1;"
                                        "CREATE VIEW v AS SELECT id, name FROM t WHERE id % 2 = 0;"
                                        "CREATE SCHEMA s; CREATE TABLE s.u(a INT); INSERT INTO s.u VALUES(1),(2),(3)");
        test::SourceCase table;
        table.name = "table";
        table.type = duckdbSource();
        table.options = {{"path", path}, {"table", "T"}};
        table.rows = 40;
        table.missing = {{"path", path}, {"table", "tt"}};
        table.missingName = "'tt'";
        table.bad = {{"path", path}, {"query", "DELETE FROM t"}};
        table.badValue = "DELETE";
        table.folder = m_folder.path().toStdString();

        test::SourceCase view = table;
        view.name = "view";
        view.options = {{"path", path}, {"table", "v"}};
        view.rows = 20;
        view.missing = {{"path", m_folder.filePath("none.duckdb").toStdString()}, {"table", "t"}};
        view.missingName = "none.duckdb";
        view.bad = {{"path", path}, {"query", "SELECT 1"}, {"table", "v"}};
        view.badValue = "'v'";

        test::SourceCase query = view;
        query.name = "query";
        query.options = {{"path", path}, {"query", "SELECT name, price FROM t ORDER BY id DESC -- all of them\n;"}};
        query.rows = 40;
        query.bad = {{"path", path}, {"query", "SELECT * FORM t"}};
        query.badValue = "FORM";

        test::SourceCase schema = view;
        schema.name = "table of a schema";
        schema.options = {{"path", path}, {"table", "u"}, {"schema", "s"}};
        schema.rows = 3;
        return {table, view, query, schema};
    }

private Q_SLOTS:
    void initTestCase() { m_cases = cases(); }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesArrive_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* value, const char* expected) {
            QTest::newRow(name) << value << expected;
        };
        row("boolean", "true", "bool\ntrue");
        row("tiny", "(-128)::TINYINT", "int8\n-128");
        row("unsigned 64", "18446744073709551615::UBIGINT", "uint64\n18446744073709551615");
        row("integer of 39 digits", "170141183460469231731687303715884105727::HUGEINT",
            "string\n170141183460469231731687303715884105727");
        row("decimal", "1.50::DECIMAL(38, 2)", "decimal128(38, 2)\n1.50");
        row("double", "'NaN'::DOUBLE", "double\nnan");
        row("text", "'Zürich ' || chr(9)", "string\nZürich \t");
        row("bytes", "'\\x40\\xFF'::BLOB", "binary\n@\uFFFD");
        row("date", "DATE '0044-03-15 (BC)'", "date32[day]\n-0043-03-15");
        row("time", "TIME '23:59:59.999999'", "time64[us]\n23:59:59.999999");
        row("timestamp", "TIMESTAMP '2026-02-28 10:00:00.125'", "timestamp[us]\n2026-02-28 10:00:00.125000");
        row("timestamp of ns", "TIMESTAMP_NS '2026-02-28 10:00:00.123456789'",
            "timestamp[ns]\n2026-02-28 10:00:00.123456789");
        row("timestamp with zone", "TIMESTAMPTZ '2026-02-28 10:00:00+02'",
            "timestamp[us, tz=UTC]\n2026-02-28 08:00:00.000000Z");
        row("uuid", "'6ccd780c-baba-1026-9564-5b8c656024db'::UUID", "string\n6ccd780c-baba-1026-9564-5b8c656024db");
        row("enum", "'b'::ENUM('a', 'b')", "string\nb");
        row("interval", "INTERVAL '1 month 2 days'", "string\n1 month 2 days");
        row("bits", "'0101'::BIT", "string\n0101");
        row("list of enums", "['b'::ENUM('a', 'b')]", "string\n[b]");
        row("map", "MAP {'a': 1}", "string\n{a=1}");
        row("null", "NULL::INTEGER", "int32\n∅");
    }

    void typesArrive()
    {
        QFETCH(QString, value);
        QFETCH(QString, expected);
        const auto path = create(fmt::format("CREATE TABLE t AS SELECT {} AS c", value.toStdString()));
        const auto all = test::readAll(duckdbSource(), {{"path", path}, {"table", "t"}});
        QVERIFY_RESULT(all);
        QCOMPARE(QString::fromStdString(all->text()), "c:" + expected);
    }

    void aLaterRunReadsWhatWasAdded()
    {
        const auto path = create("CREATE TABLE t(a INT); INSERT INTO t VALUES(1), (2)");
        const Options options{{"path", path}, {"table", "t"}};
        const auto first = test::readAll(duckdbSource(), options);
        QVERIFY_RESULT(first);
        const Position end = first->chunks.back().at->after(2);
        const auto nothing = test::readAll(duckdbSource(), options, {}, end);
        QVERIFY_RESULT(nothing);
        QVERIFY(nothing->chunks.empty());
        run(path, "INSERT INTO t VALUES(3), (4)");
        const auto second = test::readAll(duckdbSource(), options, {}, end);
        QVERIFY_RESULT(second);
        QCOMPARE(second->text(), std::string("a:int32\n3\n4"));
    }

    void positionsThatMeanSomethingElseAreRefused_data()
    {
        QTest::addColumn<QString>("change");
        QTest::newRow("a column more") << "ALTER TABLE t ADD COLUMN b INT";
        QTest::newRow("another type") << "ALTER TABLE t ALTER a TYPE BIGINT";
        QTest::newRow("the last row changed") << "UPDATE t SET a = -1 WHERE a = 299999";
        QTest::newRow("the last row deleted") << "DELETE FROM t WHERE a = 299999";
        // Row ids move up when DuckDB drops row groups whose rows are all deleted.
        QTest::newRow("the first rows dropped") << "DELETE FROM t WHERE a < 250000; CHECKPOINT;"
                                                   "INSERT INTO t SELECT * FROM range(900000, 1300000)";
    }

    void positionsThatMeanSomethingElseAreRefused()
    {
        QFETCH(QString, change);
        const auto path = create("CREATE TABLE t AS SELECT i::INT AS a FROM range(300000) r(i)");
        const Options options{{"path", path}, {"table", "t"}};
        const auto first = test::readAll(duckdbSource(), options);
        QVERIFY_RESULT(first);
        const auto& last = first->chunks.back();
        run(path, change.toStdString());
        const auto second = test::readAll(duckdbSource(), options, {}, last.at->after(last.rows->num_rows()));
        QVERIFY(!second.has_value());
        QVERIFY(second.error().code == ErrorCode::Conflict);
        QVERIFY2(second.error().message.find("table 't'") != std::string::npos, second.error().message.c_str());
    }

    void rowsOfAQueryThatAreGoneAreRefused()
    {
        const auto path = create("CREATE TABLE t(a INT); INSERT INTO t VALUES(1), (2), (3)");
        const Options options{{"path", path}, {"query", "SELECT a FROM t ORDER BY a"}};
        const auto first = test::readAll(duckdbSource(), options);
        QVERIFY_RESULT(first);
        const Position end = first->chunks.back().at->after(3);
        run(path, "INSERT INTO t VALUES(4)");
        const auto second = test::readAll(duckdbSource(), options, {}, end);
        QVERIFY_RESULT(second);
        QCOMPARE(second->text(), std::string("a:int32\n4"));
        run(path, "DELETE FROM t WHERE a > 2");
        const auto third = test::readAll(duckdbSource(), options, {}, end);
        QVERIFY(!third.has_value() && third.error().code == ErrorCode::Conflict);
    }

    void aHiddenRowIdIsCountedInstead()
    {
        const auto path = create("CREATE TABLE t(rowid VARCHAR); INSERT INTO t VALUES('a'), ('b')");
        const auto all = test::readAll(duckdbSource(), {{"path", path}, {"table", "t"}}, ReadHint{1, 1 << 20, {}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("rowid:string\na\nb"));
        const auto rest =
            test::readAll(duckdbSource(), {{"path", path}, {"table", "t"}}, {}, all->chunks.front().at->after(1));
        QVERIFY_RESULT(rest);
        QCOMPARE(rest->text(), std::string("rowid:string\nb"));
    }

    void readingAndWritingExcludeEachOther()
    {
        const auto path = create("CREATE TABLE t(a INT)");
        const auto writer = sharedDuckDatabase(path, DuckAccess::Write, {});
        QVERIFY_RESULT(writer);
        const auto all = test::readAll(duckdbSource(), {{"path", path}, {"table", "t"}});
        QVERIFY(!all.has_value() && all.error().code == ErrorCode::Unavailable);
        QVERIFY2(all.error().message.find("writing to the DuckDB database") != std::string::npos,
                 all.error().message.c_str());
    }

    void describeListsTablesAndViews()
    {
        const auto readables = duckdbSource().describe({{"path", m_cases.front().options.text("path")}}, {});
        QVERIFY_RESULT(readables);
        std::string listed;
        for (const Readable& readable : *readables)
            listed += fmt::format("{}: {} ({} {})\n", readable.name, readable.description,
                                  readable.options.text("schema"), readable.options.text("table"));
        QCOMPARE(listed, std::string("t: table, 3 columns, about 60 rows ( t)\nv: view, 2 columns ( v)\n"
                                     "s.u: table, 1 column, about 3 rows (s u)\n"));
    }
};

QTEST_GUILESS_MAIN(TestDuckDbSource)
#include "tst_duckdb_source.moc"
