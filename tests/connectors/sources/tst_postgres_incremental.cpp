// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <QTest>

#include <algorithm>
#include <set>
#include <utility>

using namespace headrace;
using Lines = std::vector<std::string>;

namespace {

/// A session that stays open, for transactions that take their time.
class Session {
public:
    explicit Session(const test::PostgresServer& server)
        : m_connection(PQconnectdb(fmt::format("host=127.0.0.1 port={} dbname=test user=tester password={}",
                                               server.port(), test::PostgresServer::kPassword)
                                       .c_str()))
    {
    }
    ~Session() { PQfinish(m_connection); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void run(const char* sql)
    {
        PGresult* result = PQexec(m_connection, sql);
        if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
            qFatal("%s: %s", sql, PQerrorMessage(m_connection));
        PQclear(result);
    }

private:
    PGconn* m_connection;
};

} // namespace

/// Reads by cursor, pull after pull: no row missed, none twice, whenever transactions commit.
class TestPostgresIncremental : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    std::optional<Position> m_position;

    /// One pull: the ids that come, the position moved behind them as a run does.
    Lines pull(Options options, std::int64_t limit = INT64_MAX)
    {
        return test::pullFirstColumn(postgresSource(), m_server->options(std::move(options)), m_position, limit);
    }

    Lines byId() { return pull({{"table", "events"}, {"cursor", "id"}}); }
    Lines byTime(const char* lag = "10s") { return pull({{"table", "events"}, {"cursor", "at"}, {"lag", lag}}); }

    std::unique_ptr<RowCounter> counter(Options options)
    {
        const SourceType type = postgresSource();
        auto counter = type.createCounter(*m_server->options(std::move(options)).check(type.options, "test"));
        if (!counter)
            qFatal("%s", counter.error().message.c_str());
        return *std::move(counter);
    }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<test::PostgresServer>(); }
    void init()
    {
        m_position.reset();
        m_server->run(
            "DROP TABLE IF EXISTS events CASCADE; CREATE TABLE events(id bigint PRIMARY KEY, at timestamptz NOT "
            "NULL DEFAULT now(), note text)");
    }

    void newAndChangedRowsComeOnce();
    void tiesAreCutAnywhere();
    void lateCommitsAreNotPassed();
    void aLowerNumberMayCommitAfterAHigherOne();
    void savepointsAreFollowed();
    void anUnwrittenTransactionHoldsBackItsTime();
    void stampsOfTheFutureWait();
    void updatesDuringTheReadAreLeftForTheNext();
    void aCrashInTheMiddleOfLateRowsLosesNothing();
    void rowsWithoutCursorAreNotForgotten();
    void emptyPullsMoveNothing();
    void microsecondsAndSummerTimeAreKept();
    void newRowsAreCountedAsAPullWouldFindThem();
    void newRowsAreCountedAfterARestart();
    void newRowsNeedACursor();
    void everyTypeCanBeACursor_data();
    void everyTypeCanBeACursor();
};

void TestPostgresIncremental::newAndChangedRowsComeOnce()
{
    m_server->run("INSERT INTO events VALUES (1), (2)");
    QVERIFY(byTime() == Lines({"1", "2"}));
    QVERIFY(byTime().empty());
    m_server->run("INSERT INTO events VALUES (3); UPDATE events SET note = 'x' WHERE id = 1");
    m_server->run("UPDATE events SET note = 'y', at = now() WHERE id = 2");
    QVERIFY(byTime() == Lines({"3", "2"})); // the change of 1 did not move its cursor
    QVERIFY(byTime().empty());
}

void TestPostgresIncremental::tiesAreCutAnywhere()
{
    m_server->run("INSERT INTO events SELECT i, '2026-01-01', null FROM generate_series(1, 20) i");
    Lines all;
    for (int pulls = 0; pulls < 7; ++pulls)
        for (const std::string& id : pull({{"table", "events"}, {"cursor", "at"}}, 3))
            all.push_back(id);
    QCOMPARE(all.size(), 20U);
    QVERIFY(std::set<std::string>(all.begin(), all.end()).size() == 20U);
}

void TestPostgresIncremental::lateCommitsAreNotPassed()
{
    Session slow(*m_server);
    slow.run("BEGIN; INSERT INTO events VALUES (1)");
    m_server->run("INSERT INTO events VALUES (2)");
    Lines ids = byId(); // 2 may wait for 1
    slow.run("COMMIT");
    for (const std::string& id : byId())
        ids.push_back(id);
    std::ranges::sort(ids);
    QVERIFY(ids == Lines({"1", "2"}));
    QVERIFY(byId().empty());
}

void TestPostgresIncremental::aLowerNumberMayCommitAfterAHigherOne()
{
    // The transaction of 6 has the lower number, is complete and is read; that of 5 has not committed.
    Session early(*m_server);
    Session late(*m_server);
    early.run("BEGIN; INSERT INTO events VALUES (6)");
    late.run("BEGIN; INSERT INTO events VALUES (5)");
    early.run("COMMIT");
    QVERIFY(byId() == Lines({"6"}));
    late.run("COMMIT");
    m_server->run("INSERT INTO events VALUES (7); UPDATE events SET note = 'changed' WHERE id = 6");
    const Lines second = byId();
    QVERIFY2(second == Lines({"5", "7"}), fmt::format("{}", fmt::join(second, " ")).c_str());
    QVERIFY(byId().empty());
}

void TestPostgresIncremental::savepointsAreFollowed()
{
    Session slow(*m_server);
    slow.run("BEGIN; INSERT INTO events VALUES (1); SAVEPOINT a; INSERT INTO events VALUES (3)");
    m_server->run("INSERT INTO events VALUES (9)");
    slow.run("SAVEPOINT b; INSERT INTO events VALUES (4)");
    Lines ids = byId();
    slow.run("RELEASE SAVEPOINT b; COMMIT");
    for (const std::string& id : byId())
        ids.push_back(id);
    std::ranges::sort(ids);
    QVERIFY(ids == Lines({"1", "3", "4", "9"}));
}

void TestPostgresIncremental::anUnwrittenTransactionHoldsBackItsTime()
{
    Session slow(*m_server);
    slow.run("BEGIN; SELECT 1"); // its now() is taken, its first row not written
    m_server->run("INSERT INTO events VALUES (2)");
    QVERIFY(byTime("1h").empty());
    slow.run("INSERT INTO events VALUES (1); COMMIT");
    QVERIFY(byTime("1h") == Lines({"1", "2"}));
}

void TestPostgresIncremental::stampsOfTheFutureWait()
{
    m_server->run("INSERT INTO events VALUES (1, now() + interval '1 day'), (2, now())");
    QVERIFY(byTime() == Lines({"2"}));
    m_server->run("UPDATE events SET at = now() WHERE id = 1; INSERT INTO events VALUES (3, now() - interval '1 us')");
    QCOMPARE(byTime().size(), 2U);
}

void TestPostgresIncremental::updatesDuringTheReadAreLeftForTheNext()
{
    m_server->run("INSERT INTO events SELECT i, '2026-01-01'::timestamptz + i * interval '1 ms', null FROM "
                  "generate_series(1, 5000) i");
    const auto source =
        test::createSource(postgresSource(), m_server->options({{"table", "events"}, {"cursor", "at"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::int64_t count = 0;
    bool changed = false;
    for (auto chunk = (*source)->read({100, 1 << 20, {}}, {}); chunk && *chunk; chunk = (*source)->read({}, {})) {
        if ((*chunk)->rows->num_rows() == 0)
            continue;
        count += (*chunk)->rows->num_rows();
        m_position = (*chunk)->at->after((*chunk)->rows->num_rows());
        if (!std::exchange(changed, true))
            m_server->run("UPDATE events SET at = now() WHERE id IN (1, 5000); DELETE FROM events WHERE id = 4999;"
                          "INSERT INTO events VALUES (6000)");
    }
    QCOMPARE(count, 5000);
    QVERIFY(byTime() == Lines({"1", "5000", "6000"}));
    QVERIFY(byTime().empty());
}

void TestPostgresIncremental::aCrashInTheMiddleOfLateRowsLosesNothing()
{
    Session early(*m_server);
    Session late(*m_server);
    early.run("BEGIN; INSERT INTO events VALUES (20), (21)");
    late.run("BEGIN; INSERT INTO events SELECT i FROM generate_series(1, 10) i");
    Session later(*m_server);
    later.run("BEGIN; INSERT INTO events VALUES (15)");
    early.run("COMMIT");
    QVERIFY(byId() == Lines({"20", "21"}));
    late.run("COMMIT");
    m_server->run("INSERT INTO events VALUES (30)");
    // Each pull ends after two rows, as a run that is killed; meanwhile the last transaction is still late.
    Lines ids;
    for (int pulls = 0; pulls < 4; ++pulls)
        for (const std::string& id : pull({{"table", "events"}, {"cursor", "id"}}, 2))
            ids.push_back(id);
    later.run("COMMIT");
    for (int pulls = 0; pulls < 6; ++pulls)
        for (const std::string& id : pull({{"table", "events"}, {"cursor", "id"}}, 2))
            ids.push_back(id);
    std::ranges::sort(ids);
    QVERIFY2(ids == Lines({"1", "10", "15", "2", "3", "30", "4", "5", "6", "7", "8", "9"}),
             fmt::format("{}", fmt::join(ids, " ")).c_str());
}

void TestPostgresIncremental::rowsWithoutCursorAreNotForgotten()
{
    m_server->run("ALTER TABLE events ALTER at DROP NOT NULL; INSERT INTO events VALUES (1, now()), (2, null)");
    const auto stopped = test::readAll(postgresSource(), m_server->options({{"table", "events"}, {"cursor", "at"}}));
    QVERIFY(!stopped);
    QVERIFY2(stopped.error().message.find("\"at\"") != std::string::npos, stopped.error().message.c_str());
    QVERIFY(pull({{"table", "events"}, {"cursor", "at"}, {"null_cursor", "skip"}}) == Lines({"1"}));
    m_server->run("UPDATE events SET at = now() WHERE id = 2");
    QVERIFY(pull({{"table", "events"}, {"cursor", "at"}, {"null_cursor", "skip"}}) == Lines({"2"}));

    m_position.reset();
    m_server->run("UPDATE events SET note = 'b' WHERE id = 2");
    const Options byNote{{"table", "events"}, {"cursor", OptionList{"note", "id"}}, {"null_cursor", "skip"}};
    QVERIFY(pull(byNote) == Lines({"2"}));
    m_server->run("UPDATE events SET note = 'c' WHERE id = 1");
    QVERIFY(pull(byNote) == Lines({"1"}));
}

void TestPostgresIncremental::emptyPullsMoveNothing()
{
    QVERIFY(byTime().empty());
    QVERIFY(!m_position.has_value());
    m_server->run("INSERT INTO events VALUES (1)");
    QVERIFY(byTime() == Lines({"1"}));
    const auto before = m_position;
    QVERIFY(byTime().empty());
    QVERIFY(m_position == before);
    m_server->run("DELETE FROM events");
    QVERIFY(byTime().empty());
    m_server->run("INSERT INTO events VALUES (1)");
    QVERIFY(byTime() == Lines({"1"}));
}

void TestPostgresIncremental::microsecondsAndSummerTimeAreKept()
{
    // The clocks of Berlin go back on 2025-10-26: 02:30 comes twice.
    m_server->run("ALTER DATABASE test SET timezone = 'Europe/Berlin'");
    m_server->run(
        "INSERT INTO events VALUES (1, '2025-10-26 02:30:00.000001+02'), (2, '2025-10-26 02:30:00.000002+02'), "
        "(3, '2025-10-26 02:30:00.000001+01')");
    QVERIFY(pull({{"table", "events"}, {"cursor", "at"}}, 1) == Lines({"1"}));
    QVERIFY(m_position->text.find("2025-10-26 00:30:00.000001+00") != std::string::npos);
    QVERIFY(pull({{"table", "events"}, {"cursor", "at"}}, 1) == Lines({"2"}));
    QVERIFY(byTime() == Lines({"3"}));
    m_server->run("ALTER DATABASE test RESET timezone");
}

void TestPostgresIncremental::newRowsAreCountedAsAPullWouldFindThem()
{
    const auto rows = counter({{"table", "events"}, {"cursor", "at"}});
    const auto count = [&](std::int64_t enough = 1000) { return rows->countBehind(m_position, enough, {}).value(); };
    QCOMPARE(count(), 0);
    m_server->run("INSERT INTO events SELECT i FROM generate_series(1, 300) i");
    QTRY_COMPARE(count(), 300); // stamps of the last milliseconds are not certain
    QCOMPARE(count(120), 120);
    QCOMPARE(byTime().size(), 300U);
    QCOMPARE(count(), 0);
    m_server->run("INSERT INTO events VALUES (301), (302); INSERT INTO events VALUES (303, now() + interval '1 hour')");
    QTRY_COMPARE(count(), 2); // the stamp of the future waits
    Session slow(*m_server);
    slow.run("BEGIN; INSERT INTO events VALUES (304)");
    QCOMPARE(byTime("0s").size(), 2U);
    QCOMPARE(count(), 0);
    slow.run("COMMIT"); // below the cursor by now, and still new
    QTRY_COMPARE(count(), 1);
    QVERIFY(byTime() == Lines{"304"});
}

void TestPostgresIncremental::newRowsAreCountedAfterARestart()
{
    const auto rows = counter({{"table", "events"}, {"cursor", "id"}});
    m_server->run("INSERT INTO events VALUES (1)");
    m_server->run("CHECKPOINT"); // the test's server does not write its log at each commit
    QCOMPARE(rows->countBehind({}, 10, {}).value(), 1);
    m_server->stop();
    const auto away = rows->countBehind({}, 10, {});
    QVERIFY(!away && isRetryable(away.error()));
    m_server->start();
    QCOMPARE(rows->countBehind({}, 10, {}).value(), 1);
}

void TestPostgresIncremental::newRowsNeedACursor()
{
    const SourceType type = postgresSource();
    const auto counter = type.createCounter(*m_server->options({{"table", "events"}}).check(type.options, "test"));
    QVERIFY(!counter && counter.error().code == ErrorCode::Usage);
    QVERIFY(counter.error().message.find("option 'cursor'") != std::string::npos);
}

void TestPostgresIncremental::everyTypeCanBeACursor_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("value"); ///< of i
    const auto row = [](const char* type, const char* value) { QTest::newRow(type) << type << value; };
    row("bigint", "9007199254740993 + i");
    row("numeric", "1e40::numeric + i * 1e-30");
    row("numeric(60,20)", "1e30::numeric + i * 1e-19");
    row("double precision", "0.1::float8 + i * 1e-15");
    row("real", "0.1::float4 + i");
    row("text", "'ü''\\' || i");
    row("uuid", "lpad(i::text, 32, '0')::uuid");
    row("date", "'0001-01-03 BC'::date + i");
    row("timestamp", "'4000-01-01 BC'::timestamp + i * interval '1 us'");
    row("time", "'23:00'::time + i * interval '1 us'");
    row("bytea", "decode(lpad(i::text, 4, '0'), 'hex')");
    row("inet", "'10.0.0.0'::inet + i");
    row("interval", "i * interval '1 us'");
    row("\"char\"", "chr(64 + i)::\"char\"");
}

void TestPostgresIncremental::everyTypeCanBeACursor()
{
    QFETCH(QString, type);
    QFETCH(QString, value);
    m_server->run(
        fmt::format("DROP TABLE IF EXISTS typed; CREATE TABLE typed(id int PRIMARY KEY, c {} NOT NULL); INSERT INTO "
                    "typed SELECT i, {} FROM generate_series(1, 9) i",
                    type.toStdString(), value.toStdString()));
    for (int id = 1; id <= 9; ++id)
        QVERIFY(pull({{"table", "typed"}, {"cursor", "c"}}, 1) == Lines({std::to_string(id)}));
    QVERIFY(pull({{"table", "typed"}, {"cursor", "c"}}).empty());
}

QTEST_GUILESS_MAIN(TestPostgresIncremental)
#include "tst_postgres_incremental.moc"
