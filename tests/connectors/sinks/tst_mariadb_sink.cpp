// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/maria_server.h"
#include "tests/support/rows.h"
#include "tests/support/sink_contract.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

#include <map>

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

/// MariaDB as a destination: the contract, modes, changes of the table, fencing, and what a broken peer does.
class TestMariadbSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::MariaServer> m_server;
    std::vector<test::SinkCase> m_cases;
    mutable std::map<std::string, std::string> m_databases; ///< of the contract's folders

    /// A database of its own for each folder.
    std::string databaseOf(const std::string& folder) const
    {
        auto& name = m_databases[folder];
        if (name.empty()) {
            name = fmt::format("contract{}", m_databases.size());
            m_server->run("CREATE DATABASE " + name);
        }
        return name;
    }

    test::SinkCase contractCase() const
    {
        test::SinkCase c;
        c.name = "mariadb";
        c.type = mariadbSink();
        c.options = [this](const std::string& folder) {
            return m_server->options({{"database", databaseOf(folder)}, {"table", "orders"}});
        };
        c.readBack = [this](const std::string& folder, const Lines& columns) {
            return seen(databaseOf(folder) + ".orders", columns);
        };
        for (const auto& batch : test::typesOf())
            c.types.push_back(test::printedLines(*batch).front());
        c.types[0] = "-9223372036854775808|9223372036854775807|-2147483648|1";
        c.types[3] = c.types[4] = "";
        c.refusals.resize(c.types.size());
        c.refusals[3] = "row 1 of this run, column 'nan': MariaDB cannot hold the double 'nan' there exactly";
        c.refusals[4] = "column 'infinite'";
        c.types[6] = "9999-12-31|0001-01-01|86399999999"; // TIME is read as a duration, printed in microseconds
        c.wideColumns = 980;                              // 1,000 are more than the 8,126 bytes of a row of InnoDB
        c.distinguishesCase = false;
        return c;
    }

    /// A row a line, through the source; empty without the table.
    Lines seen(const std::string& table, const Lines& columns) const
    {
        std::string list;
        for (const std::string& column : columns) {
            std::string name;
            for (const char character : column)
                name.append(character == '`' ? 2 : 1, character);
            list += (list.empty() ? "`" : ", `") + name + "`";
        }
        const auto all = test::readAll(mariadbSource(),
                                       m_server->options({{"query", fmt::format("SELECT {} FROM {}", list, table)}}));
        Lines lines;
        for (const auto& batch : all ? all->batches() : std::vector<std::shared_ptr<arrow::RecordBatch>>())
            for (const std::string& line : test::printedLines(*batch))
                lines.push_back(line);
        return lines;
    }

    std::unique_ptr<Sink> sink(Options options = {}) const
    {
        const auto type = mariadbSink();
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
        m_server = std::make_unique<test::MariaServer>();
        m_cases = {contractCase()};
    }
    void init() { m_server->run("DROP DATABASE test; CREATE DATABASE test"); }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void laterRowsOfAKeyWin();
    void keysAreComparedExactly();
    void anotherUniqueIndexIsRefused();
    void replaceExchangesOnceAndThenAppends();
    void anInterruptedExchangeIsFinished();
    void theTableFollowsTheRows();
    void unfitColumnsAreRefused_data();
    void unfitColumnsAreRefused();
    void aTableWithoutTransactionsIsRefused();
    void everyTypeComesBack();
    void valuesThatDoNotFitAreNamed_data();
    void valuesThatDoNotFitAreNamed();
    void largeValuesAreCutIntoStatements();
    void anOlderRunIsFencedOff();
    void aLostCommitIsLookedUp_data();
    void aLostCommitIsLookedUp();
    void aServerRestartIsSurvived();
};

void TestMariadbSink::laterRowsOfAKeyWin()
{
    m_server->run("CREATE TABLE orders(id bigint PRIMARY KEY, name text, kept int DEFAULT 5)");
    const auto upsert = sink({{"mode", "upsert"}, {"key", "id"}});
    QVERIFY_RESULT(writeAll(*upsert, kRun, 1, rowsOf({{"1", "a"}, {"2", "b"}, {"1", "c"}})));
    QVERIFY_RESULT(writeAll(*upsert, kRun, 2, rowsOf({{"2", "d"}, {"3", "∅"}})));
    QVERIFY(m_server->run("SELECT * FROM orders ORDER BY id") == Lines({"1|c|5", "2|d|5", "3|∅|5"}));
    const auto fresh = sink({{"mode", "upsert"}, {"key", "id"}, {"table", "fresh"}});
    QVERIFY_RESULT(writeAll(*fresh, {"fresh", "aa", "r"}, 1, rowsOf({{"1", "a"}, {"1", "b"}})));
    QVERIFY(m_server->run("SELECT * FROM fresh") == Lines({"1|b"}));
}

void TestMariadbSink::keysAreComparedExactly()
{
    const auto upsert = sink({{"mode", "upsert"}, {"key", "name"}});
    QVERIFY_RESULT(writeAll(*upsert, kRun, 1, rowsOf({{"1", "a"}, {"2", "A"}, {"3", "á"}, {"4", "a "}, {"5", "a"}})));
    QVERIFY(m_server->run("SELECT id FROM orders ORDER BY id") == Lines({"2", "3", "4", "5"}));
}

void TestMariadbSink::anotherUniqueIndexIsRefused()
{
    m_server->run("CREATE TABLE orders(id bigint PRIMARY KEY, name varchar(9) UNIQUE)");
    const auto opened = sink({{"mode", "upsert"}, {"key", "id"}})->open(rowsOf({})->schema(), kRun, {});
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("unique index 'name' over name") != std::string::npos,
             opened.error().message.c_str());
}

void TestMariadbSink::replaceExchangesOnceAndThenAppends()
{
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
    QVERIFY(m_server->run("SHOW TABLES") == Lines({"headrace_commits", "orders"}));
    QVERIFY(!sink({{"table", std::string(65, 'x')}, {"mode", "replace"}})->open(wider->schema(), kRun, {}));
}

/// As a crash between the commit of the rows and the exchange of the tables leaves it, and between that and its note.
void TestMariadbSink::anInterruptedExchangeIsFinished()
{
    m_server->run("CREATE TABLE orders(id bigint, name longtext); INSERT INTO orders VALUES (1, 'old'); CREATE TABLE "
                  "headrace_replacement_test(id bigint, name longtext); INSERT INTO headrace_replacement_test VALUES "
                  "(2, 'new')");
    const auto replacing = sink({{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(rowsOf({})->schema(), kRun, {}));
    replacing->close();
    for (int again = 0; again < 2; ++again) {
        m_server->run("UPDATE headrace_commits SET position = 'p1', sequence = 1, replacement = "
                      "'headrace_replacement_test'");
        const auto opened = replacing->open(rowsOf({})->schema(), kRun, {});
        QVERIFY_RESULT(opened);
        QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
        replacing->close();
        QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"2|new"}));
        QVERIFY(m_server->run("SHOW TABLES") == Lines({"headrace_commits", "orders"}));
        QCOMPARE(m_server->value("SELECT replacement FROM headrace_commits"), std::string());
    }
}

void TestMariadbSink::theTableFollowsTheRows()
{
    const auto one = [](const char* columns, const std::vector<std::string>& cells) {
        return test::rowsOf(test::schemaOf(columns), {cells});
    };
    QVERIFY_RESULT(writeAll(*sink(), kRun, 1, one("a:int32, b:decimal(6;2)", {"1", "2.50"})));
    m_server->run("ALTER TABLE orders MODIFY a int NOT NULL DEFAULT 7 COMMENT 'it''s'");
    QVERIFY_RESULT(
        writeAll(*sink(), kRun, 2, one("b:decimal(10;4), c:string, a:int64", {"3.1234", "x", "5000000000"})));
    QVERIFY(m_server->run("SELECT a, b, c FROM orders ORDER BY a") == Lines({"1|2.5000|∅", "5000000000|3.1234|x"}));
    QVERIFY(m_server->run("SELECT column_type, is_nullable, column_default, column_comment FROM "
                          "information_schema.columns WHERE table_name = 'orders' AND table_schema = 'test' ORDER BY "
                          "column_name LIMIT 2") == Lines({"bigint(20)|NO|7|it's", "decimal(10,4)|YES|NULL|"}));
    const auto fixed = sink({{"evolve", "false"}})->open(test::schemaOf("a:int64, d:date32"), kRun, {});
    QVERIFY(!fixed);
    QVERIFY2(fixed.error().message.find("ADD COLUMN `d` date NULL would be needed") != std::string::npos,
             fixed.error().message.c_str());
}

void TestMariadbSink::unfitColumnsAreRefused_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("incoming");
    const auto row = [](const char* existing, const char* incoming) {
        QTest::addRow("%s <- %s", existing, incoming) << existing << incoming;
    };
    row("bigint(20)", "string");
    row("double", "int64");
    row("datetime(6)", "timestamptz_us");
    row("timestamp(6)", "timestamp_us");
    row("date", "timestamp_us");
    row("longtext", "int64");
    row("float", "decimal(6;2)");
    row("bigint(20) unsigned", "int64");
    row("longtext", "binary");
    row("longblob", "string");
}

void TestMariadbSink::unfitColumnsAreRefused()
{
    QFETCH(QString, existing);
    QFETCH(QString, incoming);
    m_server->run(fmt::format("CREATE TABLE orders(value {} NULL)", existing.toStdString()));
    const auto opened = sink({{"evolve", "false"}})->open(test::schemaOf("value:" + incoming.toStdString()), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(static_cast<int>(opened.error().code), static_cast<int>(ErrorCode::Data));
    QVERIFY2(opened.error().message.find("The column 'value' of the table 'orders' is " + existing.toStdString()) ==
                     0 ||
                 opened.error().message.find("would be needed") != std::string::npos,
             opened.error().message.c_str());
}

void TestMariadbSink::aTableWithoutTransactionsIsRefused()
{
    m_server->run("CREATE TABLE orders(id bigint, name text) ENGINE=MyISAM");
    const auto opened = sink()->open(rowsOf({})->schema(), kRun, {});
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("the engine MyISAM, which has no transactions") != std::string::npos,
             opened.error().message.c_str());
}

/// Read from one table, written to another, compared by the server.
void TestMariadbSink::everyTypeComesBack()
{
    m_server->run(
        "SET time_zone = '+00:00'; CREATE TABLE types(a tinyint, b tinyint unsigned, c smallint, d mediumint, e int "
        "unsigned, f bigint, g bigint unsigned, h float, i double, j decimal(6,2), k decimal(38,10) unsigned, l "
        "decimal(65,30), m bit(1), n bit(20), o year, p date, q datetime(6), r timestamp(6) NULL, s time(6), t "
        "char(5), "
        "u varchar(20), v longtext, w json, x enum('sad','ok'), y set('b','a'), z uuid, aa inet6, ab binary(3), ac "
        "varbinary(9), ad longblob, ae datetime(3), af int zerofill);"
        "INSERT INTO types VALUES (-128, 255, -32768, -8388608, 4294967295, -9223372036854775808, "
        "18446744073709551615, 0.1, 5e-324, -1234.50, 1234567890123456789012345678.0123456789, "
        "-12345678901234567890123456789012345.000000000000000000000000000001, b'1', b'10000000000000000001', 2155, "
        "'9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', '-838:59:59.999999', 'ab', 'ü ', "
        "'😀', '{\"a\":  1}', 'ok', 'a,b', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '::1', 'ab', X'00ff', X'', "
        "'2026-01-01 00:00:00.123', 42),"
        "(0, 0, 0, 0, 0, 0, 0, -0.0, 0, 0, 0, 0, b'0', b'0', 1901, '0001-01-01', '0001-01-01', '1970-01-01 00:00:01', "
        "'838:59:59', '', '', '', 'null', NULL, '', NULL, NULL, '', '', NULL, NULL, NULL)");
    const auto all = test::readAll(mariadbSource(), m_server->options({{"table", "types"}}));
    QVERIFY_RESULT(all);
    QCOMPARE(all->rejected().size(), 0U);
    const auto writer = sink({{"table", "back"}});
    QVERIFY_RESULT(writer->open(all->schema, kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, all->batches().front()));
    const char* columns = "SELECT column_name, column_type FROM information_schema.columns WHERE table_name = '{}' AND "
                          "table_schema = 'test' ORDER BY ordinal_position";
    const auto typesBefore = m_server->run(fmt::format(fmt::runtime(columns), "types"));
    const auto typesAfter = m_server->run(fmt::format(fmt::runtime(columns), "back"));
    for (std::size_t i = 0; i < typesBefore.size(); ++i)
        QCOMPARE(QString::fromStdString(typesAfter.at(i)), QString::fromStdString(typesBefore[i]));
    QVERIFY_RESULT(sink({{"table", "back"}, {"evolve", "false"}})->open(all->schema, kOther, {}));
    const auto before = m_server->run("SELECT * FROM types ORDER BY a");
    const auto after = m_server->run("SELECT * FROM back ORDER BY a");
    for (std::size_t row = 0; row < before.size(); ++row)
        QCOMPARE(QString::fromStdString(after.at(row)), QString::fromStdString(before[row]));
}

void TestMariadbSink::valuesThatDoNotFitAreNamed_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("incoming");
    QTest::addColumn<QString>("good");
    QTest::addColumn<QString>("bad");
    const auto row = [](const char* type, const char* incoming, const char* good, const char* bad) {
        QTest::newRow(type) << type << incoming << good << bad;
    };
    row("varchar(3)", "string", "äöü", "abcd");
    row("varchar(4)", "string", "a  ", "abcd ");
    row("char(3)", "string", "abc", "a ");
    row("tinytext", "string", "a", "TEXT OF 256 BYTES");
    row("enum('a','b')", "string", "b", "c");
    row("varbinary(2)", "binary", "ab", "abc");
    row("timestamp(6)", "timestamptz_us", "2038-01-19 03:14:07.999999", "2038-01-19 03:14:08");
    row("binary(2)", "binary", "ab", "a");
}

void TestMariadbSink::valuesThatDoNotFitAreNamed()
{
    QFETCH(QString, type);
    QFETCH(QString, incoming);
    QFETCH(QString, good);
    QFETCH(QString, bad);
    m_server->run(fmt::format("CREATE TABLE orders(c {} NULL)", type.toStdString()));
    const std::string misfit = bad.startsWith("TEXT OF") ? std::string(256, 'x') : bad.toStdString();
    const auto schema = test::schemaOf("c:" + incoming.toStdString());
    const auto writer = sink();
    QVERIFY_RESULT(writeAll(*writer, kRun, 1, test::rowsOf(schema, {{good.toStdString()}})));
    const Status refused = writeAll(*writer, kRun, 2, test::rowsOf(schema, {{good.toStdString()}, {misfit}}));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("of this run") != std::string::npos, refused.error().message.c_str());
    QVERIFY2(refused.error().code == ErrorCode::Data, refused.error().message.c_str());
    writer->rollback();
    writer->close();
    QCOMPARE(m_server->value("SELECT count(*) FROM orders"), std::string("1"));
}

void TestMariadbSink::largeValuesAreCutIntoStatements()
{
    std::vector<std::vector<std::string>> cells;
    for (int i = 0; i < 60; ++i)
        cells.push_back({std::to_string(i), std::string(static_cast<std::size_t>(i % 3 == 0 ? 900'000 : 10), 'x')});
    QVERIFY_RESULT(writeAll(*sink(), kRun, 1, rowsOf(cells)));
    QCOMPARE(m_server->run("SELECT count(*), sum(length(name)) FROM orders").front(), std::string("60|18000400"));
}

void TestMariadbSink::anOlderRunIsFencedOff()
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

void TestMariadbSink::aLostCommitIsLookedUp_data()
{
    QTest::addColumn<bool>("arrived");
    QTest::newRow("the server committed") << true;
    QTest::newRow("the server did not") << false;
}

/// The answer to the batch never comes: a trigger ends the session. The case in which the rows did arrive is made by
/// committing them under the same token.
void TestMariadbSink::aLostCommitIsLookedUp()
{
    QFETCH(bool, arrived);
    const auto writer = sink();
    QVERIFY_RESULT(writer->open(rowsOf({})->schema(), kRun, {}));
    m_server->run("CREATE TRIGGER cut AFTER UPDATE ON headrace_commits FOR EACH ROW KILL CONNECTION_ID()");
    const Status lost = writeOne(*writer, 1, rowsOf({{"1", "a"}}));
    QVERIFY(!lost);
    QVERIFY2(lost.error().code == ErrorCode::Unavailable, (lost.error().message + lost.error().detail).c_str());
    writer->rollback();
    writer->close();
    m_server->run("DROP TRIGGER cut");
    if (arrived)
        m_server->run("INSERT INTO orders VALUES (1, 'a'); UPDATE headrace_commits SET position = 'p1', sequence = 1");
    const auto again = writer->open(rowsOf({})->schema(), kRun, {});
    QVERIFY_RESULT(again);
    QCOMPARE(again->has_value(), arrived);
    if (!arrived)
        QVERIFY_RESULT(writeOne(*writer, 1, rowsOf({{"1", "a"}})));
    QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"1|a"}));
}

void TestMariadbSink::aServerRestartIsSurvived()
{
    const auto writer = sink();
    QVERIFY_RESULT(writer->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, rowsOf({{"1", "a"}})));
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

QTEST_GUILESS_MAIN(TestMariadbSink)
#include "tst_mariadb_sink.moc"
