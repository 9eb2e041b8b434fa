// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/sink_contract.h"
#include "tests/support/table_servers.h"

#include <fmt/format.h>

#include <QTest>

#include <map>

using namespace headrace;
using test::Lines;

namespace {

const RunIdentity kRun{"orders", "aa", "run-1"};

constexpr const char* kEveryType =
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
    "'838:59:59', '', '', '', 'null', NULL, '', NULL, NULL, '', '', NULL, NULL, NULL)";

} // namespace

/// MariaDB as a destination: the contracts, and what is special to it.
class TestMariadbSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::MariaServer> m_server;
    std::vector<test::SinkCase> m_cases;
    std::vector<test::TableCase> m_tables;
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
            return test::readTable(mariadbSource(), m_server->options(), databaseOf(folder) + ".orders", columns, '`');
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

    test::TableCase tableCase() const
    {
        test::TableCase c = test::mariaTables(*m_server);
        c.type = mariadbSink();
        c.options = m_server->options();
        c.change = "ADD COLUMN `d` date NULL";
        c.unfit = {{"bigint(20)", "string"},
                   {"double", "int64"},
                   {"datetime(6)", "timestamptz_us"},
                   {"timestamp(6)", "timestamp_us"},
                   {"date", "timestamp_us"},
                   {"longtext", "int64"},
                   {"float", "decimal(6;2)"},
                   {"bigint(20) unsigned", "int64", "MODIFY COLUMN `value` decimal(20,0) NULL would be needed"},
                   {"longtext", "binary"},
                   {"longblob", "string"}};
        c.misfits = {{"varchar(3)", "string", "äöü", "abcd"},
                     {"varchar(4)", "string", "a  ", "abcd "},
                     {"char(3)", "string", "abc", "a "},
                     {"tinytext", "string", "a", std::string(256, 'x')},
                     {"enum('a','b')", "string", "b", "c"},
                     {"varbinary(2)", "binary", "ab", "abc"},
                     {"timestamp(6)", "timestamptz_us", "2038-01-19 03:14:07.999999", "2038-01-19 03:14:08"},
                     {"binary(2)", "binary", "ab", "a"}};
        c.everyType = {kEveryType, mariadbSource(), m_server->options({{"table", "types"}}),
                       "SELECT * FROM {} ORDER BY a"};
        return c;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::MariaServer>();
        m_cases = {contractCase()};
        m_tables = {tableCase()};
    }
    void init() { m_server->run(m_tables.front().reset); }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }
    void tables_data() { test::addTableContract(m_tables); }
    void tables() { test::checkTableContract(m_tables); }

    void keysAreComparedExactly();
    void anInterruptedExchangeIsFinished();
    void aWidenedColumnKeepsTheRest();
    void aTableWithoutTransactionsIsRefused();
};

void TestMariadbSink::keysAreComparedExactly()
{
    const auto upsert = m_tables.front().sink({{"mode", "upsert"}, {"key", "name"}});
    QVERIFY_RESULT(test::writeAll(*upsert, kRun, 1,
                                  test::namedRows({{"1", "a"}, {"2", "A"}, {"3", "á"}, {"4", "a "}, {"5", "a"}})));
    QVERIFY(m_server->run("SELECT id FROM orders ORDER BY id") == Lines({"2", "3", "4", "5"}));
}

/// As a crash between the commit of the rows and the exchange of the tables leaves it, and between that and its note.
void TestMariadbSink::anInterruptedExchangeIsFinished()
{
    m_server->run("CREATE TABLE orders(id bigint, name longtext); INSERT INTO orders VALUES (1, 'old'); CREATE TABLE "
                  "headrace_replacement_test(id bigint, name longtext); INSERT INTO headrace_replacement_test VALUES "
                  "(2, 'new')");
    const auto replacing = m_tables.front().sink({{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(test::namedRows({})->schema(), kRun, {}));
    replacing->close();
    for (int again = 0; again < 2; ++again) {
        m_server->run("UPDATE headrace_commits SET position = 'p1', sequence = 1, replacement = "
                      "'headrace_replacement_test'");
        const auto opened = replacing->open(test::namedRows({})->schema(), kRun, {});
        QVERIFY_RESULT(opened);
        QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
        replacing->close();
        QVERIFY(m_server->run("SELECT * FROM orders") == Lines({"2|new"}));
        QVERIFY(m_server->run("SHOW TABLES") == Lines({"headrace_commits", "orders"}));
        QCOMPARE(m_server->value("SELECT replacement FROM headrace_commits"), std::string());
    }
}

/// A column keeps what it has besides its type.
void TestMariadbSink::aWidenedColumnKeepsTheRest()
{
    const auto one = [](const char* column, const char* cell) {
        return test::rowsOf(test::schemaOf(column), {{cell}});
    };
    QVERIFY_RESULT(test::writeAll(*m_tables.front().sink(), kRun, 1, one("a:int32", "1")));
    m_server->run("ALTER TABLE orders MODIFY a int NOT NULL DEFAULT 7 COMMENT 'it''s'");
    QVERIFY_RESULT(test::writeAll(*m_tables.front().sink(), kRun, 2, one("a:int64", "5000000000")));
    QCOMPARE(m_server
                 ->run("SELECT column_type, is_nullable, column_default, column_comment FROM "
                       "information_schema.columns WHERE table_name = 'orders' AND table_schema = 'test'")
                 .front(),
             std::string("bigint(20)|NO|7|it's"));
}

void TestMariadbSink::aTableWithoutTransactionsIsRefused()
{
    m_server->run("CREATE TABLE orders(id bigint, name text) ENGINE=MyISAM");
    const auto opened = m_tables.front().sink()->open(test::namedRows({})->schema(), kRun, {});
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("the engine MyISAM, which has no transactions") != std::string::npos,
             opened.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestMariadbSink)
#include "tst_mariadb_sink.moc"
