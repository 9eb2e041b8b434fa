// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/sink_contract.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

using namespace headrace;
using Lines = std::vector<std::string>;

namespace {

const RunIdentity kRun{"orders", "aa", "run-1"};
const RunIdentity kOther{"orders", "aa", "run-2"};

std::shared_ptr<arrow::RecordBatch> rowsOf(const std::vector<std::vector<std::string>>& cells)
{
    return test::rowsOf(test::schemaOf("id:int64, name:string"), cells);
}

} // namespace

/// PostgreSQL as a destination: the contract, modes, changes of the table, fencing, and what a broken peer does.
class TestPostgresSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    std::vector<test::SinkCase> m_cases;

    test::SinkCase contractCase() const
    {
        test::SinkCase c;
        c.name = "postgres";
        c.type = postgresSink();
        // A schema of its own for each folder.
        const auto schema = [](const std::string& folder) { return "s" + folder.substr(folder.rfind('/') + 1); };
        c.options = [this, schema](const std::string& folder) {
            return m_server->options({{"schema", schema(folder)}, {"table", "orders"}});
        };
        c.readBack = [this, schema](const std::string& folder, const Lines& columns) {
            return seen(fmt::format("\"{}\".orders", schema(folder)), columns);
        };
        for (const auto& batch : test::typesOf())
            c.types.push_back(test::printedLines(*batch).front());
        c.types[1] = "18446744073709551615"; // numeric(20,0), read as decimal
        c.refusals.resize(c.types.size());
        c.wideColumns = 1'000; // a row must fit into a page of 8 KiB
        return c;
    }

    /// A row a line, through the source; empty without the table.
    Lines seen(const std::string& table, const Lines& columns) const
    {
        std::string list;
        for (const std::string& column : columns) {
            std::string name;
            for (const char character : column)
                name.append(character == '"' ? 2 : 1, character);
            list += (list.empty() ? "\"" : ", \"") + name + "\"";
        }
        const auto all = test::readAll(postgresSource(),
                                       m_server->options({{"query", fmt::format("SELECT {} FROM {}", list, table)}}));
        Lines lines;
        for (const auto& batch : all ? all->batches() : std::vector<std::shared_ptr<arrow::RecordBatch>>())
            for (const std::string& line : test::printedLines(*batch))
                lines.push_back(line);
        return lines;
    }

    std::unique_ptr<Sink> sink(Options options = {}) const
    {
        const auto type = postgresSink();
        if (!options.has("table"))
            options.set("table", "orders");
        return *type.create(*m_server->options(std::move(options)).check(type.options, "sink"));
    }

    static Status writeOne(Sink& sink, std::int64_t sequence, const std::shared_ptr<arrow::RecordBatch>& rows)
    {
        HEADRACE_CHECK(sink.append(rows, {}));
        BatchSummary batch;
        batch.sequence = sequence;
        HEADRACE_CHECK(sink.commit(batch, {fmt::format("p{}", sequence)}, {}));
        return sink.flush({});
    }

    static Status writeAll(Sink& sink, const RunIdentity& identity, std::int64_t sequence,
                           const std::shared_ptr<arrow::RecordBatch>& rows)
    {
        HEADRACE_CHECK(sink.open(rows->schema(), identity, {}));
        HEADRACE_CHECK(writeOne(sink, sequence, rows));
        sink.close();
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::PostgresServer>();
        m_cases = {contractCase()};
    }
    void init() { m_server->run("DROP SCHEMA public CASCADE; CREATE SCHEMA public"); }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void laterRowsOfAKeyWin();
    void replaceExchangesOnceAndThenAppends();
    void aPullOfEverythingReplacesAgain();
    void theTableFollowsTheRows();
    void unfitColumnsAreRefused_data();
    void unfitColumnsAreRefused();
    void everyTypeComesBack();
    void valuesThatDoNotFitAreNamed();
    void anOlderRunIsFencedOff();
    void aLostCommitIsLookedUp_data();
    void aLostCommitIsLookedUp();
    void aServerRestartIsSurvived();
};

void TestPostgresSink::laterRowsOfAKeyWin()
{
    m_server->run("CREATE TABLE orders(id bigint PRIMARY KEY, name text, kept int DEFAULT 5)");
    const auto upsert = sink({{"mode", "upsert"}, {"key", "id"}});
    QVERIFY_RESULT(writeAll(*upsert, kRun, 1, rowsOf({{"1", "a"}, {"2", "b"}, {"1", "c"}})));
    QVERIFY_RESULT(writeAll(*upsert, kRun, 2, rowsOf({{"2", "d"}, {"3", "∅"}})));
    QVERIFY(m_server->run("SELECT * FROM orders ORDER BY id") == Lines({"1|c|5", "2|d|5", "3|∅|5"}));
    QCOMPARE(m_server->value("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'"), std::string("1"));
    const auto fresh = sink({{"mode", "upsert"}, {"key", "id"}, {"table", "fresh"}});
    QVERIFY_RESULT(writeAll(*fresh, {"fresh", "aa", "r"}, 1, rowsOf({{"1", "a"}, {"1", "b"}})));
    QVERIFY(m_server->run("SELECT * FROM fresh") == Lines({"1|b"}));
}

void TestPostgresSink::replaceExchangesOnceAndThenAppends()
{
    m_server->run("CREATE TABLE orders_new(mine int)");
    QVERIFY_RESULT(writeAll(*sink(), {"old", "aa", "r"}, 1, rowsOf({{"1", "old"}})));
    const auto wider = test::rowsOf(test::schemaOf("id:int64, price:double"), {{"2", "0.5"}});
    const auto replacing = sink({{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(wider->schema(), kRun, {}));
    QVERIFY_RESULT(replacing->append(wider, {}));
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"1|old"}));
    replacing->rollback();
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"1|old"}));
    QVERIFY_RESULT(writeOne(*replacing, 1, wider));
    QVERIFY_RESULT(writeOne(*replacing, 2, wider));
    replacing->close();
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"2|0.5", "2|0.5"}));
    const auto resumed = replacing->open(wider->schema(), kRun, {});
    QVERIFY_RESULT(resumed);
    QVERIFY(*resumed == CommittedPosition({{"p2"}, 2}));
    QVERIFY_RESULT(writeOne(*replacing, 3, wider));
    QCOMPARE(m_server->value("SELECT count(*) FROM orders"), std::string("3"));
    QVERIFY(m_server->run(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER "
                "BY 1") == Lines({"headrace_commits", "orders", "orders_new"}));
    QVERIFY(!sink({{"table", std::string(64, 'x')}, {"mode", "replace"}})->open(wider->schema(), kRun, {}));
}

void TestPostgresSink::aPullOfEverythingReplacesAgain()
{
    const auto replacing = sink({{"mode", "replace"}});
    QVERIFY_RESULT(writeAll(*replacing, kRun, 1, rowsOf({{"1", "a"}, {"2", "b"}})));
    RunIdentity next = kRun;
    next.earlierBatches = 1;
    QVERIFY_RESULT(writeAll(*replacing, next, 2, rowsOf({{"3", "c"}})));
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"3|c"}));
    QVERIFY_RESULT(writeAll(*replacing, next, 3, rowsOf({{"4", "d"}})));
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"3|c", "4|d"}));
    next.earlierBatches = 3;
    QVERIFY_RESULT(replacing->open(rowsOf({})->schema(), next, {})); // a source without rows
    QVERIFY_RESULT(writeOne(*replacing, 4, rowsOf({})));
    replacing->close();
    QVERIFY(m_server->run("SELECT * FROM orders").empty());
}

void TestPostgresSink::theTableFollowsTheRows()
{
    const auto one = [](const char* columns, const std::vector<std::string>& cells) {
        return test::rowsOf(test::schemaOf(columns), {cells});
    };
    QVERIFY_RESULT(writeAll(*sink(), kRun, 1, one("a:int32, b:decimal(6;2)", {"1", "2.50"})));
    QVERIFY_RESULT(
        writeAll(*sink(), kRun, 2, one("b:decimal(10;4), c:string, a:int64", {"3.1234", "x", "5000000000"})));
    QVERIFY(m_server->run("SELECT a, b, c FROM orders ORDER BY a") == Lines({"1|2.5000|∅", "5000000000|3.1234|x"}));
    QCOMPARE(
        m_server->value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'orders'::regclass "
                        "AND attname = 'b'"),
        std::string("numeric(10,4)"));
    const auto fixed = sink({{"evolve", "false"}})->open(test::schemaOf("a:int64, d:date32"), kRun, {});
    QVERIFY(!fixed);
    QVERIFY2(fixed.error().message.find("ADD COLUMN \"d\" date would be needed") != std::string::npos,
             fixed.error().message.c_str());
}

void TestPostgresSink::unfitColumnsAreRefused_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("incoming");
    QTest::newRow("text") << "bigint"
                          << "string";
    QTest::newRow("narrow float") << "double precision"
                                  << "int64";
    QTest::newRow("zone") << "timestamp"
                          << "timestamptz_us";
    QTest::newRow("date") << "date"
                          << "timestamp_us";
    QTest::newRow("number in text") << "text"
                                    << "int64";
    QTest::newRow("decimal in float") << "real"
                                      << "decimal(6;2)";
}

void TestPostgresSink::unfitColumnsAreRefused()
{
    QFETCH(QString, existing);
    QFETCH(QString, incoming);
    m_server->run(fmt::format("CREATE TABLE orders(value {})", existing.toStdString()));
    const auto opened = sink()->open(test::schemaOf("value:" + incoming.toStdString()), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(static_cast<int>(opened.error().code), static_cast<int>(ErrorCode::Data));
    QVERIFY2(opened.error().message.find("The column 'value' of the table 'orders' is " + existing.toStdString()) == 0,
             opened.error().message.c_str());
}

/// Read from one table, written to another, compared by the server.
void TestPostgresSink::everyTypeComesBack()
{
    m_server->run(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE types(a bool, b smallint, c int, d bigint, e real, f "
        "float8, "
        "g numeric(6,2), h numeric(38,10), i numeric(60,20), j numeric, k text, l varchar(20), m char(5), n bytea, o "
        "date, "
        "p time, q timetz, r timestamp, s timestamptz, t interval, u uuid, v json, w jsonb, x mood, y int[], z "
        "numeric(6,2)[], "
        "aa inet, ab inet[], ac xml, ad bit(4), ae int4range, af money, ag point, ah text[], ai timestamptz[], aj "
        "name);"
        "INSERT INTO types VALUES (true, -32768, 2147483647, -9223372036854775808, '-Infinity', 5e-324, -1234.50, "
        "-1234567890123456789012345678.0123456789, 1234567890123456789012345678901234567890.00000000000000000001, "
        "'0.000000000000000000000000000000000000000000000000123', 'ü', 'abc', 'ab', '\\x00ff', 'infinity', '24:00', "
        "'12:00+05:30', '4713-01-01 BC', 'infinity', '1 year -3 days 04:05:06.000007', "
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"a\":  1}', '{\"b\": [1, 2]}', 'ok', '{1,null,3}', '{1.5,-0.25}', "
        "'10.1.2.3/8', '{::1}', '<a/>', B'0101', '[1,5)', 12.5, '(1,2)', '{\"\",null,\"a,b\"}', '{2026-01-01}', 'n'),"
        "(null, 0, 0, 0, 'NaN', 'NaN', 0, 0, 0, 'NaN', '', '', '', '', '-infinity', '00:00', '00:00-15', "
        "'-infinity', '-infinity', '0', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'null', 'null', null, '{}', '{}', "
        "'::/0', null, '', B'0000', 'empty', 0, '(0,0)', '{}', null, '')");
    const auto all = test::readAll(postgresSource(), m_server->options({{"table", "types"}, {"special", "extreme"}}));
    QVERIFY_RESULT(all);
    QCOMPARE(all->rejected().size(), 0U);
    const auto writer = sink({{"table", "back"}});
    QVERIFY_RESULT(writer->open(all->schema, kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, all->batches().front()));
    const char* columns =
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{}'::regclass "
        "AND attnum > 0 ORDER BY attnum";
    QVERIFY(m_server->run(fmt::format(fmt::runtime(columns), "types")) ==
            m_server->run(fmt::format(fmt::runtime(columns), "back")));
    const auto before = m_server->run("SELECT types::text FROM types ORDER BY b");
    const auto after = m_server->run("SELECT back::text FROM back ORDER BY b");
    for (std::size_t row = 0; row < before.size(); ++row)
        QCOMPARE(QString::fromStdString(after.at(row)), QString::fromStdString(before[row]));
}

void TestPostgresSink::valuesThatDoNotFitAreNamed()
{
    const auto nanoseconds = arrow::schema({arrow::field("at", arrow::timestamp(arrow::TimeUnit::NANO))});
    arrow::TimestampBuilder builder(nanoseconds->field(0)->type(), arrow::default_memory_pool());
    QVERIFY(builder.AppendValues(std::vector<std::int64_t>{1000, 1001}).ok());
    const auto writer = sink();
    QVERIFY_RESULT(writer->open(nanoseconds, kRun, {}));
    const Status failed = writeOne(*writer, 1, arrow::RecordBatch::Make(nanoseconds, 2, {*builder.Finish()}));
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("row 2 of this run, column 'at'") != std::string::npos,
             failed.error().message.c_str());
    writer->close();
    QCOMPARE(m_server->value("SELECT count(*) FROM orders"), std::string("0"));

    m_server->run("CREATE TABLE short(name varchar(3))");
    const auto tooLong = sink({{"table", "short"}});
    const auto names = test::rowsOf(test::schemaOf("name:string"), {{"abc"}, {"abcd"}});
    const Status refused = writeAll(*tooLong, {"x", "aa", "r"}, 1, names);
    QVERIFY(!refused);
    QCOMPARE(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::Data));
    QVERIFY2(refused.error().message.find("line 2, column name") != std::string::npos, refused.error().message.c_str());
    tooLong->rollback();
    tooLong->close();
    std::string nul("a\0b", 3);
    const auto zero = test::rowsOf(test::schemaOf("name:string"), {{nul}});
    QVERIFY(!writeAll(*sink({{"table", "nul"}}), {"y", "aa", "r"}, 1, zero));
}

void TestPostgresSink::anOlderRunIsFencedOff()
{
    const auto first = sink();
    QVERIFY_RESULT(first->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*first, 1, rowsOf({{"1", "first"}})));
    QVERIFY_RESULT(first->append(rowsOf({{"2", "first"}}), {}));
    const auto second = sink();
    const auto opened = second->open(rowsOf({})->schema(), kOther, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    const Status late = writeOne(*first, 2, rowsOf({{"3", "first"}}));
    QVERIFY(!late);
    QCOMPARE(static_cast<int>(late.error().code), static_cast<int>(ErrorCode::Conflict));
    first->rollback();
    first->close();
    QVERIFY_RESULT(writeOne(*second, 2, rowsOf({{"2", "second"}})));
    QVERIFY(m_server->run("SELECT * FROM orders ORDER BY id") == Lines({"1|first", "2|second"}));
}

void TestPostgresSink::aLostCommitIsLookedUp_data()
{
    QTest::addColumn<bool>("arrived");
    QTest::newRow("the server committed") << true;
    QTest::newRow("the server did not") << false;
}

/// The answer to COMMIT never comes: a deferred trigger, which runs inside COMMIT, ends the session. With dblink-like
/// autonomy out of reach, the case in which the rows did arrive is made by committing them under the same token.
void TestPostgresSink::aLostCommitIsLookedUp()
{
    QFETCH(bool, arrived);
    const auto writer = sink();
    QVERIFY_RESULT(writer->open(rowsOf({})->schema(), kRun, {}));
    m_server->run(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
        "pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
        "FUNCTION cut()");
    const Status lost = writeOne(*writer, 1, rowsOf({{"1", "a"}}));
    QVERIFY(!lost);
    QCOMPARE(static_cast<int>(lost.error().code), static_cast<int>(ErrorCode::Unavailable));
    writer->rollback();
    writer->close();
    m_server->run("DROP FUNCTION cut CASCADE");
    if (arrived)
        m_server->run("INSERT INTO orders VALUES (1, 'a'); UPDATE headrace_commits SET position = 'p1', sequence = 1");
    const auto again = writer->open(rowsOf({})->schema(), kRun, {});
    QVERIFY_RESULT(again);
    QCOMPARE(again->has_value(), arrived);
    if (!arrived)
        QVERIFY_RESULT(writeOne(*writer, 1, rowsOf({{"1", "a"}})));
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"1|a"}));
}

void TestPostgresSink::aServerRestartIsSurvived()
{
    const auto writer = sink();
    QVERIFY_RESULT(writer->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, rowsOf({{"1", "a"}})));
    m_server->run("CHECKPOINT");
    QVERIFY_RESULT(writer->append(rowsOf({{"2", "b"}}), {}));
    m_server->stop();
    const Status failed = writeOne(*writer, 2, rowsOf({{"3", "c"}}));
    QVERIFY(!failed);
    QCOMPARE(static_cast<int>(failed.error().code), static_cast<int>(ErrorCode::Unavailable));
    writer->rollback();
    writer->close();
    QCOMPARE(static_cast<int>(writer->open(rowsOf({})->schema(), kRun, {}).error().code),
             static_cast<int>(ErrorCode::Unavailable));
    m_server->start();
    const auto opened = writer->open(rowsOf({})->schema(), kRun, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    QVERIFY_RESULT(writeOne(*writer, 2, rowsOf({{"2", "b"}, {"3", "c"}})));
    QVERIFY(m_server->run("SELECT * FROM orders ORDER BY id") == Lines({"1|a", "2|b", "3|c"}));
}

QTEST_GUILESS_MAIN(TestPostgresSink)
#include "tst_postgres_sink.moc"
