// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "connectors/sources/tables/table_position.h"
#include "tests/connectors/sources/cursor_type.h"
#include "tests/support/maria_server.h"
#include "tests/support/row_counting.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <future>
#include <set>

using namespace headrace;
using Lines = std::vector<std::string>;

/// Reads by cursor, pull after pull: no row missed, none twice.
class TestMariadbIncremental : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::MariaServer> m_server;
    std::optional<Position> m_position;

    /// One pull: the first column's values that come, the position moved behind them as a run does.
    Lines pull(Options options, std::int64_t limit = INT64_MAX)
    {
        return test::pullFirstColumn(mariadbSource(), m_server->options(std::move(options)), m_position, limit);
    }

    void letTenMinutesPass();
    Lines byId(const char* lag = "0s") { return pull({{"table", "events"}, {"cursor", "id"}, {"lag", lag}}); }
    Lines byTime(const char* lag = "0s") { return pull({{"table", "events"}, {"cursor", "at"}, {"lag", lag}}); }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<test::MariaServer>(); }
    void init()
    {
        m_position.reset();
        m_server->run("DROP TABLE IF EXISTS events; CREATE TABLE events(id bigint PRIMARY KEY, at timestamp(6) NOT "
                      "NULL DEFAULT now(6), note text)");
    }

    void newAndChangedRowsComeOnce();
    void tiesAreCutAnywhere();
    void withoutCursorTheKeyIsFollowed();
    void newRowsAreCounted()
    {
        m_server->run("DROP TABLE events; CREATE TABLE events(id bigint PRIMARY KEY, version integer NOT NULL)");
        test::checkNewRowsAreCounted(mariadbSource(), m_server->options(),
                                     [this](const std::string& sql) { m_server->run(sql); });
    }
    void freshStampsWaitForTheLag();
    void stampsWithoutZoneAreTheServers();
    void aLateNumberWithinTheLagIsNotPassed();
    void updatesDuringTheReadAreLeftForTheNext();
    void rowsWithoutCursorAreNotForgotten();
    void emptyPullsMoveNothing();
    void lateRowsAreMeasured();
    void lateRowsAreNotLookedForWithoutAnIndex();
    void everyTypeCanBeACursor_data();
    void everyTypeCanBeACursor();
};

void TestMariadbIncremental::newAndChangedRowsComeOnce()
{
    m_server->run("INSERT INTO events(id) VALUES (1); DO SLEEP(0.001); INSERT INTO events(id) VALUES (2)");
    QVERIFY(byTime() == Lines({"1", "2"}));
    QVERIFY(byTime().empty());
    m_server->run("INSERT INTO events(id) VALUES (3); UPDATE events SET note = 'x' WHERE id = 1");
    m_server->run("UPDATE events SET note = 'y', at = now(6) WHERE id = 2");
    QVERIFY(byTime() == Lines({"3", "2"})); // the change of 1 did not move its cursor
    QVERIFY(byTime().empty());
}

void TestMariadbIncremental::tiesAreCutAnywhere()
{
    m_server->run("INSERT INTO events SELECT seq, '2026-01-01', null FROM seq_1_to_20");
    Lines all;
    for (int pulls = 0; pulls < 7; ++pulls)
        for (const std::string& id : pull({{"table", "events"}, {"cursor", "at"}}, 3))
            all.push_back(id);
    QCOMPARE(all.size(), 20U);
    QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), 20U);
}

void TestMariadbIncremental::withoutCursorTheKeyIsFollowed()
{
    m_server->run("CREATE OR REPLACE TABLE pairs(v int, a int, b enum('z', 'y', 'x'), PRIMARY KEY (a, b)); INSERT INTO "
                  "pairs VALUES (1, 1, 'z'), (2, 1, 'x'), (3, 2, 'y')");
    const Options options{{"table", "pairs"}};
    Lines all;
    for (int pulls = 0; pulls < 3; ++pulls)
        for (const std::string& value : pull(options, 1))
            all.push_back(value);
    QVERIFY(all == Lines({"2", "1", "3"})); // an ENUM is followed by its text
    m_server->run("INSERT INTO pairs VALUES (4, 2, 'z')");
    QVERIFY(pull(options) == Lines({"4"}));
}

void TestMariadbIncremental::freshStampsWaitForTheLag()
{
    m_server->run("INSERT INTO events VALUES (1, now(6) - INTERVAL 1 HOUR, ''), (2, now(6), ''), (3, now(6) + INTERVAL "
                  "1 HOUR, '')");
    const auto counter = test::createCounter(
        mariadbSource(), m_server->options({{"table", "events"}, {"cursor", "at"}, {"lag", "10m"}}));
    QVERIFY_RESULT(counter);
    QCOMPARE((*counter)->countBehind({}, 10, {}).value(), 1);
    QVERIFY(byTime("10m") == Lines({"1"}));
    QVERIFY(byTime("0s") == Lines({"2"})); // stamps of the future wait
}

void TestMariadbIncremental::stampsWithoutZoneAreTheServers()
{
    m_server->run(
        "CREATE OR REPLACE TABLE local(id int PRIMARY KEY, at datetime(6) NOT NULL); INSERT INTO local VALUES "
        "(1, now(6) - INTERVAL 1 HOUR), (2, now(6))"); // three hours before UTC
    const auto options = [](const char* lag) { return Options{{"table", "local"}, {"cursor", "at"}, {"lag", lag}}; };
    QVERIFY(pull(options("10m")) == Lines({"1"}));
    QVERIFY(pull(options("0s")) == Lines({"2"}));
}

void TestMariadbIncremental::aLateNumberWithinTheLagIsNotPassed()
{
    m_server->run("INSERT INTO events(id) VALUES (1)");
    QVERIFY(byId() == Lines({"1"}));
    test::MariaSession slow(*m_server);
    slow.run("BEGIN; INSERT INTO events(id) VALUES (2)");
    m_server->run("INSERT INTO events(id) VALUES (3)");
    auto pulled = std::async(std::launch::async, [this] { return byId("3s"); });
    // The read waits with its connection idle, for longer than between two statements: then the late transaction ends.
    QTRY_COMPARE(
        m_server->value("SELECT count(*) FROM information_schema.processlist WHERE user = 'tester' AND command "
                        "= 'Sleep' AND time_ms > 1000"),
        std::string("1"));
    slow.run("INSERT INTO events(id) VALUES (4); COMMIT");
    QVERIFY(pulled.get() == Lines({"2", "3"})); // 4 came after the look
    QVERIFY(byId() == Lines({"4"}));
}

void TestMariadbIncremental::updatesDuringTheReadAreLeftForTheNext()
{
    m_server->run("INSERT INTO events SELECT seq, now(6) - INTERVAL 1 HOUR, REPEAT('x', 100) FROM seq_1_to_5000");
    const auto source =
        test::createSource(mariadbSource(), m_server->options({{"table", "events"}, {"cursor", "at"}, {"lag", "0s"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    m_server->run("UPDATE events SET at = now(6), note = 'changed' WHERE id > 2500");
    std::int64_t rows = 0;
    for (auto chunk = (*source)->read({}, {}); chunk && *chunk; chunk = (*source)->read({}, {})) {
        rows += (*chunk)->rows->num_rows();
        m_position = (*chunk)->at->after((*chunk)->rows->num_rows());
    }
    QCOMPARE(rows, 5000);
    QCOMPARE(byTime().size(), 2500U);
}

void TestMariadbIncremental::rowsWithoutCursorAreNotForgotten()
{
    m_server->run("CREATE OR REPLACE TABLE gaps(id int PRIMARY KEY, n int); INSERT INTO gaps VALUES (1, 1), (2, NULL)");
    const auto stopped = test::readAll(mariadbSource(), m_server->options({{"table", "gaps"}, {"cursor", "n"}}));
    QVERIFY(!stopped.has_value());
    QVERIFY2(stopped.error().message.find("is NULL") != std::string::npos, stopped.error().message.c_str());
    QVERIFY(pull({{"table", "gaps"}, {"cursor", "n"}, {"null_cursor", "skip"}, {"lag", "0s"}}) == Lines({"1"}));
}

void TestMariadbIncremental::emptyPullsMoveNothing()
{
    QVERIFY(byTime().empty());
    QVERIFY(!m_position.has_value());
    m_server->run("INSERT INTO events(id) VALUES (5)");
    QVERIFY(byId() == Lines({"5"}));
    const auto before = m_position;
    QVERIFY(byId("10s").empty()); // without a wait: nothing is new
    QVERIFY(m_position == before);
}

void TestMariadbIncremental::lateRowsAreMeasured()
{
    m_server->run("ALTER TABLE events ADD INDEX (at); INSERT INTO events(id, at) VALUES (1, now(6) - INTERVAL 1 HOUR), "
                  "(2, now(6) - INTERVAL 70 SECOND)");
    test::MariaSession slow(*m_server);
    test::MariaSession slower(*m_server);
    slow.run("BEGIN; INSERT INTO events(id, at) VALUES (3, now(6) - INTERVAL 20 SECOND)");
    slower.run("BEGIN; INSERT INTO events(id, at) VALUES (4, now(6) - INTERVAL 90 SECOND)");
    QVERIFY(byTime("1m") == Lines({"1", "2"}));
    slow.run("COMMIT");
    slower.run("COMMIT");
    m_server->run("INSERT INTO events(id) VALUES (5)");
    QVERIFY(tableLateRows(*m_position).empty());
    QVERIFY(byTime("1m").empty()); // the look is not old enough
    QVERIFY(tableLateRows(*m_position).empty());

    letTenMinutesPass();
    QVERIFY(byTime("1m") == Lines({"3", "5"})); // 4 was later than the lag
    QCOMPARE(
        tableLateRows(*m_position),
        std::string("Lag 1 min; in 1 look at 3 rows the latest row was up to 100 s late; rows later than the lag are "
                    "missed: set it to 150 s."));
}

/// The rows of the last minutes, and what the position says of them, were ten minutes earlier.
void TestMariadbIncremental::letTenMinutesPass()
{
    m_server->run("UPDATE events SET at = at - INTERVAL 10 MINUTE WHERE id > 1");
    auto position = nlohmann::ordered_json::parse(m_position->text);
    const auto earlier = [&](nlohmann::ordered_json& time) {
        time = m_server->value(
            fmt::format("SELECT TIMESTAMP'{}' - INTERVAL 10 MINUTE", time.get<std::string>().substr(0, 26)));
    };
    earlier(position["audit"]["at"]);
    earlier(position["above"][0]);
    m_position = Position{position.dump()};
}

void TestMariadbIncremental::lateRowsAreNotLookedForWithoutAnIndex()
{
    m_server->run("INSERT INTO events(id, at) VALUES (1, now(6) - INTERVAL 1 HOUR)");
    QVERIFY(byTime("1m") == Lines({"1"}));
    QVERIFY(m_position->text.find("audit") == std::string::npos);
    m_server->run("ALTER TABLE events ADD INDEX (at)");
    m_position.reset();
    QVERIFY(byTime("1m") == Lines({"1"}));
    QVERIFY(m_position->text.find("audit") != std::string::npos);
}

void TestMariadbIncremental::everyTypeCanBeACursor_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    const auto row = [](const char* type, const char* values) { QTest::newRow(type) << type << values; };
    row("tinyint", "(1,-128),(2,0),(3,127)");
    row("bigint unsigned", "(1,0),(2,9223372036854775808),(3,18446744073709551615)");
    row("float", "(1,-1),(2,0.1),(3,16777216)");
    row("double", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("decimal(65,30)", "(1,-1.5),(2,0.000000000000000000000000000001),(3,99999999999999999999999999999999999)");
    row("bit(1)", "(1,b'0'),(2,b'1')");
    row("bit(20)", "(1,b'0'),(2,b'10'),(3,b'11111111111111111111')");
    row("year", "(1,1901),(2,2000),(3,2155)");
    row("date", "(1,'1000-01-01'),(2,'2026-01-01'),(3,'9999-12-31')");
    row("datetime(6)", "(1,'1000-01-01'),(2,'2026-01-01 00:00:00.000001'),(3,'2026-01-01 00:00:00.000002')");
    row("timestamp(6)", "(1,'1970-01-02'),(2,'2026-03-29 01:30:00.000001'),(3,'2026-03-29 01:30:00.000002')");
    row("time(6)", "(1,'-838:59:59'),(2,'00:00:00.000001'),(3,'25:00')");
    row("varchar(9)", "(1,''),(2,'O''Neill\\\\'),(3,'Ü')");
    row("varchar(9) charset latin1", "(1,''),(2,'b'),(3,'ü')");
    row("varbinary(4)", "(1,X'00'),(2,X'27'),(3,X'ff00')");
    row("enum('b','a','c')", "(1,'a'),(2,'b'),(3,'c')");
    row("set('b','a')", "(1,''),(2,'a'),(3,'b')");
    row("uuid", "(1,'00000000-0000-0000-0000-000000000001'),(2,'00000000-0000-0000-0000-00000000000a')");
}

void TestMariadbIncremental::everyTypeCanBeACursor()
{
    QFETCH(QString, type);
    QFETCH(QString, values);
    test::checkTypeCanBeACursor([this](const std::string& sql) { m_server->run("SET time_zone = '+00:00'; " + sql); },
                                [this] {
                                    return pull({{"table", "typed"}, {"cursor", "c"}, {"lag", "1ms"}}, 1);
                                },
                                type, values);
}

QTEST_GUILESS_MAIN(TestMariadbIncremental)
#include "tst_mariadb_incremental.moc"
