// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sink_writing.h"

#include <QTest>

#include <algorithm>
#include <memory>
#include <thread>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kPieceRows = 4'000;
constexpr std::int64_t kPieces = 100; ///< 40 MB: ten times what is worth a further connection

/// Rows of id:int64 from `first` on and text:string of 100 bytes.
std::shared_ptr<arrow::RecordBatch> pieceFrom(std::int64_t first, const std::string& text = std::string(100, 'x'))
{
    arrow::Int64Builder ids;
    arrow::StringBuilder texts;
    for (std::int64_t row = 0; row < kPieceRows; ++row)
        if (!ids.Append(first + row).ok() || !texts.Append(text).ok())
            std::abort();
    return arrow::RecordBatch::Make(test::schemaOf("id:int64, text:string"), kPieceRows,
                                    {*ids.Finish(), *texts.Finish()});
}

Status appendPieces(Sink& sink)
{
    for (std::int64_t piece = 0; piece < kPieces; ++piece)
        HEADRACE_CHECK(sink.append(pieceFrom(piece * kPieceRows), {}));
    return {};
}

Status commit(Sink& sink)
{
    BatchSummary batch;
    batch.sequence = 1;
    HEADRACE_CHECK(sink.commit(batch, {"p1"}, {}));
    return sink.flush({});
}

} // namespace

/// Several connections write at once: the large first batch of a table that is not there yet, and batches after each
/// other.
class TestPostgresLanes : public QObject {
    Q_OBJECT

private:
    test::PostgresServer m_server;

    [[nodiscard]] std::unique_ptr<Sink> openSink(Options more = {}) const
    {
        more.set("table", "orders");
        auto sink = postgresSink().create(*m_server.options(std::move(more)).check(postgresSink().options, "test"));
        if (!sink || !(*sink)->open(pieceFrom(0)->schema(), {"orders", "aa", "run-1"}, {}))
            std::abort();
        return std::move(*sink);
    }

    void checkRows() const
    {
        QCOMPARE(m_server.run("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM orders"),
                 std::vector<std::string>{"400000|400000|0|399999"});
        QCOMPARE(m_server.value("SELECT position FROM headrace_commits"), std::string("p1"));
        QCOMPARE(leftTables(), std::string("0"));
    }

    [[nodiscard]] std::string leftTables() const
    {
        return m_server.value("SELECT count(*) FROM pg_class WHERE starts_with(relname, 'headrace_replacement')");
    }

    /// How many transactions have written the rows.
    [[nodiscard]] std::string writers() const
    {
        return m_server.value("SELECT count(DISTINCT xmin::text) FROM orders");
    }

private Q_SLOTS:
    void init() { m_server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public"); }

    void connectionsShareTheRows_data()
    {
        QTest::addColumn<int>("connections");
        QTest::addColumn<QString>("mode");
        QTest::newRow("one") << 1 << "append";
        QTest::newRow("two") << 2 << "append";
        QTest::newRow("three") << 3 << "append";
        QTest::newRow("replace") << 2 << "replace";
    }

    void connectionsShareTheRows()
    {
        QFETCH(const int, connections);
        QFETCH(const QString, mode);
        const auto sink = openSink({{"connections", std::to_string(connections)}, {"mode", mode.toStdString()}});
        QVERIFY_RESULT(appendPieces(*sink));
        QCOMPARE(m_server.value("SELECT count(*) FROM orders"), std::string("0"));
        QVERIFY_RESULT(commit(*sink));
        checkRows();
        // One that connects when all rows are given away has nothing to write.
        const int wrote = std::stoi(writers());
        QVERIFY2(wrote >= std::min(connections, 2) && wrote <= connections, qPrintable(QString::number(wrote)));
        // What comes later goes into the table itself.
        QVERIFY_RESULT(test::writeOne(*sink, 2, pieceFrom(-kPieceRows)));
        sink->close();
        QCOMPARE(m_server.value("SELECT count(*) FROM orders"), std::string("404000"));
    }

    void aDroppedBatchLeavesNothing()
    {
        const auto sink = openSink();
        QVERIFY_RESULT(appendPieces(*sink));
        sink->rollback();
        QCOMPARE(m_server.value("SELECT count(*) FROM orders"), std::string("0"));
        QVERIFY_RESULT(appendPieces(*sink));
        QVERIFY_RESULT(commit(*sink));
        checkRows();
        sink->close();
    }

    void closingLeavesNothing()
    {
        const auto sink = openSink();
        QVERIFY_RESULT(appendPieces(*sink));
        sink->close();
        QCOMPARE(leftTables(), std::string("0"));
        QCOMPARE(m_server.value("SELECT count(*) FROM orders"), std::string("0"));
    }

    /// Whoever looks sees the rows of whole batches in their order, and the position that belongs to them.
    void batchesOverlap_data()
    {
        QTest::addColumn<QString>("table");
        QTest::addColumn<int>("sessions");
        const QString table = QStringLiteral("CREATE TABLE orders(id bigint, text text, writer int DEFAULT "
                                             "pg_backend_pid())");
        QTest::newRow("no key") << table << 2;
        QTest::newRow("index") << table + QStringLiteral("; CREATE INDEX ON orders (id)") << 2;
        QTest::newRow("key") << table + QStringLiteral("; ALTER TABLE orders ADD PRIMARY KEY (id)") << 1;
        QTest::newRow("trigger") << table +
                                        QStringLiteral("; CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS "
                                                       "$$ BEGIN RETURN NEW; END $$; CREATE TRIGGER pass BEFORE "
                                                       "INSERT ON orders FOR EACH ROW EXECUTE FUNCTION pass()")
                                 << 1;
    }

    void batchesOverlap()
    {
        QFETCH(const QString, table);
        QFETCH(const int, sessions);
        m_server.run(table.toStdString());
        const auto sink = openSink();
        std::vector<std::string> seen;
        std::jthread watcher([&](const std::stop_token& stop) {
            while (!stop.stop_requested())
                seen.push_back(
                    m_server.value("SELECT count(*) - 4000 * (SELECT sequence FROM headrace_commits) FROM orders"));
        });
        for (std::int64_t piece = 0; piece < kPieces; ++piece) {
            QVERIFY_RESULT(sink->append(pieceFrom(piece * kPieceRows), {}));
            BatchSummary batch;
            batch.sequence = piece + 1;
            QVERIFY_RESULT(sink->commit(batch, {piece + 1 == kPieces ? "p1" : "p"}, {}));
        }
        QVERIFY_RESULT(sink->flush({}));
        QCOMPARE((*sink->durable())->sequence, kPieces);
        watcher.request_stop();
        watcher.join();
        sink->close();
        checkRows();
        QVERIFY(!seen.empty());
        QVERIFY(std::ranges::all_of(seen, [](const std::string& missing) { return missing == "0"; }));
        QCOMPARE(m_server.value("SELECT count(DISTINCT writer) FROM orders"), std::to_string(sessions));
    }

    /// What was committed before the batch that is dropped stays.
    void aDroppedBatchLeavesThoseBefore()
    {
        m_server.run("CREATE TABLE orders(id bigint, text text)");
        const auto sink = openSink();
        BatchSummary batch;
        for (batch.sequence = 1; batch.sequence <= 40; ++batch.sequence) {
            QVERIFY_RESULT(sink->append(pieceFrom(batch.sequence * kPieceRows), {}));
            QVERIFY_RESULT(sink->commit(batch, {"p"}, {}));
        }
        QVERIFY_RESULT(sink->append(pieceFrom(0), {}));
        sink->rollback();
        sink->close();
        QCOMPARE(m_server.run("SELECT count(*), min(id) FROM orders"), std::vector<std::string>{"160000|4000"});
        QCOMPARE(m_server.value("SELECT sequence FROM headrace_commits"), std::string("40"));
    }

    /// A batch that cannot be committed ends the run before the next one is seen.
    void aFailedBatchHoldsTheNextOnesBack()
    {
        m_server.run("CREATE TABLE orders(id bigint CHECK (id <> 100000), text text)");
        const auto sink = openSink();
        Status failed;
        BatchSummary batch;
        for (batch.sequence = 1; failed && batch.sequence <= kPieces; ++batch.sequence) {
            failed = sink->append(pieceFrom((batch.sequence - 1) * kPieceRows), {});
            if (failed)
                failed = sink->commit(batch, {"p"}, {});
        }
        if (failed)
            failed = sink->flush({});
        QVERIFY(!failed);
        QVERIFY2(failed.error().message.find("check constraint") != std::string::npos, failed.error().message.c_str());
        sink->rollback();
        sink->close();
        const auto left =
            m_server.run("SELECT count(*) - 4000 * (SELECT sequence FROM headrace_commits), max(id) < 100000 "
                         "OR max(id) IS NULL FROM orders");
        QCOMPARE(left, std::vector<std::string>{"0|t"});
    }

    /// What others have done to the table in the meantime is kept.
    void aTouchedTableStays_data()
    {
        QTest::addColumn<QString>("touch");
        QTest::addColumn<QString>("trace");
        QTest::newRow("index") << "CREATE INDEX mine ON orders (id)"
                               << "SELECT count(*) FROM pg_indexes";
        QTest::newRow("view") << "CREATE VIEW mine AS SELECT id FROM orders"
                              << "SELECT count(*) FROM mine";
        QTest::newRow("grant") << "GRANT SELECT ON orders TO PUBLIC"
                               << "SELECT relacl FROM pg_class WHERE relname = 'orders'";
        QTest::newRow("comment") << "COMMENT ON TABLE orders IS 'mine'"
                                 << "SELECT obj_description('orders'::regclass)";
        QTest::newRow("column") << "ALTER TABLE orders ADD COLUMN mine int DEFAULT 7"
                                << "SELECT max(mine) FROM orders";
        QTest::newRow("constraint") << "ALTER TABLE orders ALTER COLUMN id SET NOT NULL"
                                    << "SELECT attnotnull FROM pg_attribute WHERE attname = 'id' AND attrelid = "
                                       "'orders'::regclass";
        QTest::newRow("row")
            << "INSERT INTO orders VALUES (-1)"
            << "SELECT count(*) FROM orders WHERE id = -1; DELETE FROM orders WHERE id = -1 RETURNING 1";
    }

    void aTouchedTableStays()
    {
        QFETCH(const QString, touch);
        QFETCH(const QString, trace);
        const auto sink = openSink();
        const std::string before = m_server.value("SELECT 'orders'::regclass::oid");
        QVERIFY_RESULT(appendPieces(*sink));
        m_server.run(touch.toStdString());
        QVERIFY_RESULT(commit(*sink));
        sink->close();
        QCOMPARE(m_server.value("SELECT 'orders'::regclass::oid"), before);
        const std::string found = m_server.value(trace.toStdString());
        QVERIFY2(!found.empty() && found != "0" && found != "∅", found.c_str());
        checkRows();
    }

    /// A reader that holds the table does not hold the batch up.
    void aReaderIsNotWaitedFor()
    {
        const auto sink = openSink();
        QVERIFY_RESULT(appendPieces(*sink));
        m_server.run("CREATE TABLE gate(); CREATE FUNCTION open_gate() RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS "
                     "(SELECT FROM gate)'");
        std::jthread reader([this] {
            m_server.run("BEGIN; LOCK orders IN ACCESS SHARE MODE; DO $$ BEGIN WHILE NOT open_gate() LOOP PERFORM "
                         "pg_sleep(0.01); END LOOP; END $$; COMMIT");
        });
        QTRY_COMPARE(m_server.value("SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass"),
                     std::string("1"));
        QVERIFY_RESULT(commit(*sink));
        sink->close();
        m_server.run("INSERT INTO gate DEFAULT VALUES");
        reader.join();
        checkRows();
    }

    void aBadValueNamesItsRow()
    {
        const auto sink = openSink();
        QVERIFY_RESULT(appendPieces(*sink));
        Status failed = sink->append(pieceFrom(kPieces * kPieceRows, std::string("a\0b", 3)), {});
        if (failed)
            failed = commit(*sink);
        QVERIFY(!failed);
        QVERIFY2(failed.error().message.find("text") != std::string::npos, failed.error().message.c_str());
        sink->rollback();
        sink->close();
        QCOMPARE(m_server.value("SELECT count(*) FROM orders"), std::string("0"));
        QCOMPARE(leftTables(), std::string("0"));
    }

    /// No connection is left for a helper: the first one writes everything.
    void oneConnectionIsEnough()
    {
        m_server.run("DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN PASSWORD 'canary-3bc1' CONNECTION LIMIT 1;"
                     "GRANT ALL ON SCHEMA public TO narrow");
        const auto sink = openSink({{"user", "narrow"}});
        QVERIFY_RESULT(appendPieces(*sink));
        QVERIFY_RESULT(commit(*sink));
        sink->close();
        checkRows();
        QCOMPARE(writers(), std::string("1"));
        m_server.run("DROP OWNED BY narrow; DROP ROLE narrow");
    }

    /// What a killed run has left goes with the next one; another pipeline's stays, and what is in use.
    void leftTablesAreRemoved()
    {
        auto sink = openSink();
        QVERIFY_RESULT(appendPieces(*sink));
        const std::string name = m_server.value("SELECT relname FROM pg_class WHERE starts_with(relname, "
                                                "'headrace_replacement')");
        sink->rollback();
        sink->close();
        const std::string sibling = name.substr(0, name.rfind('_')) + "_1";
        m_server.run("CREATE TABLE " + sibling + "(); CREATE TABLE headrace_replacement_0123456789abcdef_1()");
        sink = openSink();
        sink->close();
        QCOMPARE(m_server.run("SELECT relname FROM pg_class WHERE starts_with(relname, 'headrace_replacement')"),
                 std::vector<std::string>{"headrace_replacement_0123456789abcdef_1"});
    }
};

QTEST_GUILESS_MAIN(TestPostgresLanes)
#include "tst_postgres_lanes.moc"
