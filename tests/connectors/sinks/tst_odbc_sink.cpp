// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/sink_contract.h"
#include "tests/support/table_servers.h"

#include <fmt/format.h>

#include <QTest>

#include <map>

using namespace headrace;
using test::Lines;

/// ODBC as a destination, through three drivers: the contracts.
class TestOdbcSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::OdbcDatabases> m_databases;
    std::vector<test::SinkCase> m_cases;
    std::vector<test::TableCase> m_tables;
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
            return test::readTable(postgresSource(), options, placeOf("pg", folder) + ".orders", columns, '"');
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
            return test::readTable(mariadbSource(), options, placeOf("maria", folder) + ".orders", columns, '`');
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

    test::TableCase tableCase(const char* name, test::TableCase c) const
    {
        c.name = name;
        c.type = odbcSink();
        c.options = m_databases->options(name);
        c.commits = "headrace_odbc_commits";
        c.sequenceColumn = "sequence_number";
        return c;
    }

    test::TableCase postgresTable() const
    {
        test::TableCase c = tableCase("pg", test::postgresTables(m_databases->postgres()));
        c.change = "ADD \"d\" date";
        c.unfit = {{"bigint", "string"},
                   {"character(5)", "string"},
                   {"timestamp(3) without time zone", "timestamp_us"},
                   {"timestamp without time zone", "timestamptz_us"},
                   {"text", "int64"}};
        c.misfits = {{"varchar(3)", "string", "äöü", "abc "}, {"jsonb", "string", "{}", "{"}};
        return c;
    }

    test::TableCase standardTable() const
    {
        test::TableCase c = postgresTable();
        c.name = "standard";
        c.options.set("dialect", "standard");
        c.evolved = {};
        c.replaceExchanges = false;
        c.cut = {};
        c.stop = {};
        c.misfits = {};
        c.unfit = {{"bigint", "string", "The column 'value' of the table 'orders' is int8"},
                   {"integer", "int64", "The column 'value' of the table 'orders' is int4"}};
        return c;
    }

    test::TableCase mariaTable() const
    {
        test::TableCase c = tableCase("maria", test::mariaTables(m_databases->maria()));
        c.cut = "CREATE TRIGGER cut AFTER UPDATE ON headrace_odbc_commits FOR EACH ROW KILL CONNECTION_ID()";
        c.change = "ADD `d` date";
        c.replaceExchanges = false;
        c.unfit = {{"bigint(20)", "string"}, {"char(5)", "string"}, {"binary(5)", "binary"}, {"longtext", "int64"}};
        c.misfits = {{"varchar(4)", "string", "äöüß", "abcd "},
                     {"varbinary(2)", "binary", "ab", "abc"},
                     {"timestamp(6)", "timestamptz_us", "2038-01-19 03:14:07.999999", "2038-01-19 03:14:08"}};
        return c;
    }

    test::TableCase sqliteTable() const
    {
        test::TableCase c = tableCase("lite", {});
        c.run = [this](const std::string& sql) { return m_databases->run("lite", sql); };
        for (const char* table : {"orders", "orders_new", "fresh", "headrace_odbc_commits"})
            c.reset += fmt::format("DROP TABLE IF EXISTS {}; ", table);
        c.tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1";
        c.countIndexes = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders'";
        c.textLength = "length";
        c.oneWriter = true;
        c.unfit = {{"INTEGER", "string"}, {"NUMERIC", "string"}};
        return c;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_databases = std::make_unique<test::OdbcDatabases>();
        m_cases = {postgresCase(), mariaCase(), sqliteCase(), standardCase()};
        m_tables = {postgresTable(), mariaTable(), sqliteTable(), standardTable()};
    }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }
    void tables_data() { test::addTableContract(m_tables); }
    void tables() { test::checkTableContract(m_tables); }
};

QTEST_GUILESS_MAIN(TestOdbcSink)
#include "tst_odbc_sink.moc"
