// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTcpServer>
#include <QTest>

#include <algorithm>
#include <future>

using namespace headrace;

/// ODBC as a source, through three drivers: the contract, the types, the ways to connect.
class TestOdbcSource : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::OdbcDatabases> m_databases;
    std::vector<test::SourceCase> m_cases;

    /// The same rows in each database.
    void fill(const std::string& name) const
    {
        m_databases->run(name,
                         "CREATE TABLE t(id integer NOT NULL PRIMARY KEY, name varchar(40), price double precision); "
                         "CREATE TABLE heap(n integer, filler text); CREATE VIEW v AS SELECT id, name FROM t WHERE "
                         "id % 2 = 0");
        std::string t = "INSERT INTO t VALUES ";
        std::string heap = "INSERT INTO heap VALUES ";
        for (int i = 1; i <= 40; ++i)
            t += fmt::format("{}({}, 'row {} €', {}.25)", i == 1 ? "" : ", ", i, i, i);
        for (int i = 1; i <= 60; ++i)
            heap += fmt::format("{}({}, '{}')", i == 1 ? "" : ", ", i, std::string(3000, 'x'));
        m_databases->run(name, t + "; " + heap);
    }

    std::vector<test::SourceCase> casesOf(const std::string& name) const
    {
        fill(name);
        test::SourceCase table;
        table.name = name + " table";
        table.type = odbcSource();
        table.options = m_databases->options(name, {{"table", "t"}});
        table.rows = 40;
        table.missing = m_databases->options(name, {{"table", "tt"}});
        table.missingName = "'tt'";
        table.bad = m_databases->options(name, {{"query", "SELECT * FORM t"}});
        table.badValue = "FORM";

        test::SourceCase heap = table;
        heap.name = name + " table without key";
        heap.options = m_databases->options(name, {{"table", "heap"}});
        heap.rows = 60;

        test::SourceCase query = table;
        query.name = name + " query";
        query.options = m_databases->options(name, {{"query", "SELECT id * 2 AS n, name, price FROM t ORDER BY id % 40 "
                                                              "DESC; "}});
        query.missing = m_databases->options(name, {{"query", "SELECT * FROM nothing_here"}});
        query.missingName = "nothing_here";

        test::SourceCase cursor = table;
        cursor.name = name + " cursor";
        cursor.options =
            m_databases->options(name, {{"table", "t"}, {"cursor", "price"}, {"key", "id"}, {"lag", "1ms"}});
        return {table, heap, query, cursor};
    }

    static Error failure(const Options& options)
    {
        const auto all = test::readAll(odbcSource(), options);
        return all ? Error{ErrorCode::Failed, "no error", {}, {}} : all.error();
    }

    test::ReadAll rows(const std::string& name, Options options) const
    {
        auto all = test::readAll(odbcSource(), m_databases->options(name, std::move(options)));
        if (!all)
            qFatal("%s | %s", all.error().message.c_str(), all.error().detail.c_str());
        return *std::move(all);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_databases = std::make_unique<test::OdbcDatabases>();
        for (const std::string& name : test::OdbcDatabases::names())
            for (test::SourceCase& one : casesOf(name))
                m_cases.push_back(std::move(one));
    }

    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesAreExact_data();
    void typesAreExact();
    void longValuesAndManyRows_data();
    void longValuesAndManyRows();
    void badValuesGoToQuarantine();
    void namesAreQuoted_data();
    void namesAreQuoted();
    void failedConnectionsNameTheirCause_data();
    void failedConnectionsNameTheirCause();
    void aStopEndsTheConnecting();
    void connectionsAreWrittenInThreeWays();
    void describeListsTablesAndViews();
    void onlyReads();
    void onlyQueriesRun_data();
    void onlyQueriesRun();
};

void TestOdbcSource::typesAreExact_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* database, const char* type, const char* values, const QByteArray& expected) {
        QTest::addRow("%s %s", database, type) << database << type << values << expected;
    };
    row("pg", "smallint", "(-32768),(32767),(null)", "int16\n-32768\n32767\n∅");
    row("pg", "integer", "(-2147483648)", "int32\n-2147483648");
    row("pg", "bigint", "(9223372036854775807),(-9223372036854775808)",
        "int64\n9223372036854775807\n-9223372036854775808");
    row("pg", "oid", "(4294967295)", "uint32\n4294967295");
    row("pg", "real", "(0.1),('NaN')", "float\n0.1\nnan");
    row("pg", "double precision", "(0.30000000000000004),(5e-324),('-Infinity')",
        "double\n0.30000000000000004\n5e-324\n-inf");
    row("pg", "numeric(6,2)", "(12.3),(-0.01)", "decimal128(6, 2)\n12.30\n-0.01");
    row("pg", "numeric(38,10)", "(-1234567890123456789012345678.0123456789)",
        "decimal128(38, 10)\n-1234567890123456789012345678.0123456789");
    row("pg", "numeric(70,20)", "(12345678901234567890123456789012345678901234567890.00000000000000000001)",
        "decimal256(70, 20)\n12345678901234567890123456789012345678901234567890.00000000000000000001");
    row("pg", "numeric", "(1234567890123456789.123456789012345),('NaN')",
        "string\n1234567890123456789.123456789012345\nNaN");
    row("pg", "boolean", "(true),(false),(null)", "bool\ntrue\nfalse\n∅");
    row("pg", "char(5)", "('ab')", "string\nab   ");
    row("pg", "varchar(9)", "('Zürich'),(''),(null)", "string\nZürich\n\n∅");
    row("pg", "text", "('😀'),('a' || chr(10) || 'b')", "string\n😀\na\nb");
    row("pg", "bytea", "('\\x00ff27'),('')", QByteArrayLiteral("binary\n\0\xff'\n"));
    row("pg", "date", "('2024-02-29'),('0044-03-15 BC'),('12026-01-01')",
        "date32[day]\n2024-02-29\n-0043-03-15\n12026-01-01");
    row("pg", "time", "('23:59:59.999999')", "time64[us]\n23:59:59.999999");
    row("pg", "timetz", "('10:00:00.5+02')", "string\n10:00:00.5+02");
    row("pg", "timestamp", "('1969-12-31 23:59:59.999999'),('9999-12-31 23:59:59')",
        "timestamp[us]\n1969-12-31 23:59:59.999999\n9999-12-31 23:59:59.000000");
    row("pg", "timestamptz", "('2026-07-01 12:00:00.5+02')", "timestamp[us, tz=UTC]\n2026-07-01 10:00:00.500000Z");
    row("pg", "interval", "('1 month 2 days 3.5 seconds')", "string\n1 mon 2 days 00:00:03.5");
    row("pg", "uuid", "('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')", "string\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    row("pg", "jsonb", "('{\"a\": 1}')", "string\n{\"a\": 1}");
    row("pg", "int[]", "('{1,NULL}')", "string\n{1,NULL}");
    row("pg", "money", "(12.5)", "string\n$12.50");
    row("pg", "bit(3)", "(B'101')", "string\n101");

    row("maria", "tinyint", "(-128),(127),(null)", "int8\n-128\n127\n∅");
    row("maria", "tinyint unsigned", "(255)", "uint8\n255");
    row("maria", "smallint unsigned", "(65535)", "uint16\n65535");
    row("maria", "int unsigned", "(4294967295)", "uint32\n4294967295");
    row("maria", "bigint unsigned", "(18446744073709551615)", "uint64\n18446744073709551615");
    row("maria", "float", "(0.1),(16777217)", "float\n0.1\n16777216");
    row("maria", "double", "(5e-324),(0.30000000000000004)", "double\n5e-324\n0.30000000000000004");
    row("maria", "decimal(10,2)", "(-12.5)", "decimal128(10, 2)\n-12.50");
    row("maria", "decimal(65,30)", "(-12345678901234567890123456789012345.000000000000000000000000000001)",
        "decimal256(65, 30)\n-12345678901234567890123456789012345.000000000000000000000000000001");
    row("maria", "bit(1)", "(b'1'),(b'0')", "bool\ntrue\nfalse");
    row("maria", "bit(20)", "(b'100000001')", "uint64\n257");
    row("maria", "year", "(2155)", "uint16\n2155");
    row("maria", "date", "('1000-01-01'),('9999-12-31')", "date32[day]\n1000-01-01\n9999-12-31");
    row("maria", "datetime(6)", "('9999-12-31 23:59:59.999999')", "timestamp[us]\n9999-12-31 23:59:59.999999");
    row("maria", "timestamp(6) null", "('2026-07-01 12:00:00.5')",
        "timestamp[us, tz=UTC]\n2026-07-01 12:00:00.500000Z");
    row("maria", "time(6)", "('-838:59:59.999999'),('00:00:01')", "duration[us]\n-3020399999999\n1000000");
    row("maria", "varchar(9)", "('Zürich'),(''),('😀')", "string\nZürich\n\n😀");
    row("maria", "varchar(9) charset latin1", "('Zürich')", "string\nZürich");
    row("maria", "json", "('{\"a\":  1}')", "string\n{\"a\":  1}");
    row("maria", "enum('b','a')", "('a')", "string\na");
    row("maria", "uuid", "('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')", "string\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    row("maria", "blob", "(X'00ff27'),('')", QByteArrayLiteral("binary\n\0\xff'\n"));
    row("maria", "binary(3)", "('a')", QByteArrayLiteral("binary\na\0\0"));

    row("lite", "integer", "(9223372036854775807),(null)", "int64\n9223372036854775807\n∅");
    row("lite", "double", "(0.30000000000000004),(5e-324),(0.1)", "double\n0.30000000000000004\n5e-324\n0.1");
    row("lite", "text", "('Zürich 😀'),('')", "string\nZürich 😀\n");
    row("lite", "blob", "(X'00ff27'),(X'')", QByteArrayLiteral("binary\n\0\xff'\n"));
    row("lite", "timestamp", "('2026-01-01T10:00:00')", "string\n2026-01-01T10:00:00");
    row("lite", "decimal(10,2)", "(12.5)", "string\n12.5");
}

void TestOdbcSource::typesAreExact()
{
    QFETCH(QString, database);
    QFETCH(QString, type);
    QFETCH(QString, values);
    QFETCH(QByteArray, expected);
    const std::string name = database.toStdString();
    m_databases->run(name,
                     fmt::format("{}DROP TABLE IF EXISTS typed; CREATE TABLE typed(c {}); INSERT INTO typed VALUES {}",
                                 name == "maria" ? "SET time_zone = '+00:00'; " : "", type.toStdString(),
                                 values.toStdString()));
    for (const Options& options : {Options{{"table", "typed"}}, Options{{"query", "SELECT * FROM typed"}}}) {
        const auto all = rows(name, options);
        QCOMPARE(all.rejected().size(), 0U);
        QCOMPARE(QByteArray::fromStdString(all.text()), "c:" + expected);
    }
}

void TestOdbcSource::longValuesAndManyRows_data()
{
    QTest::addColumn<QString>("database");
    for (const std::string& name : test::OdbcDatabases::names())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

/// Values longer than the buffers, in the middle of blocks of rows.
void TestOdbcSource::longValuesAndManyRows()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const char* blob = name == "pg" ? "bytea" : "longblob";
    m_databases->run(name, fmt::format("CREATE TABLE long_values(id integer PRIMARY KEY, a {}, n integer, b {})",
                                       name == "maria" ? "longtext" : "text", name == "lite" ? "blob" : blob));
    std::string insert = "INSERT INTO long_values VALUES ";
    for (int i = 0; i < 3000; ++i) {
        const bool isLong = i % 7 == 0;
        const std::string text = isLong ? std::string(static_cast<std::size_t>(100 * i), 'x') + "ü" : std::to_string(i);
        const std::string bytes = isLong && i < 700 ? std::string(static_cast<std::size_t>(i) * 400, '7') : "00ff";
        insert += fmt::format("{}({}, '{}', {}, {})", insert.ends_with(' ') ? "" : ",", i, text, i,
                              name == "pg" ? "'\\x" + bytes + "'" : "X'" + bytes + "'");
        if (insert.size() > 4'000'000 || i == 2999) {
            m_databases->run(name, insert);
            insert = "INSERT INTO long_values VALUES ";
        }
    }
    const auto all = rows(name, {{"table", "long_values"}});
    std::int64_t row = 0;
    for (const auto& batch : all.batches())
        for (std::int64_t i = 0; i < batch->num_rows(); ++i, ++row) {
            const bool isLong = row % 7 == 0;
            const auto text = static_cast<const arrow::StringArray&>(*batch->column(1)).GetView(i);
            const auto bytes = static_cast<const arrow::BinaryArray&>(*batch->column(3)).GetView(i);
            QCOMPARE(text.size(), isLong ? static_cast<std::size_t>(100 * row + 2) : std::to_string(row).size());
            QVERIFY(!isLong || text.ends_with("ü"));
            QCOMPARE(bytes.size(), isLong && row < 700 ? static_cast<std::size_t>(row * 200) : 2U);
        }
    QCOMPARE(row, 3000);
}

void TestOdbcSource::badValuesGoToQuarantine()
{
    m_databases->run("lite",
                     "CREATE TABLE loose(id integer PRIMARY KEY, n integer); INSERT INTO loose VALUES (1, 7), (2, "
                     "'seven'), (3, 1.5), (4, 8)");
    const auto all = rows("lite", {{"table", "loose"}});
    QCOMPARE(all.text(), std::string("id:int64|n:int64\n1|7\n4|8"));
    QCOMPARE(all.rejected().size(), 2U);
    QCOMPARE(all.rejected()[0].reason,
             std::string("The column 'n' is read as int64, but holds 'seven', which has no exact "
                         "place in it. Cast it to text in a query."));
    QCOMPARE(all.rejected()[0].raw, std::string("id=2, n=seven"));
    m_databases->run("pg",
                     "CREATE TABLE endless(id int PRIMARY KEY, d date, at timestamp); INSERT INTO endless VALUES (1, "
                     "'infinity', now()), (2, now(), '-infinity'), (3, '2026-01-01', '2026-01-01')");
    const auto pg = rows("pg", {{"table", "endless"}});
    QCOMPARE(pg.rejected().size(), 2U);
    QVERIFY(pg.text().ends_with("\n3|2026-01-01|2026-01-01 00:00:00.000000"));
    m_databases->run("maria",
                     "SET sql_mode = ''; CREATE TABLE zero(id int PRIMARY KEY, d date); INSERT INTO zero VALUES (1, "
                     "'0000-00-00'), (2, '2026-01-00'), (3, '2026-01-02')");
    const auto maria = rows("maria", {{"table", "zero"}});
    QCOMPARE(maria.text(), std::string("id:int32|d:date32[day]\n3|2026-01-02"));
    QVERIFY(maria.rejected()[1].reason.find("'2026-01-00'") != std::string::npos);
}

void TestOdbcSource::namesAreQuoted_data()
{
    longValuesAndManyRows_data();
}

void TestOdbcSource::namesAreQuoted()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const char q = name == "maria" ? '`' : '"';
    m_databases->run(name,
                     fmt::format("CREATE TABLE {0}Sel.ect{0}({0}from{0} integer, {0}a b{0} varchar(9)); INSERT INTO "
                                 "{0}Sel.ect{0} VALUES (1, 'x')",
                                 q));
    const auto all = rows(name, {{"table", fmt::format("{0}Sel.ect{0}", q)}});
    QVERIFY2(all.text().ends_with("|a b:string\n1|x"), all.text().c_str());
    const Error twice = failure(m_databases->options(name, {{"query", "SELECT 1 AS a, 2 AS a"}}));
    QVERIFY2(twice.message.find("two columns named 'a'") != std::string::npos, twice.message.c_str());
    const Error near = failure(m_databases->options(name, {{"table", "heep"}}));
    QVERIFY2(near.message.find("did you mean 'heap'?") != std::string::npos, near.message.c_str());
}

void TestOdbcSource::failedConnectionsNameTheirCause_data()
{
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<int>("code");
    const auto row = [](const char* database, const char* key, const char* value, const char* cause, ErrorCode code) {
        QTest::addRow("%s %s", database, key) << database << key << value << cause << static_cast<int>(code);
    };
    row("pg", "server", "no-such-host.invalid", "name is not known", ErrorCode::NotFound);
    row("pg", "port", "1", "refused", ErrorCode::Unavailable);
    row("pg", "password", "canary-wrong", "refuses the user", ErrorCode::Permission);
    row("pg", "database", "nowhere", "it has no database 'nowhere'", ErrorCode::NotFound);
    row("pg", "attributes", "SSLmode=require", "it offers no TLS", ErrorCode::Permission);
    row("maria", "server", "no-such-host.invalid", "name is not known", ErrorCode::NotFound);
    row("maria", "port", "1", "refused", ErrorCode::Unavailable);
    row("maria", "password", "canary-wrong", "refuses the user", ErrorCode::Permission);
    row("maria", "database", "nowhere", "it has no database 'nowhere'", ErrorCode::NotFound);
    row("lite", "database", "/no/such/file.db", "the file '/no/such/file.db' is not there", ErrorCode::NotFound);
    row("lite", "dsn", "nothing", "have no data source 'nothing'. Known data sources: lite, maria, pg.",
        ErrorCode::NotFound);
    row("lite", "driver", "SQLite3", "both the data source 'lite' and the driver 'SQLite3'", ErrorCode::Usage);
    row("pg", "connection_string", "PWD=canary-x", "holds a password", ErrorCode::Usage);
}

void TestOdbcSource::failedConnectionsNameTheirCause()
{
    QFETCH(QString, database);
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, cause);
    QFETCH(int, code);
    Options options = m_databases->options(database.toStdString(), {{"table", "t"}});
    if (key == "attributes")
        options.set("attributes",
                    OptionMap{{value.section('=', 0, 0).toStdString(), value.section('=', 1).toStdString()}});
    else
        options.set(key.toStdString(), value.toStdString());
    const Error error = failure(options);
    QVERIFY2(QString::fromStdString(error.message).contains(cause), (error.message + '|' + error.detail).c_str());
    QCOMPARE(static_cast<int>(error.code), code);
    QVERIFY2((error.message + error.detail).find("canary") == std::string::npos, error.message.c_str());
}

/// To a server that takes the connection and never answers.
void TestOdbcSource::aStopEndsTheConnecting()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto source = test::createSource(odbcSource(), {{"driver", "PostgreSQL Unicode"},
                                                          {"server", "127.0.0.1"},
                                                          {"port", std::to_string(silent.serverPort())},
                                                          {"database", "test"},
                                                          {"user", "tester"},
                                                          {"table", "t"}});
    QVERIFY_RESULT(source);
    std::stop_source stop;
    auto opened = std::async(std::launch::async, [&] { return (*source)->open({}, stop.get_token()); });
    QTRY_VERIFY(silent.hasPendingConnections());
    stop.request_stop();
    const auto result = opened.get();
    QVERIFY(!result);
    QVERIFY2(result.error().code == ErrorCode::Cancelled, result.error().message.c_str());
}

void TestOdbcSource::connectionsAreWrittenInThreeWays()
{
    const std::string port = std::to_string(m_databases->postgres().port());
    const Options fields{{"driver", "PostgreSQL Unicode"},
                         {"server", "127.0.0.1"},
                         {"port", port},
                         {"database", "test"},
                         {"user", "tester"},
                         {"password", test::PostgresServer::kPassword},
                         {"table", "t"}};
    QVERIFY_RESULT(test::readAll(odbcSource(), fields));
    const Options text{{"connection_string",
                        "Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=" + port + ";Database=test;Uid=tester"},
                       {"password", test::PostgresServer::kPassword},
                       {"table", "t"}};
    QVERIFY_RESULT(test::readAll(odbcSource(), text));
    const Options lite{{"driver", "SQLite3"}, {"database", m_databases->sqliteFile()}, {"table", "t"}};
    QVERIFY_RESULT(test::readAll(odbcSource(), lite));

    const Error driver = failure({{"driver", "PostgreSQL Unicodde"}, {"table", "t"}});
    QVERIFY2(
        driver.message.find("there is no ODBC driver 'PostgreSQL Unicodde'. Install the package odbc-postgresql. Known "
                            "drivers: ") != std::string::npos,
        driver.message.c_str());
    const Error library = failure({{"driver", "/no/such/libmaodbc.so"}, {"table", "t"}});
    QVERIFY2(library.message.find("cannot be loaded. Install the package odbc-mariadb.") != std::string::npos,
             library.message.c_str());
    const Error none = failure({{"table", "t"}});
    QVERIFY2(none.message.find("needs the option 'dsn' or 'driver'. Data sources of this machine: lite, maria, pg.") !=
                 std::string::npos,
             none.message.c_str());
    const auto specs = odbcSource().options;
    QVERIFY(std::ranges::find(specs, "dsn", &OptionSpec::key)->shownChoices() ==
            std::vector<std::string>({"lite", "maria", "pg"}));
}

void TestOdbcSource::describeListsTablesAndViews()
{
    for (const std::string& name : test::OdbcDatabases::names()) {
        const auto readables = odbcSource().describe(m_databases->options(name), {});
        QVERIFY_RESULT(readables);
        const std::string prefix = name == "pg" ? "public." : name == "maria" ? "test." : "";
        const auto view = std::ranges::find(*readables, prefix + "v", &Readable::name);
        QVERIFY2(view != readables->end(), name.c_str());
        QCOMPARE(view->description, std::string("view"));
        QVERIFY_RESULT(test::readAll(odbcSource(), view->options));
    }
}

void TestOdbcSource::onlyReads()
{
    m_databases->run("pg", "CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM t RETURNING 1'");
    const Error pg = failure(m_databases->options("pg", {{"query", "SELECT wipe() AS w"}}));
    QVERIFY2(pg.message.find("read-only transaction") != std::string::npos, pg.message.c_str());
    m_databases->run("maria",
                     "CREATE FUNCTION wipe() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM t; RETURN 1; END");
    const Error maria = failure(m_databases->options("maria", {{"query", "SELECT wipe() AS w"}}));
    QVERIFY2(maria.message.find("READ ONLY transaction") != std::string::npos, maria.message.c_str());
}

void TestOdbcSource::onlyQueriesRun_data()
{
    longValuesAndManyRows_data();
}

void TestOdbcSource::onlyQueriesRun()
{
    QFETCH(QString, database);
    const std::string name = database.toStdString();
    const auto count = [&] { return m_databases->run(name, "SELECT count(*) FROM t").front(); };
    for (const char* query : {"DELETE FROM t", "DELETE FROM t WHERE id = 1 RETURNING id"}) {
        static_cast<void>(test::readAll(odbcSource(), m_databases->options(name, {{"query", query}})));
        QCOMPARE(count(), std::string("40"));
    }
    const Error refused = failure(m_databases->options(name, {{"query", "DELETE FROM t"}}));
    QCOMPARE(static_cast<int>(refused.code), static_cast<int>(ErrorCode::Usage));
}

QTEST_GUILESS_MAIN(TestOdbcSource)
#include "tst_odbc_source.moc"
