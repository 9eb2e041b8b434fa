// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

class Database {
public:
    explicit Database(const std::string& path)
    {
        if (sqlite3_open(path.c_str(), &m_handle) != SQLITE_OK)
            qFatal("the test's database cannot be opened");
    }
    ~Database() { sqlite3_close(m_handle); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void run(const std::string& sql)
    {
        char* message = nullptr;
        if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK)
            qFatal("%s: %s", sql.c_str(), message);
    }

private:
    sqlite3* m_handle = nullptr;
};

} // namespace

class TestSqliteSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    int m_databases = 0;
    std::vector<test::SourceCase> m_cases;

    std::string create(const std::string& sql)
    {
        const std::string path = m_folder.filePath(QString("d%1.db").arg(++m_databases)).toStdString();
        Database(path).run(sql);
        return path;
    }

    std::vector<test::SourceCase> cases()
    {
        std::string rows = "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, price REAL, at TIMESTAMP);"
                           "CREATE TABLE w(a TEXT PRIMARY KEY, n INT) WITHOUT ROWID;"
                           "CREATE VIEW v AS SELECT id, name FROM t WHERE id % 2 = 0; BEGIN;";
        for (int i = 0; i < 40; ++i) {
            rows += fmt::format("INSERT INTO t VALUES({}, 'row {}', {}.5, '2026-01-01 00:00:{:02}');", i * 3, i, i, i);
            rows += fmt::format("INSERT INTO w VALUES('key {:02}', {});", i, i);
        }
        const std::string path = create(rows + "COMMIT;");
        Database(path).run("INSERT INTO t VALUES(50, 'bad', 'not a number', NULL), (200, 'bad', 1, 'yesterday')");

        test::SourceCase table;
        table.name = "table";
        table.type = sqliteSource();
        table.options = {{"path", path}, {"table", "T"}, {"sample_rows", "10"}};
        table.rows = 40;
        table.rejected = 2;
        table.missing = {{"path", path}, {"table", "tt"}};
        table.missingName = "'tt'";
        table.bad = {{"path", path}, {"query", "DELETE FROM t"}};
        table.badValue = "SELECT";
        table.folder = m_folder.path().toStdString();

        test::SourceCase counted = table;
        counted.name = "table without row ids";
        counted.options = {{"path", path}, {"table", "w"}};
        counted.rejected = 0;
        counted.missing = {{"path", m_folder.filePath("none.db").toStdString()}, {"table", "t"}};
        counted.missingName = "none.db";
        counted.bad = {{"path", path}, {"query", "SELECT * FORM t"}};
        counted.badValue = "near \"FORM\"";

        test::SourceCase query = counted;
        query.name = "query";
        query.options = {{"path", path},
                         {"query", "SELECT price * 2 AS p, name FROM t WHERE id <> 50 ORDER BY id DESC;"}};
        query.rows = 41;
        query.bad = {{"path", path}, {"query", "SELECT 1"}, {"table", "t"}};
        query.badValue = "'t'";

        test::SourceCase view = counted;
        view.name = "view";
        view.options = {{"path", path}, {"table", "v"}};
        view.rows = 22;
        view.bad = {{"path", path}, {"table", "v"}, {"columns", OptionMap{{"nme", "text"}}}};
        view.badValue = "'name'";
        return {table, counted, query, view};
    }

private Q_SLOTS:
    void initTestCase() { m_cases = cases(); }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesAreFound_data()
    {
        QTest::addColumn<QString>("declaration");
        QTest::addColumn<QString>("values");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* declaration, const char* values, const char* expected) {
            QTest::newRow(name) << declaration << values << expected;
        };
        row("bigint", "BIGINT", "(9223372036854775807),(-9223372036854775808)",
            "c:int64\n9223372036854775807\n-9223372036854775808");
        row("varchar, NULL and empty", "VARCHAR(10)", "(NULL),(''),('Zürich')", "c:string\n∅\n\nZürich");
        row("real", "DOUBLE", "(0.1),(1),(1e300)", "c:double\n0.1\n1\n1e+300");
        row("decimal", "DECIMAL(10,2)", "(12.34),(5),(-0.01)", "c:decimal128(10, 2)\n12.34\n5.00\n-0.01");
        row("decimal that is none", "NUMERIC(10,2)", "(12.345)", "c:double\n12.345");
        row("wide decimal", "DECIMAL(38,2)", "(12.5),(13)", "c:double\n12.5\n13");
        row("bool", "BOOLEAN", "(1),(0),(NULL)", "c:bool\ntrue\nfalse\n∅");
        row("bool that is none", "BOOLEAN", "(1),(2)", "c:int64\n1\n2");
        row("date", "DATE", "('2026-02-28'),(NULL)", "c:date32[day]\n2026-02-28\n∅");
        row("date with time", "DATE", "('2026-02-28 10:00:00')", "c:timestamp[us]\n2026-02-28 10:00:00.000000");
        row("timestamp", "TIMESTAMP", "('2026-02-28 10:00:00.125')", "c:timestamp[us]\n2026-02-28 10:00:00.125000");
        row("timestamp with zone", "DATETIME", "('2026-02-28T10:00:00+02:00')",
            "c:timestamp[us, tz=UTC]\n2026-02-28 08:00:00.000000Z");
        row("timestamp as integer", "DATETIME", "(1700000000)", "c:int64\n1700000000");
        row("blob", "BLOB", "(x'40ff'),(x'')", "c:binary\n@\uFFFD\n");
        row("undeclared integers", "", "(1),(2)", "c:int64\n1\n2");
        row("undeclared numbers", "", "(1),(2.5)", "c:double\n1\n2.5");
        row("undeclared large integer and real", "", "(9007199254740993),(2.5)", "c:string\n9007199254740993\n2.5");
        row("undeclared mixture", "", "(1),('a'),(2.5)", "c:string\n1\na\n2.5");
        row("text and blob", "", "('a'),(x'62')", "c:binary\na\nb");
        row("integer column with text", "INT", "(1),('x')", "c:string\n1\nx");
        row("nothing but NULL", "", "(NULL)", "c:string\n∅");
        row("declared, nothing but NULL", "DATE", "(NULL)", "c:date32[day]\n∅");
    }

    void typesAreFound()
    {
        QFETCH(QString, declaration);
        QFETCH(QString, values);
        QFETCH(QString, expected);
        const auto path = create(fmt::format("CREATE TABLE t(c {}); INSERT INTO t VALUES {};",
                                             declaration.toStdString(), values.toStdString()));
        const auto all = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}});
        QVERIFY_RESULT(all);
        QCOMPARE(QString::fromStdString(all->text()), expected);
    }

    void typesCanBeChosen()
    {
        const auto path =
            create("CREATE TABLE t(s INT, ms INT, d TEXT); INSERT INTO t VALUES(1700000000, 1700000000123, 2.5)");
        const auto all = test::readAll(
            sqliteSource(), {{"path", path},
                             {"table", "t"},
                             {"columns", OptionMap{{"S", "timestamp_s"}, {"ms", "timestamp_ms"}, {"d", "text"}}}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("s:timestamp[us, tz=UTC]|ms:timestamp[us, tz=UTC]|d:string\n"
                                          "2023-11-14 22:13:20.000000Z|2023-11-14 22:13:20.123000Z|2.5"));
        const auto texts = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}, {"types", "text"}});
        QVERIFY_RESULT(texts);
        QCOMPARE(texts->text(), std::string("s:string|ms:string|d:string\n1700000000|1700000000123|2.5"));
    }

    void aBadValueIsNamed()
    {
        const auto path =
            create("CREATE TABLE t(a INT, b TEXT); INSERT INTO t VALUES(1, 'x'), ('seven', 'y'), (3, 'z'),"
                   "(4, CAST(x'ff41' AS TEXT))");
        const auto all = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}, {"sample_rows", "1"}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("a:int64|b:string\n1|x\n3|z"));
        const auto rejected = all->rejected();
        QCOMPARE(rejected.size(), std::size_t{2});
        QCOMPARE(rejected[0].reason,
                 std::string("The column 'a' is read as int64, which the value 'seven' does not fit."));
        QCOMPARE(rejected[0].raw, std::string("'seven', 'y'"));
        QVERIFY(rejected[0].origin.ends_with("table 't', row id 2"));
        QCOMPARE(rejected[0].beforeRow, 1);
        QCOMPARE(rejected[1].reason, std::string("The column 'b' holds text that is not valid UTF-8."));
    }

    void theTypesOfTheFirstRunStay()
    {
        const auto path = create("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
        const auto first = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}});
        QVERIFY_RESULT(first);
        Database(path).run("INSERT INTO t VALUES('text'), (2)");
        const auto second =
            test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}}, {}, first->chunks.back().at->after(1));
        QVERIFY_RESULT(second);
        QCOMPARE(second->text(), std::string("a:int64\n2"));
        QCOMPARE(second->rejected().size(), std::size_t{1});
    }

    void columnsThatChangedAreRefused()
    {
        const auto path = create("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
        const auto first = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}});
        QVERIFY_RESULT(first);
        Database(path).run("ALTER TABLE t ADD COLUMN b");
        const auto second =
            test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}}, {}, first->chunks.back().at->after(1));
        QVERIFY(!second.has_value());
        QVERIFY2(second.error().message.find("have changed") != std::string::npos, second.error().message.c_str());
    }

    void aRunSeesOneState()
    {
        const auto path = create("PRAGMA journal_mode=WAL; CREATE TABLE t(a INT); INSERT INTO t VALUES(1), (2), (3)");
        const auto source = test::createSource(sqliteSource(), {{"path", path}, {"table", "t"}});
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        Database(path).run("DELETE FROM t WHERE a = 3; INSERT INTO t VALUES(4)");
        const auto chunk = (*source)->read({}, {});
        QVERIFY_RESULT(chunk);
        QCOMPARE(test::print(*(*chunk)->rows), std::string("a:int64\n1\n2\n3"));
    }

    void newRowsAreCountedBehindThePosition()
    {
        const auto path = create("CREATE TABLE t(a INT); INSERT INTO t VALUES(1), (2), (3)");
        const Options options{{"path", path}, {"table", "t"}};
        const auto all = test::readAll(sqliteSource(), options);
        QVERIFY_RESULT(all);
        const auto counter = sqliteSource().createCounter(*options.check(sqliteSource().options, "test"));
        QVERIFY_RESULT(counter);
        const Position second = all->chunks.front().at->after(2);
        QCOMPARE((*counter)->countBehind({}, 100, {}).value(), 3);
        QCOMPARE((*counter)->countBehind(second, 100, {}).value(), 1);
        Database(path).run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t "
            "SELECT i FROM n");
        QCOMPARE((*counter)->countBehind(second, 1000, {}).value(), 501);
        QCOMPARE((*counter)->countBehind(second, 100, {}).value(), 100);
    }

    void newRowsOfAViewCannotBeCounted()
    {
        const auto path = create("CREATE TABLE t(a INT); CREATE VIEW v AS SELECT * FROM t");
        const Options options{{"path", path}, {"table", "v"}};
        const auto counter = sqliteSource().createCounter(*options.check(sqliteSource().options, "test"));
        QVERIFY_RESULT(counter);
        const auto count = (*counter)->countBehind({}, 1, {});
        QVERIFY(!count && count.error().code == ErrorCode::Usage);
        QVERIFY2(count.error().message.find("the view 'v'") != std::string::npos, count.error().message.c_str());
    }

    void aLockedDatabaseIsUnavailable()
    {
        const auto path = create("CREATE TABLE t(a INT); INSERT INTO t VALUES(1)");
        Database writer(path);
        writer.run("BEGIN EXCLUSIVE");
        const auto all = test::readAll(sqliteSource(), {{"path", path}, {"table", "t"}, {"busy_timeout", "0s"}});
        QVERIFY(!all.has_value());
        QVERIFY(all.error().code == ErrorCode::Unavailable);
    }

    void namesAreQuotedAndHiddenRowIdsFound()
    {
        const auto path = create("CREATE TABLE \"od\"\"d name\"(rowid TEXT, \"_rowid_\" TEXT, \"select\" INT);"
                                 "INSERT INTO \"od\"\"d name\" VALUES('a', 'b', 1), ('c', 'd', 2)");
        const auto all = test::readAll(sqliteSource(), {{"path", path}, {"table", "od\"d name"}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("rowid:string|_rowid_:string|select:int64\na|b|1\nc|d|2"));
        QVERIFY(all->chunks.front().at->after(1).text.find("\"rowid\":1") != std::string::npos);
    }

    void noDatabaseIsAnErrorThatNamesTheFile()
    {
        QFile file(m_folder.filePath("text.db"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(5000, 'x')) == 5000);
        file.close();
        const auto all = test::readAll(sqliteSource(), {{"path", file.fileName().toStdString()}, {"table", "t"}});
        QVERIFY(!all.has_value());
        QVERIFY(all.error().code == ErrorCode::Data);
        QVERIFY2(all.error().message.find("text.db") != std::string::npos, all.error().message.c_str());
    }

    void twoColumnsOfOneNameAreRefused()
    {
        const auto path = create("CREATE TABLE t(a INT)");
        const auto all = test::readAll(sqliteSource(), {{"path", path}, {"query", "SELECT a, a FROM t"}});
        QVERIFY(!all.has_value());
        QVERIFY2(all.error().message.find("two columns named 'a'") != std::string::npos, all.error().message.c_str());
    }

    void describeListsTablesAndViews()
    {
        const auto readables = sqliteSource().describe({{"path", HEADRACE_TEST_DATA "/chinook.sqlite"}}, {});
        QVERIFY_RESULT(readables);
        QCOMPARE(readables->size(), std::size_t{11});
        QCOMPARE(readables->front().name, std::string("Album"));
        QCOMPARE(readables->front().description, std::string("table, 3 columns, up to 347 rows, 20 KiB"));
    }

    void realTablesAreRead()
    {
        const auto all =
            test::readAll(sqliteSource(), {{"path", HEADRACE_TEST_DATA "/chinook.sqlite"}, {"table", "Invoice"}},
                          ReadHint{2, 1 << 20, {}});
        QVERIFY_RESULT(all);
        QCOMPARE(test::print(*all->chunks.front().rows),
                 std::string("InvoiceId:int64|CustomerId:int64|InvoiceDate:timestamp[us]|BillingAddress:string|"
                             "BillingCity:string|BillingState:string|BillingCountry:string|BillingPostalCode:string|"
                             "Total:decimal128(10, 2)\n"
                             "1|2|2021-01-01 00:00:00.000000|Theodor-Heuss-Straße 34|Stuttgart|∅|Germany|70174|1.98\n"
                             "2|4|2021-01-02 00:00:00.000000|Ullevålsveien 14|Oslo|∅|Norway|0171|3.96"));
        QCOMPARE(all->chunks.size(), std::size_t{206});
    }
};

QTEST_GUILESS_MAIN(TestSqliteSource)
#include "tst_sqlite_source.moc"
