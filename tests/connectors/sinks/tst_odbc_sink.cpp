// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/odbc_databases.h"
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

/// ODBC as a destination, through three drivers: the contract, modes, changes of the table, fencing.
class TestOdbcSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::OdbcDatabases> m_databases;
    std::vector<test::SinkCase> m_cases;
    mutable std::map<std::string, std::string> m_names; ///< of the contract's folders

    /// A schema or database of its own for each folder.
    std::string placeOf(const std::string& database, const std::string& folder) const
    {
        auto& name = m_names[database + folder];
        if (name.empty()) {
            name = fmt::format("contract{}", m_names.size());
            m_databases->run(database, fmt::format("CREATE {} {}", database == "pg" ? "SCHEMA" : "DATABASE", name));
        }
        return name;
    }

    static test::SinkCase baseCase(const std::string& name)
    {
        test::SinkCase c;
        c.name = name;
        c.type = odbcSink();
        for (const auto& batch : test::typesOf())
            c.types.push_back(test::printedLines(*batch).front());
        c.refusals.resize(c.types.size());
        return c;
    }

    test::SinkCase postgresCase() const
    {
        test::SinkCase c = baseCase("pg");
        c.options = [this](const std::string& folder) {
            return m_databases->options("pg", {{"table", placeOf("pg", folder) + ".orders"}});
        };
        c.readBack = [this](const std::string& folder, const Lines& columns) {
            const auto options = m_databases->postgres().options();
            return seen(postgresSource(), options, placeOf("pg", folder) + ".orders", columns, '"');
        };
        c.types[1] = "18446744073709551615"; // numeric(20,0), read as decimal
        c.wideColumns = 1'000;               // a row must fit into a page of 8 KiB
        return c;
    }

    /// What a driver says of its server is all that is known.
    test::SinkCase standardCase() const
    {
        test::SinkCase c = postgresCase();
        c.name = "standard";
        c.options = [this](const std::string& folder) {
            return m_databases->options("pg", {{"table", placeOf("pg", folder) + ".orders"}, {"dialect", "standard"}});
        };
        c.types[2] = "0.1|5e-324|-1.7976931348623157e+308";
        c.types[3] = c.types[4] = c.types[6] = c.types[7] = "";
        c.refusals[3] = "column 'nan'";
        c.refusals[4] = "column 'infinite'";
        c.refusals[6] = "The column 'time' is time64[us], for which PostgreSQL";
        c.refusals[7] = "The column 'zoned' is timestamp[us, tz=UTC], for which PostgreSQL";
        c.distinguishesCase = false;
        return c;
    }

    test::SinkCase mariaCase() const
    {
        test::SinkCase c = baseCase("maria");
        c.options = [this](const std::string& folder) {
            return m_databases->options("maria", {{"table", placeOf("maria", folder) + ".orders"}});
        };
        c.readBack = [this](const std::string& folder, const Lines& columns) {
            const auto options = m_databases->maria().options();
            return seen(mariadbSource(), options, placeOf("maria", folder) + ".orders", columns, '`');
        };
        c.types[0] = "-9223372036854775808|9223372036854775807|-2147483648|1";
        c.types[3] = c.types[4] = "";
        c.refusals[3] = "row 1 of this run, column 'nan': MariaDB";
        c.refusals[4] = "column 'infinite'";
        c.types[6] = "9999-12-31|0001-01-01|86399999999"; // TIME is read as a duration, printed in microseconds
        c.wideColumns = 980;                              // 1,000 are more than the 8,126 bytes of a row of InnoDB
        c.distinguishesCase = false;
        return c;
    }

    test::SinkCase sqliteCase() const
    {
        test::SinkCase c = baseCase("lite");
        c.options = [](const std::string& folder) {
            return Options{{"driver", "SQLite3"}, {"database", folder + "/out.db"}, {"table", "orders"}};
        };
        c.readBack = [](const std::string& folder, const Lines& columns) {
            return test::readSqlite(folder + "/out.db", "orders", columns);
        };
        c.types[0] = "-9223372036854775808|9223372036854775807|-2147483648|1";
        c.types[1] = c.types[3] = "";
        c.refusals[1] = "column 'unsigned': SQLite";
        c.types[2] = "0.1|4.94065645841247e-324|-1.79769313486232e+308"; // SQLite prints 15 digits, it keeps all
        c.refusals[3] = "column 'nan': SQLite";
        c.types[4] = "-Inf";
        c.types[7] = "2024-02-29 12:34:56.000001|1969-12-31 23:59:59.999999|2024-03-31 01:30:00.500Z";
        c.types[9] = "\x01\xff,'";
        c.distinguishesCase = false;
        return c;
    }

    /// A row a line, through another source; empty without the table.
    static Lines seen(const SourceType& type, Options options, const std::string& table, const Lines& columns,
                      char quote)
    {
        std::string list;
        for (const std::string& column : columns) {
            std::string name;
            for (const char character : column)
                name.append(character == quote ? 2 : 1, character);
            list += (list.empty() ? "" : ", ") + std::string(1, quote) + name + quote;
        }
        options.set("query", fmt::format("SELECT {} FROM {}", list, table));
        const auto all = test::readAll(type, options);
        Lines lines;
        for (const auto& batch : all ? all->batches() : std::vector<std::shared_ptr<arrow::RecordBatch>>())
            for (const std::string& line : test::printedLines(*batch))
                lines.push_back(line);
        return lines;
    }

    std::unique_ptr<Sink> sink(const std::string& database, Options options = {}) const
    {
        const auto type = odbcSink();
        if (!options.has("table"))
            options.set("table", "orders");
        const std::string name = database == "standard" ? "pg" : database;
        if (database == "standard")
            options.set("dialect", "standard");
        return *type.create(*m_databases->options(name, std::move(options)).check(type.options, "sink"));
    }

    Lines run(const std::string& database, const std::string& sql) const
    {
        return m_databases->run(database == "standard" ? "pg" : database, sql);
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

    static void addDatabases(std::initializer_list<const char*> names = {"pg", "maria", "lite", "standard"})
    {
        QTest::addColumn<QString>("database");
        for (const char* name : names)
            QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_databases = std::make_unique<test::OdbcDatabases>();
        m_cases = {postgresCase(), mariaCase(), sqliteCase(), standardCase()};
    }
    void init()
    {
        for (const std::string& name : test::OdbcDatabases::names())
            m_databases->run(name, "DROP TABLE IF EXISTS orders; DROP TABLE IF EXISTS headrace_commits");
    }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void laterRowsOfAKeyWin_data() { addDatabases(); }
    void laterRowsOfAKeyWin();
    void replaceTakesThePlaceOnce_data() { addDatabases(); }
    void replaceTakesThePlaceOnce();
    void manyRowsArriveUnchanged_data() { addDatabases(); }
    void manyRowsArriveUnchanged();
    void theTableFollowsTheRows_data() { addDatabases({"pg", "maria"}); }
    void theTableFollowsTheRows();
    void unfitColumnsAreRefused_data();
    void unfitColumnsAreRefused();
    void valuesThatDoNotFitAreNamed_data();
    void valuesThatDoNotFitAreNamed();
    void anOlderRunIsFencedOff_data() { addDatabases(); }
    void anOlderRunIsFencedOff();
    void aServerRestartIsSurvived_data() { addDatabases({"pg", "maria"}); }
    void aServerRestartIsSurvived();
};

void TestOdbcSink::laterRowsOfAKeyWin()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto upsert = [&] { return sink(name, {{"mode", "upsert"}, {"key", OptionList{"id"}}}); };
    QVERIFY_RESULT(writeAll(*upsert(), kRun, 1, rowsOf({{"1", "a"}, {"2", "b"}, {"1", "c"}})));
    QVERIFY_RESULT(writeAll(*upsert(), kRun, 2, rowsOf({{"2", "d"}, {"3", "∅"}, {"2", "e"}})));
    const Lines lines = run(name, "SELECT id, name FROM orders ORDER BY id");
    QVERIFY2(lines == Lines({"1|c", "2|e", "3|∅"}), lines.empty() ? "" : lines.front().c_str());
    if (name != "maria")
        return;
    m_databases->run("maria", "ALTER TABLE orders ADD UNIQUE other(name(9))");
    const auto opened = upsert()->open(rowsOf({})->schema(), kRun, {});
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("the unique index 'other' over name") != std::string::npos,
             opened.error().message.c_str());
}

void TestOdbcSink::replaceTakesThePlaceOnce()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto all = [&] { return run(name, "SELECT id, name FROM orders ORDER BY id"); };
    QVERIFY_RESULT(writeAll(*sink(name), {"old", "aa", "r"}, 1, rowsOf({{"1", "old"}})));
    const auto replacing = sink(name, {{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(replacing->append(rowsOf({{"2", "new"}}), {}));
    QVERIFY(all() == Lines({"1|old"}));
    replacing->rollback();
    QVERIFY(all() == Lines({"1|old"}));
    QVERIFY_RESULT(writeOne(*replacing, 1, rowsOf({{"2", "new"}})));
    QVERIFY(all() == Lines({"2|new"}));
    QVERIFY_RESULT(writeOne(*replacing, 2, rowsOf({{"3", "more"}})));
    replacing->close();
    const auto resumed = replacing->open(rowsOf({})->schema(), kRun, {});
    QVERIFY_RESULT(resumed);
    QVERIFY(*resumed == CommittedPosition({{"p2"}, 2}));
    QVERIFY_RESULT(writeOne(*replacing, 3, rowsOf({{"4", "last"}})));
    QVERIFY(all() == Lines({"2|new", "3|more", "4|last"}));
}

/// Every size of a statement's rows, and values longer than most.
void TestOdbcSink::manyRowsArriveUnchanged()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    std::vector<std::vector<std::string>> cells;
    std::int64_t length = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::string text = i % 100 == 7 ? std::string(100'000, 'x') + "ü😀" : "row \\' " + std::to_string(i);
        length += i % 100 == 7 ? 100'002 : static_cast<std::int64_t>(text.size());
        cells.push_back({std::to_string(i), i % 10 == 3 ? "∅" : text});
        if (i % 10 == 3)
            length -= static_cast<std::int64_t>(text.size());
    }
    const auto writer = sink(name);
    const auto rows = rowsOf(cells);
    QVERIFY_RESULT(writer->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(writer->append(rows->Slice(0, 3), {}));
    QVERIFY_RESULT(writer->append(rows->Slice(3, 290), {}));
    QVERIFY_RESULT(writeOne(*writer, 1, rows->Slice(293)));
    const Lines sums = run(name, fmt::format("SELECT count(*), count(name), sum(id), sum({}(name)) FROM orders",
                                             name == "lite" ? "length" : "char_length"));
    QCOMPARE(sums.front(), fmt::format("1000|900|499500|{}", length));
}

void TestOdbcSink::theTableFollowsTheRows()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto one = [](const char* columns, const std::vector<std::string>& cells) {
        return test::rowsOf(test::schemaOf(columns), {cells});
    };
    QVERIFY_RESULT(writeAll(*sink(name), kRun, 1, one("a:int32, b:decimal(6;2)", {"1", "2.50"})));
    QVERIFY_RESULT(
        writeAll(*sink(name), kRun, 2, one("b:decimal(10;4), c:string, a:int64", {"3.1234", "x", "5000000000"})));
    const Lines lines = run(name, "SELECT a, b, c FROM orders ORDER BY a");
    QVERIFY2(lines == Lines({"1|2.5000|∅", "5000000000|3.1234|x"}), lines.front().c_str());
    const auto fixed = sink(name, {{"evolve", "false"}})->open(test::schemaOf("a:int64, d:date32"), kRun, {});
    QVERIFY(!fixed);
    QVERIFY2(fixed.error().message.find("date") != std::string::npos &&
                 fixed.error().message.find("would be needed") != std::string::npos,
             fixed.error().message.c_str());
}

void TestOdbcSink::unfitColumnsAreRefused_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("incoming");
    const auto row = [](const char* database, const char* existing, const char* incoming) {
        QTest::addRow("%s %s <- %s", database, existing, incoming) << database << existing << incoming;
    };
    row("pg", "bigint", "string");
    row("pg", "char(5)", "string");
    row("pg", "timestamp(3)", "timestamp_us");
    row("pg", "timestamp", "timestamptz_us");
    row("pg", "text", "int64");
    row("maria", "bigint", "string");
    row("maria", "char(5)", "string");
    row("maria", "binary(5)", "binary");
    row("maria", "longtext", "int64");
    row("lite", "INTEGER", "string");
    row("lite", "NUMERIC", "string");
    row("standard", "bigint", "string");
    row("standard", "integer", "int64");
}

void TestOdbcSink::unfitColumnsAreRefused()
{
    QFETCH(QString, database);
    QFETCH(QString, existing);
    QFETCH(QString, incoming);
    const std::string name = database.toStdString();
    run(name, fmt::format("CREATE TABLE orders(value {} NULL)", existing.toStdString()));
    const auto opened = sink(name)->open(test::schemaOf("value:" + incoming.toStdString()), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(static_cast<int>(opened.error().code), static_cast<int>(ErrorCode::Data));
    QVERIFY2(opened.error().message.find("The column 'value' of the table 'orders' is ") == 0,
             opened.error().message.c_str());
}

void TestOdbcSink::valuesThatDoNotFitAreNamed_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("incoming");
    QTest::addColumn<QString>("good");
    QTest::addColumn<QString>("bad");
    const auto row = [](const char* database, const char* type, const char* incoming, const char* good,
                        const char* bad) {
        QTest::addRow("%s %s", database, type) << database << type << incoming << good << bad;
    };
    row("pg", "varchar(3)", "string", "äöü", "abc ");
    row("pg", "jsonb", "string", "{}", "{");
    row("maria", "varchar(4)", "string", "äöüß", "abcd ");
    row("maria", "varbinary(2)", "binary", "ab", "abc");
    row("maria", "timestamp(6)", "timestamptz_us", "2038-01-19 03:14:07.999999", "2038-01-19 03:14:08");
}

void TestOdbcSink::valuesThatDoNotFitAreNamed()
{
    QFETCH(QString, database);
    QFETCH(QString, type);
    QFETCH(QString, incoming);
    QFETCH(QString, good);
    QFETCH(QString, bad);
    const std::string name = database.toStdString();
    run(name, fmt::format("CREATE TABLE orders(c {} NULL)", type.toStdString()));
    const auto schema = test::schemaOf("c:" + incoming.toStdString());
    const auto writer = sink(name);
    QVERIFY_RESULT(writeAll(*writer, kRun, 1, test::rowsOf(schema, {{good.toStdString()}})));
    const Status refused =
        writeAll(*writer, kRun, 2, test::rowsOf(schema, {{good.toStdString()}, {bad.toStdString()}}));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("of this run") != std::string::npos, refused.error().message.c_str());
    QVERIFY2(refused.error().code == ErrorCode::Data, (refused.error().message + refused.error().detail).c_str());
    writer->rollback();
    writer->close();
    QCOMPARE(run(name, "SELECT count(*) FROM orders").front(), std::string("1"));
}

void TestOdbcSink::anOlderRunIsFencedOff()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto first = sink(name);
    QVERIFY_RESULT(first->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*first, 1, rowsOf({{"1", "first"}})));
    const auto second = sink(name);
    const auto opened = second->open(rowsOf({})->schema(), kOther, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    const Status late = writeOne(*first, 2, rowsOf({{"3", "first"}}));
    QVERIFY(!late);
    QCOMPARE(static_cast<int>(late.error().code), static_cast<int>(ErrorCode::Conflict));
    first->rollback();
    first->close();
    QVERIFY_RESULT(writeOne(*second, 2, rowsOf({{"2", "second"}})));
    QVERIFY(run(name, "SELECT id, name FROM orders ORDER BY id") == Lines({"1|first", "2|second"}));
}

void TestOdbcSink::aServerRestartIsSurvived()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto restart = [&](bool up) {
        if (name == "pg")
            up ? m_databases->postgres().start() : m_databases->postgres().stop();
        else
            up ? m_databases->maria().start() : m_databases->maria().stop();
    };
    const auto writer = sink(name);
    QVERIFY_RESULT(writer->open(rowsOf({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, rowsOf({{"1", "a"}})));
    QVERIFY_RESULT(writer->append(rowsOf({{"2", "b"}}), {}));
    restart(false);
    const Status failed = writeOne(*writer, 2, rowsOf({{"3", "c"}}));
    QVERIFY(!failed);
    QVERIFY2(failed.error().code == ErrorCode::Unavailable, (failed.error().message + failed.error().detail).c_str());
    writer->rollback();
    writer->close();
    QCOMPARE(static_cast<int>(writer->open(rowsOf({})->schema(), kRun, {}).error().code),
             static_cast<int>(ErrorCode::Unavailable));
    restart(true);
    const auto opened = writer->open(rowsOf({})->schema(), kRun, {});
    QVERIFY_RESULT(opened);
    QVERIFY2(*opened == CommittedPosition({{"p1"}, 1}), *opened ? (*opened)->end.text.c_str() : "no position");
    QVERIFY_RESULT(writeOne(*writer, 2, rowsOf({{"2", "b"}, {"3", "c"}})));
    QVERIFY(run(name, "SELECT id, name FROM orders ORDER BY id") == Lines({"1|a", "2|b", "3|c"}));
}

QTEST_GUILESS_MAIN(TestOdbcSink)
#include "tst_odbc_sink.moc"
