// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/connectors/sources/cursor_type.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/row_counting.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>
#include <future>
#include <set>

using namespace headrace;
using Lines = std::vector<std::string>;

/// Reads by cursor through ODBC, pull after pull: no row missed, none twice.
class TestOdbcIncremental : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::OdbcDatabases> m_databases;
    std::optional<Position> m_position;

    /// One pull: the first column's values that come, the position moved behind them as a run does.
    Lines pull(const std::string& database, Options options, std::int64_t limit = INT64_MAX)
    {
        return test::pullFirstColumn(odbcSource(), m_databases->options(database, std::move(options)), m_position,
                                     limit);
    }

    Lines byVersion(const std::string& database, std::int64_t limit = INT64_MAX)
    {
        return pull(database, {{"table", "events"}, {"cursor", "version"}, {"lag", "0s"}}, limit);
    }

    static void addDatabases()
    {
        QTest::addColumn<QString>("database");
        for (const std::string& name : test::OdbcDatabases::names())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

private Q_SLOTS:
    void initTestCase() { m_databases = std::make_unique<test::OdbcDatabases>(); }
    void init()
    {
        m_position.reset();
        for (const std::string& name : test::OdbcDatabases::names())
            m_databases->run(name, "DROP TABLE IF EXISTS events; CREATE TABLE events(id bigint NOT NULL PRIMARY KEY, "
                                   "version integer NOT NULL)");
    }

    void newAndChangedRowsComeOnce_data() { addDatabases(); }
    void newAndChangedRowsComeOnce();
    void tiesAreCutAnywhere_data() { addDatabases(); }
    void tiesAreCutAnywhere();
    void newRowsAreCounted_data() { addDatabases(); }
    void newRowsAreCounted()
    {
        QFETCH(QString, database);
        const std::string name = database.toStdString();
        test::checkNewRowsAreCounted(odbcSource(), m_databases->options(name),
                                     [&](const std::string& sql) { m_databases->run(name, sql); });
    }
    void freshStampsWaitForTheLag_data();
    void freshStampsWaitForTheLag();
    void aLateNumberWithinTheLagIsNotPassed();
    void rowsWithoutCursorAreNotForgotten_data() { addDatabases(); }
    void rowsWithoutCursorAreNotForgotten();
    void everyTypeCanBeACursor_data();
    void everyTypeCanBeACursor();
    void mixedValuesOfSqliteAreNoCursor();
};

void TestOdbcIncremental::newAndChangedRowsComeOnce()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    m_databases->run(name, "INSERT INTO events VALUES (1, 1), (2, 2)");
    QVERIFY(byVersion(name) == Lines({"1", "2"}));
    const auto before = m_position;
    QVERIFY(byVersion(name).empty());
    QVERIFY(m_position == before);
    m_databases->run(name, "INSERT INTO events VALUES (3, 3); UPDATE events SET version = 4 WHERE id = 1");
    QVERIFY(byVersion(name) == Lines({"3", "1"}));
}

void TestOdbcIncremental::tiesAreCutAnywhere()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    std::string values;
    for (int id = 1; id <= 20; ++id)
        values += fmt::format("{}({}, 7)", id == 1 ? "" : ", ", id);
    m_databases->run(name, "INSERT INTO events VALUES " + values);
    Lines all;
    for (int pulls = 0; pulls < 7; ++pulls)
        for (const std::string& id : byVersion(name, 3))
            all.push_back(id);
    QCOMPARE(all.size(), 20U);
    QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), 20U);
}

void TestOdbcIncremental::freshStampsWaitForTheLag_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("type");
    QTest::newRow("pg") << "pg"
                        << "timestamptz";
    QTest::newRow("pg without zone") << "pg"
                                     << "timestamp";
    QTest::newRow("maria") << "maria"
                           << "timestamp(6)";
    QTest::newRow("maria without zone") << "maria"
                                        << "datetime(6)";
}

void TestOdbcIncremental::freshStampsWaitForTheLag()
{
    QFETCH(QString, database);
    QFETCH(QString, type);
    const std::string name = database.toStdString();
    const bool isPg = name == "pg";
    m_databases->run(
        name,
        fmt::format("DROP TABLE IF EXISTS stamps; CREATE TABLE stamps(id int PRIMARY KEY, at {} NOT NULL); "
                    "INSERT INTO stamps VALUES (1, {}), (2, {}), (3, {})",
                    type.toStdString(), isPg ? "clock_timestamp() - interval '1 hour'" : "now(6) - INTERVAL 1 HOUR",
                    isPg ? "clock_timestamp()" : "now(6)",
                    isPg ? "clock_timestamp() + interval '1 hour'" : "now(6) + INTERVAL 1 HOUR"));
    const auto options = [](const char* lag) { return Options{{"table", "stamps"}, {"cursor", "at"}, {"lag", lag}}; };
    const auto counter = test::createCounter(odbcSource(), m_databases->options(name, options("10m")));
    QVERIFY_RESULT(counter);
    QCOMPARE((*counter)->countBehind({}, 10, {}).value(), 1);
    QVERIFY(pull(name, options("10m")) == Lines({"1"}));
    QVERIFY(pull(name, options("0s")) == Lines({"2"})); // stamps of the future wait
}

void TestOdbcIncremental::aLateNumberWithinTheLagIsNotPassed()
{
    const auto byId = [this](const char* lag) {
        return pull("maria", {{"table", "events"}, {"cursor", "id"}, {"lag", lag}});
    };
    m_databases->run("maria", "INSERT INTO events VALUES (1, 1)");
    QVERIFY(byId("0s") == Lines({"1"}));
    test::MariaSession slow(m_databases->maria());
    slow.run("BEGIN; INSERT INTO events VALUES (2, 1)");
    m_databases->run("maria", "INSERT INTO events VALUES (3, 1)");
    auto pulled = std::async(std::launch::async, [&] { return byId("3s"); });
    // The read waits with its connection idle: then the late transaction ends.
    QTRY_COMPARE(m_databases
                     ->run("maria", "SELECT count(*) FROM information_schema.processlist WHERE user = 'tester' AND "
                                    "command = 'Sleep' AND id > 0 AND time_ms > 300")
                     .front(),
                 std::string("1"));
    slow.run("INSERT INTO events VALUES (4, 1); COMMIT");
    QVERIFY(pulled.get() == Lines({"2", "3"})); // 4 came after the look
    QVERIFY(byId("0s") == Lines({"4"}));
}

void TestOdbcIncremental::rowsWithoutCursorAreNotForgotten()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    m_databases->run(
        name, "DROP TABLE IF EXISTS gaps; CREATE TABLE gaps(id integer PRIMARY KEY, n integer); INSERT INTO gaps "
              "VALUES (1, 1), (2, NULL)");
    const auto stopped = test::readAll(odbcSource(), m_databases->options(name, {{"table", "gaps"}, {"cursor", "n"}}));
    QVERIFY(!stopped.has_value());
    QVERIFY2(stopped.error().message.find("is NULL") != std::string::npos, stopped.error().message.c_str());
    QVERIFY(pull(name, {{"table", "gaps"}, {"cursor", "n"}, {"null_cursor", "skip"}, {"lag", "0s"}}) == Lines({"1"}));
}

void TestOdbcIncremental::everyTypeCanBeACursor_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    const auto row = [](const char* database, const char* type, const char* values) {
        QTest::addRow("%s %s", database, type) << database << type << values;
    };
    row("pg", "smallint", "(1,-32768),(2,0),(3,32767)");
    row("pg", "real", "(1,-1),(2,0.1),(3,16777216)");
    row("pg", "double precision", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("pg", "numeric(40,5)", "(1,-1.5),(2,0.00001),(3,99999999999999999999999999999999999)");
    row("pg", "boolean", "(1,false),(2,true)");
    row("pg", "date", "(1,'1000-01-01'),(2,'2026-01-01'),(3,'9999-12-31')");
    row("pg", "timestamp", "(1,'1000-01-01'),(2,'2026-01-01 00:00:00.000001'),(3,'2026-01-01 00:00:00.000002')");
    row("pg", "timestamptz", "(1,'1970-01-02'),(2,'2026-03-29 01:30:00.000001'),(3,'2026-03-29 01:30:00.000002')");
    row("pg", "time", "(1,'00:00:00.000001'),(2,'23:59:59')");
    row("pg", "text", "(1,''),(2,'O''Neill\\'),(3,'Z')");
    row("pg", "bytea", "(1,'\\x00'),(2,'\\x27'),(3,'\\xff00')");
    row("pg", "uuid", "(1,'00000000-0000-0000-0000-000000000001'),(2,'00000000-0000-0000-0000-00000000000a')");
    row("maria", "bigint unsigned", "(1,0),(2,9223372036854775808),(3,18446744073709551615)");
    row("maria", "float", "(1,-1),(2,0.1),(3,16777216)");
    row("maria", "double", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("maria", "decimal(65,30)",
        "(1,-1.5),(2,0.000000000000000000000000000001),(3,99999999999999999999999999999999)");
    row("maria", "bit(20)", "(1,b'0'),(2,b'10'),(3,b'11111111111111111111')");
    row("maria", "datetime(6)", "(1,'1000-01-01'),(2,'2026-01-01 00:00:00.000001'),(3,'2026-01-01 00:00:00.000002')");
    row("maria", "time(6)", "(1,'-838:59:59'),(2,'00:00:00.000001'),(3,'25:00')");
    row("maria", "varchar(9)", "(1,''),(2,'O''Neill\\\\'),(3,'Ü')");
    row("maria", "varbinary(4)", "(1,X'00'),(2,X'27'),(3,X'ff00')");
    row("maria", "enum('b','a','c')", "(1,'a'),(2,'b'),(3,'c')");
    row("lite", "integer", "(1,-5),(2,0),(3,9223372036854775807)");
    row("lite", "double", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("lite", "text", "(1,''),(2,'O''Neill\\'),(3,'b')");
    row("lite", "timestamp", "(1,'2026-01-01'),(2,'2026-01-01 00:00:00'),(3,'2026-01-01 00:00:00.1')");
    row("lite", "blob", "(1,X'00'),(2,X'27'),(3,X'ff00')");
}

void TestOdbcIncremental::everyTypeCanBeACursor()
{
    QFETCH(QString, database);
    QFETCH(QString, type);
    QFETCH(QString, values);
    const std::string name = database.toStdString();
    const std::string zone = name == "maria" ? "SET time_zone = '+00:00'; " : "";
    test::checkTypeCanBeACursor([&](const std::string& sql) { m_databases->run(name, zone + sql); },
                                [&] {
                                    return pull(name, {{"table", "typed"}, {"cursor", "c"}, {"lag", "1ms"}}, 1);
                                },
                                type, values);
}

void TestOdbcIncremental::mixedValuesOfSqliteAreNoCursor()
{
    m_databases->run("lite",
                     "DROP TABLE IF EXISTS mixed; CREATE TABLE mixed(id integer PRIMARY KEY, c); INSERT INTO mixed "
                     "VALUES (1, 'x'), (2, 7)");
    const auto refused =
        test::readAll(odbcSource(), m_databases->options("lite", {{"table", "mixed"}, {"cursor", "c"}}));
    QVERIFY(!refused.has_value());
    QVERIFY2(refused.error().message.find("cannot be a cursor or key") != std::string::npos,
             refused.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestOdbcIncremental)
#include "tst_odbc_incremental.moc"
