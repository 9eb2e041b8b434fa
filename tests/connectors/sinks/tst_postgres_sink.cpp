// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/sink_contract.h"
#include "tests/support/table_servers.h"

#include <fmt/format.h>

#include <QTest>

using namespace headrace;
using test::Lines;

namespace {

constexpr const char* kEveryType =
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
    "'::/0', null, '', B'0000', 'empty', 0, '(0,0)', '{}', null, '')";

} // namespace

/// PostgreSQL as a destination: the contracts, and what is special to it.
class TestPostgresSink : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    std::vector<test::SinkCase> m_cases;
    std::vector<test::TableCase> m_tables;

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
            return test::readTable(postgresSource(), m_server->options(), fmt::format("\"{}\".orders", schema(folder)),
                                   columns, '"');
        };
        for (const auto& batch : test::typesOf())
            c.types.push_back(test::printedLines(*batch).front());
        c.types[1] = "18446744073709551615"; // numeric(20,0), read as decimal
        c.refusals.resize(c.types.size());
        c.wideColumns = 1'000; // a row must fit into a page of 8 KiB
        return c;
    }

    test::TableCase tableCase() const
    {
        test::TableCase c = test::postgresTables(*m_server);
        c.type = postgresSink();
        c.options = m_server->options();
        c.change = "ADD COLUMN \"d\" date";
        c.unfit = {{"bigint", "string"},
                   {"double precision", "int64"},
                   {"timestamp", "timestamptz_us"},
                   {"date", "timestamp_us"},
                   {"text", "int64"},
                   {"real", "decimal(6;2)"}};
        c.misfits = {{"varchar(3)", "string", "abc", "abcd", "line 2, column c"},
                     {"text", "string", "a", std::string("a\0b", 3), "line 2, column c"}};
        c.everyType = {kEveryType, postgresSource(), m_server->options({{"table", "types"}, {"special", "extreme"}}),
                       "SELECT {0}::text FROM {0} ORDER BY b"};
        return c;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::PostgresServer>();
        m_cases = {contractCase()};
        m_tables = {tableCase()};
    }

    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }
    void tables_data() { test::addTableContract(m_tables); }
    void tables() { test::checkTableContract(m_tables); }

    void nanosecondsAreNamed();
};

void TestPostgresSink::nanosecondsAreNamed()
{
    m_server->run(m_tables.front().reset);
    const auto nanoseconds = arrow::schema({arrow::field("at", arrow::timestamp(arrow::TimeUnit::NANO))});
    arrow::TimestampBuilder builder(nanoseconds->field(0)->type(), arrow::default_memory_pool());
    QVERIFY(builder.AppendValues(std::vector<std::int64_t>{1000, 1001}).ok());
    const auto writer = m_tables.front().sink();
    QVERIFY_RESULT(writer->open(nanoseconds, {"orders", "aa", "run-1"}, {}));
    const Status failed = test::writeOne(*writer, 1, arrow::RecordBatch::Make(nanoseconds, 2, {*builder.Finish()}));
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("row 2 of this run, column 'at'") != std::string::npos,
             failed.error().message.c_str());
    writer->close();
    QCOMPARE(m_server->value("SELECT count(*) FROM orders"), std::string("0"));
}

QTEST_GUILESS_MAIN(TestPostgresSink)
#include "tst_postgres_sink.moc"
