// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/firebird_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTcpServer>
#include <QTest>

#include <algorithm>
#include <future>

using namespace headrace;

/// Qt's drivers as a source, for Firebird and PostgreSQL.
class TestQtSqlSource : public QObject {
    Q_OBJECT

private:
    test::FirebirdServer m_firebird;
    test::PostgresServer m_postgres;
    std::vector<test::SourceCase> m_cases;

    [[nodiscard]] Options options(const std::string& name, const Options& more = {}) const
    {
        if (name == "fb")
            return m_firebird.options(more);
        Options all{{"driver", "QPSQL"},  {"host", "127.0.0.1"}, {"port", std::to_string(m_postgres.port())},
                    {"database", "test"}, {"user", "tester"},    {"password", test::PostgresServer::kPassword}};
        for (const auto& [key, value] : more.values())
            all.set(key, value);
        return all;
    }

    /// Statements by other means than Qt.
    void run(const std::string& name, const std::string& sql) const
    {
        if (name == "fb")
            m_firebird.run(sql);
        else
            (void)m_postgres.run(sql);
    }

    [[nodiscard]] test::ReadAll rows(const std::string& name, const Options& more) const
    {
        auto all = test::readAll(qtsqlSource(), options(name, more));
        if (!all)
            qFatal("%s | %s", all.error().message.c_str(), all.error().detail.c_str());
        return *std::move(all);
    }

    [[nodiscard]] static Error failure(const Options& options)
    {
        const auto all = test::readAll(qtsqlSource(), options);
        return all ? Error{ErrorCode::Failed, "no error", {}, {}} : all.error();
    }

    void addCases(const std::string& name)
    {
        run(name, "CREATE TABLE t(id integer NOT NULL PRIMARY KEY, name varchar(40), price double precision)");
        run(name, "CREATE TABLE heap(n integer, filler varchar(3000))");
        run(name, "CREATE VIEW v AS SELECT id, name FROM t WHERE id < 20");
        std::string inserts;
        for (int i = 1; i <= 60; ++i) {
            if (i <= 40)
                inserts += fmt::format("INSERT INTO t VALUES ({0}, 'row {0} €', {0}.25);\n", i);
            inserts += fmt::format("INSERT INTO heap VALUES ({}, '{}');\n", i, std::string(3000, 'x'));
        }
        inserts.erase(inserts.size() - 2);
        run(name, inserts);

        test::SourceCase table;
        table.name = name + " table";
        table.type = qtsqlSource();
        table.options = options(name, {{"table", "t"}});
        table.rows = 40;
        table.missing = options(name, {{"table", "tt"}});
        table.missingName = "'tt'";
        table.bad = options(name, {{"query", "SELECT * FORM t"}});
        table.badValue = "FORM";

        test::SourceCase heap = table;
        heap.name = name + " table without key";
        heap.options = options(name, {{"table", "heap"}});
        heap.rows = 60;

        test::SourceCase query = table;
        query.name = name + " query";
        query.options = options(name, {{"query", "SELECT id * 2 AS n, name, price FROM t ORDER BY id DESC; "}});

        test::SourceCase cursor = table;
        cursor.name = name + " cursor";
        cursor.options = options(name, {{"table", "t"}, {"cursor", name == "pg" ? "name" : "NAME"}, {"lag", "1ms"}});
        m_cases.insert(m_cases.end(), {table, heap, query, cursor});
    }

private Q_SLOTS:
    void initTestCase()
    {
        addCases("fb");
        addCases("pg");
    }

    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesAreExact_data();
    void typesAreExact();
    void everyTypeCanBeACursor_data() { typesAreExact_data(); }
    void everyTypeCanBeACursor();
    void lateRowsWaitForTheLag();
    void whatIsNoTextIsRefused();
    void namesAreQuoted();
    void tablesAndViewsAreListed();
    void failedConnectionsNameTheirCause();
    void onlyReads();
    void aStopEndsTheConnecting();
};

void TestQtSqlSource::typesAreExact_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QStringList>("values"); // ascending
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* database, const char* type, const QStringList& values, const char* expected) {
        QTest::addRow("%s %s", database, type) << database << type << values << QString::fromUtf8(expected);
    };
    row("fb", "smallint", {"-32768", "32767"}, "int32\n-32768\n32767");
    row("fb", "integer", {"-2147483648", "2147483647"}, "int32\n-2147483648\n2147483647");
    row("fb", "bigint", {"-9223372036854775808", "9223372036854775807"},
        "int64\n-9223372036854775808\n9223372036854775807");
    row("fb", "float", {"-0.1", "16777216"}, "float\n-0.1\n16777216");
    row("fb", "double precision", {"5e-300", "0.30000000000000004"}, "double\n5e-300\n0.30000000000000004");
    row("fb", "numeric(4,2)", {"-0.01", "99.99"}, "decimal128(18, 2)\n-0.01\n99.99");
    row("fb", "numeric(9,3)", {"-123456.789"}, "decimal128(18, 3)\n-123456.789");
    row("fb", "numeric(18,4)", {"-12345678901234.5678", "12345678901234.5678"},
        "decimal128(18, 4)\n-12345678901234.5678\n12345678901234.5678");
    row("fb", "boolean", {"false", "true"}, "bool\nfalse\ntrue");
    row("fb", "date", {"date '0001-01-01'", "date '9999-12-31'"}, "date32[day]\n0001-01-01\n9999-12-31");
    row("fb", "time", {"time '00:00:00'", "time '23:59:59.9999'"}, "time64[us]\n00:00:00.000000\n23:59:59.999900");
    row("fb", "timestamp", {"timestamp '1969-12-31 23:59:59.9999'", "timestamp '9999-12-31 23:59:59'"},
        "timestamp[us]\n1969-12-31 23:59:59.999900\n9999-12-31 23:59:59.000000");
    row("fb", "char(5)", {"'Größe'", "'ab'"}, "string\nGröße\nab   ");
    row("fb", "varchar(20)", {"''", "'it''s \\ 😀'"}, "string\n\nit's \\ 😀");
    row("fb", "blob sub_type text", {"'Zürich'"}, "string\nZürich");
    row("fb", "blob", {"x'00ff27'"}, "binary\n00FF27");
    row("pg", "integer", {"-2147483648", "2147483647"}, "int32\n-2147483648\n2147483647");
    row("pg", "bigint", {"9223372036854775807"}, "int64\n9223372036854775807");
    row("pg", "double precision", {"5e-324", "0.30000000000000004"}, "double\n5e-324\n0.30000000000000004");
    row("pg", "numeric(38,10)", {"-1234567890123456789012345678.0123456789"},
        "decimal128(38, 10)\n-1234567890123456789012345678.0123456789");
    row("pg", "numeric", {"1234567890123456789.123456789012345"}, "string\n1234567890123456789.123456789012345");
    row("pg", "boolean", {"false", "true"}, "bool\nfalse\ntrue");
    row("pg", "date", {"'2024-02-29'"}, "date32[day]\n2024-02-29");
    row("pg", "time", {"'23:59:59.999999'"}, "time64[us]\n23:59:59.999999");
    row("pg", "timestamp", {"'1969-12-31 23:59:59.999999'"}, "timestamp[us]\n1969-12-31 23:59:59.999999");
    row("pg", "timestamptz", {"'2026-07-01 12:00:00.500001+02'"}, "timestamp[us, tz=UTC]\n2026-07-01 10:00:00.500001Z");
    row("pg", "text", {"'it''s \\ 😀'"}, "string\nit's \\ 😀");
    row("pg", "bytea", {"'\\x00ff27'"}, "binary\n00FF27");
}

void TestQtSqlSource::typesAreExact()
{
    QFETCH(QString, database);
    QFETCH(QString, type);
    QFETCH(QStringList, values);
    QFETCH(QString, expected);
    const std::string name = database.toStdString();
    std::string statements =
        fmt::format("{} TABLE typed(id integer NOT NULL PRIMARY KEY, c {}); COMMIT",
                    name == "pg" ? "DROP TABLE IF EXISTS typed; CREATE" : "RECREATE", type.toStdString());
    for (qsizetype i = 0; i < values.size(); ++i)
        statements += fmt::format(";\nINSERT INTO typed VALUES ({}, {})", i, values[i].toStdString());
    run(name, fmt::format("{};\nINSERT INTO typed VALUES ({}, NULL)", statements, values.size()));
    for (const Options& more : {Options{{"table", "typed"}}, Options{{"query", "SELECT * FROM typed ORDER BY id"}}}) {
        const auto all = rows(name, more);
        QVERIFY2(all.rejected().empty(), all.rejected().empty() ? "" : all.rejected()[0].reason.c_str());
        QString text;
        for (const QString& line : QString::fromStdString(all.text()).split('\n'))
            text += (text.isEmpty() ? line.section(':', 2) : line.section('|', 1)) + '\n';
        if (expected.startsWith("binary")) {
            const auto& bytes = static_cast<const arrow::BinaryArray&>(*all.batches()[0]->column(1));
            text = "binary\n" + QByteArray::fromStdString(bytes.GetString(0)).toHex().toUpper() + "\n∅\n";
        }
        QCOMPARE(text, expected + "\n∅\n");
    }
}

/// Each pull of one row goes on behind the one before, at values that only their exact literal is between.
void TestQtSqlSource::everyTypeCanBeACursor()
{
    QFETCH(QString, database);
    QFETCH(QString, expected);
    QFETCH(QStringList, values);
    typesAreExact();
    const bool isUpper = database == "fb";
    const Options all = options(database.toStdString(), {{"table", "typed"},
                                                         {"cursor", isUpper ? "C" : "c"},
                                                         {"key", isUpper ? "ID" : "id"},
                                                         {"null_cursor", "skip"},
                                                         {"lag", "0s"}});
    const bool isRounded = isUpper && (expected.startsWith("float") || expected.startsWith("double"));
    if (expected.startsWith("binary") || isRounded) {
        QVERIFY(failure(all).message.find("SQL has no text that is exactly its value.") != std::string::npos);
        return;
    }
    std::optional<Position> position;
    for (qsizetype i = 0; i < values.size(); ++i)
        QCOMPARE(test::pullFirstColumn(qtsqlSource(), all, position, 1), std::vector<std::string>{std::to_string(i)});
    QCOMPARE(test::pullFirstColumn(qtsqlSource(), all, position, 9), std::vector<std::string>());
}

void TestQtSqlSource::lateRowsWaitForTheLag()
{
    for (const std::string name : {"fb", "pg"}) {
        run(name, "CREATE TABLE late(id integer NOT NULL PRIMARY KEY)");
        run(name, "INSERT INTO late VALUES (1)");
        const Options slow =
            options(name, {{"table", "late"}, {"cursor", name == "pg" ? "id" : "ID"}, {"lag", "300ms"}});
        const auto source = test::createSource(qtsqlSource(), slow);
        QVERIFY_RESULT(source);
        auto opened = std::async(std::launch::async, [&] { return (*source)->open({}, {}); });
        while (opened.wait_for(std::chrono::milliseconds{50}) != std::future_status::ready)
            run(name, "INSERT INTO late SELECT max(id) + 1 FROM late"); // behind the highest that was looked up
        QVERIFY_RESULT(opened.get());
        const auto first = (*source)->read({}, {});
        QVERIFY_RESULT(first);
        QVERIFY(first->has_value());
        (*source)->close();
        QVERIFY(first->value().rows->num_rows() <
                static_cast<std::int64_t>(rows(name, {{"table", "late"}}).batches()[0]->num_rows()));
        const auto counter = qtsqlSource().createCounter(*slow.check(qtsqlSource().options, "test"));
        QVERIFY_RESULT(counter);
    }
}

/// Its driver decodes bytes as if they were text.
void TestQtSqlSource::whatIsNoTextIsRefused()
{
    run("fb", "CREATE TABLE bytes(id integer NOT NULL PRIMARY KEY, c varchar(8) CHARACTER SET OCTETS)");
    run("fb", "INSERT INTO bytes VALUES (1, x'00ff'); INSERT INTO bytes VALUES (2, 'ab')");
    const auto all = rows("fb", {{"table", "BYTES"}});
    QCOMPARE(all.text(), std::string("ID:int32|C:string\n2|ab"));
    QCOMPARE(all.rejected().size(), 1U);
    QVERIFY2(all.rejected()[0].reason.ends_with("Cast it to bytes in a query."), all.rejected()[0].reason.c_str());
    const auto cast = rows("fb", {{"query", "SELECT id, CAST(c AS BLOB) AS c FROM bytes ORDER BY id"}});
    QCOMPARE(cast.rejected().size(), 0U);
    QCOMPARE(static_cast<const arrow::BinaryArray&>(*cast.batches()[0]->column(1)).GetString(0),
             std::string("\0\xff", 2));
}

void TestQtSqlSource::namesAreQuoted()
{
    for (const std::string name : {"fb", "pg"}) {
        run(name, "CREATE TABLE \"Select\"(\"from\" integer, \"a \"\"b\" varchar(9))");
        run(name, "INSERT INTO \"Select\" VALUES (1, 'x')");
        QVERIFY(rows(name, {{"table", "Select"}}).text().ends_with("from:int32|a \"b:string\n1|x"));
        const Error twice = failure(options(name, {{"query", "SELECT id AS a, name AS a FROM t"}}));
        QVERIFY2(twice.message.find("cannot be read: ") != std::string::npos ||
                     twice.message.find("two columns named") != std::string::npos,
                 twice.message.c_str());
        QVERIFY(failure(options(name, {{"table", name == "pg" ? "heep" : "HEEP"}})).message.find("did you mean '") !=
                std::string::npos);
    }
}

void TestQtSqlSource::tablesAndViewsAreListed()
{
    for (const std::string name : {"fb", "pg"}) {
        const auto readables = qtsqlSource().describe(options(name), {});
        QVERIFY_RESULT(readables);
        const auto view = std::ranges::find(*readables, name == "pg" ? "v" : "V", &Readable::name);
        QVERIFY(view != readables->end());
        QCOMPARE(view->description, std::string("view"));
        QVERIFY_RESULT(test::readAll(qtsqlSource(), view->options));
    }
    const auto said = qtsqlSource().probe(options("fb", {{"table", "t"}}), {});
    QVERIFY_RESULT(said);
    QCOMPARE(*said, std::string("Connected to the database 'test' on '127.0.0.1' through Qt's driver QIBASE: the table "
                                "'T' has 3 columns."));
}

void TestQtSqlSource::failedConnectionsNameTheirCause()
{
    const auto check = [](const Options& options, ErrorCode code, const char* words) {
        const Error error = failure(options);
        QVERIFY2(error.message.find(words) != std::string::npos, error.message.c_str());
        QCOMPARE(static_cast<int>(error.code), static_cast<int>(code));
        QVERIFY2((error.message + error.detail).find("canary") == std::string::npos, error.message.c_str());
    };
    check({{"driver", "QIBSE"}, {"table", "t"}}, ErrorCode::NotFound, "Qt has no driver 'QIBSE' here; it has Q");
    check({{"driver", "QODBC"}, {"table", "t"}}, ErrorCode::NotFound, "Install the package 'libqt6sql6-odbc'.");
    check(options("fb", {{"database", "/no/such.fdb"}, {"table", "t"}}), ErrorCode::NotFound,
          "There is no connection to the database '/no/such.fdb' on '127.0.0.1': ");
    check(options("fb", {{"password", "canary"}, {"table", "t"}}), ErrorCode::Permission, "user name and password");
    check(options("fb", {{"host", "127.0.0.1"}, {"port", "1"}, {"table", "t"}}), ErrorCode::Unavailable,
          "on '127.0.0.1': ");
    check(options("pg", {{"password", "canary"}, {"table", "t"}}), ErrorCode::Permission, "password authentication");
    check(options("pg", {{"database", "nowhere"}, {"table", "t"}}), ErrorCode::NotFound, "\"nowhere\" does not exist");
    check(options("pg", {{"port", "1"}, {"table", "t"}}), ErrorCode::Unavailable, "refused");
}

void TestQtSqlSource::onlyReads()
{
    for (const std::string name : {"fb", "pg"}) {
        const auto before = rows(name, {{"table", "t"}}).text();
        for (const char* const statement : {"DELETE FROM t", "SELECT 1 FROM t; DELETE FROM t"})
            QVERIFY(failure(options(name, {{"query", statement}})).message.starts_with("The query cannot be read: "));
        QCOMPARE(rows(name, {{"table", "t"}}).text(), before);
    }
}

/// To a server that takes the connection and never answers.
void TestQtSqlSource::aStopEndsTheConnecting()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto source = test::createSource(
        qtsqlSource(), options("pg", {{"port", std::to_string(silent.serverPort())}, {"table", "t"}}));
    QVERIFY_RESULT(source);
    std::stop_source stop;
    auto opened = std::async(std::launch::async, [&] { return (*source)->open({}, stop.get_token()); });
    QTRY_VERIFY(silent.hasPendingConnections());
    stop.request_stop();
    const auto result = opened.get();
    QVERIFY(!result);
    QCOMPARE(static_cast<int>(result.error().code), static_cast<int>(ErrorCode::Cancelled));
}

QTEST_GUILESS_MAIN(TestQtSqlSource)
#include "tst_qtsql_source.moc"
