// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/connections.h"
#include "connectors/sources/sources.h"
#include "tests/support/compare_lines.h"
#include "tests/support/maria_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>

using namespace headrace;

/// MariaDB as a source: the contract, the types, the ways to connect, and what a broken peer does.
class TestMariadbSource : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::MariaServer> m_server;
    std::vector<test::SourceCase> m_cases;

    std::vector<test::SourceCase> cases() const
    {
        m_server->run(
            "SET sql_mode = '';"
            "CREATE TABLE t(id int PRIMARY KEY, name text, price decimal(8,2), day date, at timestamp(6));"
            "INSERT INTO t SELECT seq, CONCAT('row ', seq), seq + 0.25, DATE'2026-01-01', "
            "TIMESTAMPADD(SECOND, seq, '2026-01-01') FROM seq_1_to_40;"
            "UPDATE t SET day = '0000-00-00' WHERE id IN (7, 8, 40);"
            "CREATE TABLE heap(n int, filler text); INSERT INTO heap SELECT seq, REPEAT('x', 1500) FROM seq_1_to_60;"
            "CREATE VIEW v AS SELECT id, name FROM t WHERE id % 2 = 0;"
            "CREATE TABLE ties(day date NOT NULL, id char(32) NOT NULL, n double, PRIMARY KEY (id));"
            "INSERT INTO ties SELECT DATE'2026-01-01' + INTERVAL seq DIV 10 DAY, MD5(seq), seq FROM seq_1_to_40");
        test::SourceCase table;
        table.name = "table";
        table.type = mariadbSource();
        table.options = m_server->options({{"table", "test.t"}});
        table.rows = 37;
        table.rejected = 3;
        table.missing = m_server->options({{"table", "tt"}});
        table.missingName = "'tt'";
        table.bad = m_server->options({{"query", "SELECT * FORM t"}});
        table.badValue = "'FORM t'";

        test::SourceCase heap = table;
        heap.name = "table without key";
        heap.options = m_server->options({{"table", "heap"}});
        heap.rows = 60;
        heap.rejected = 0;

        test::SourceCase query = heap;
        query.name = "query";
        query.type = mysqlSource();
        query.options = m_server->options({{"query", "SELECT id * 2 AS n, name, day FROM t ORDER BY id % 40 DESC; "}});
        query.rows = 37;
        query.rejected = 3;
        query.missing = m_server->options({{"query", "SELECT * FROM nothing_here"}});
        query.missingName = "nothing_here";
        query.bad = m_server->options({{"query", "SELECT 1"}, {"table", "t"}});
        query.badValue = "'t'";
        query.waiting = m_server->options({{"query", "SELECT id, SLEEP(600) AS s FROM t"}});

        test::SourceCase cursor = heap;
        cursor.name = "cursor with ties";
        cursor.options = m_server->options({{"table", "ties"}, {"cursor", "day"}, {"lag", "0s"}});
        cursor.rows = 40;
        cursor.bad = m_server->options({{"table", "ties"}, {"cursor", "dya"}});
        cursor.badValue = "'dya'";

        test::SourceCase view = cursor;
        view.name = "cursor of a view";
        view.options = m_server->options({{"table", "v"}, {"cursor", "id"}, {"key", "name"}, {"lag", "0s"}});
        view.rows = 20;
        view.bad = m_server->options({{"table", "v"}, {"cursor", "id"}});
        view.badValue = "'id'";
        return {table, heap, query, cursor, view};
    }

    test::ReadAll rows(Options options) const
    {
        const auto all = test::readAll(mariadbSource(), m_server->options(std::move(options)));
        if (!all)
            qFatal("%s | %s", all.error().message.c_str(), all.error().detail.c_str());
        return *all;
    }

    Error failure(const Options& options) const
    {
        const auto all = test::readAll(mariadbSource(), options);
        return all ? Error{} : all.error();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::MariaServer>(true);
        m_cases = cases();
    }

    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesAreExact_data();
    void typesAreExact();
    void zeroDatesAreAnOption();
    void timesAreAnOption();
    void manyColumnsAndNone();
    void failedConnectionsNameTheirCause_data();
    void failedConnectionsNameTheirCause();
    void optionFilesAndUrisAreRead();
    void tlsIsVerified();
    void onlyReadsAndSaysItsName();
    void aClosedSourceLeavesNothingRunning();
    void aChangedTableIsNotCountedOff();
    void aKilledConnectionIsUnavailable();
    void describeListsTablesAndViews();
    void columnsAreDescribed();
};

void TestMariadbSource::typesAreExact_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* type, const char* values, const QByteArray& expected) {
        QTest::newRow(type) << type << values << expected;
    };
    row("tinyint", "(-128),(127),(null)", "int8\n-128\n127\n∅");
    row("tinyint unsigned", "(255)", "uint8\n255");
    row("smallint", "(-32768)", "int16\n-32768");
    row("smallint unsigned", "(65535)", "uint16\n65535");
    row("mediumint", "(-8388608)", "int32\n-8388608");
    row("mediumint unsigned", "(16777215)", "uint32\n16777215");
    row("int", "(-2147483648)", "int32\n-2147483648");
    row("int unsigned zerofill", "(4294967295)", "uint32\n4294967295");
    row("bigint", "(9223372036854775807),(-9223372036854775808)", "int64\n9223372036854775807\n-9223372036854775808");
    row("bigint unsigned", "(18446744073709551615)", "uint64\n18446744073709551615");
    row("float", "(0.1),(-3.4028234e38),(16777217)", "float\n0.1\n-3.4028235e+38\n16777216");
    row("double", "(0.1),(2.2250738585072014e-308),(1.7976931348623157e308)",
        "double\n0.1\n2.2250738585072014e-308\n1.7976931348623157e+308");
    row("decimal(6,2)", "(12.3),(-0.01),(0),(9999.99)", "decimal128(6, 2)\n12.30\n-0.01\n0.00\n9999.99");
    row("decimal(10,0) unsigned", "(9999999999)", "decimal128(10, 0)\n9999999999");
    row("decimal(38,10)", "(-1234567890123456789012345678.0123456789)",
        "decimal128(38, 10)\n-1234567890123456789012345678.0123456789");
    row("decimal(38,38)", "(-0.00000000000000000000000000000000000001)", "decimal128(38, 38)\n-1E-38");
    row("decimal(65,30)", "(-12345678901234567890123456789012345.000000000000000000000000000001)",
        "decimal256(65, 30)\n-12345678901234567890123456789012345.000000000000000000000000000001");
    row("bit(1)", "(b'1'),(b'0')", "bool\ntrue\nfalse");
    row("bit(9)", "(b'100000001')", "uint64\n257");
    row("bit(64)", "(~0)", "uint64\n18446744073709551615");
    row("year", "(1901),(2155),(0)", "int16\n1901\n2155\n0");
    row("date", "('1000-01-01'),('9999-12-31'),('2024-02-29')", "date32[day]\n1000-01-01\n9999-12-31\n2024-02-29");
    row("datetime", "('1969-12-31 23:59:59')", "timestamp[us]\n1969-12-31 23:59:59.000000");
    row("datetime(6)", "('0001-01-01 00:00:00.000001'),('9999-12-31 23:59:59.999999')",
        "timestamp[us]\n0001-01-01 00:00:00.000001\n9999-12-31 23:59:59.999999");
    row("timestamp(6) null", "('2026-07-01 12:00:00.5')", "timestamp[us, tz=UTC]\n2026-07-01 12:00:00.500000Z");
    row("time", "('-838:59:59'),('00:00:00'),('25:00:01')", "duration[us]\n-3020399000000\n0\n90001000000");
    row("time(6)", "('838:59:59.999999'),('-00:00:00.000001')", "duration[us]\n3020399999999\n-1");
    row("char(5)", "('ab '),('')", "string\nab\n");
    row("varchar(9)", "('Zürich'),(''),(null),('null')", "string\nZürich\n\n∅\nnull");
    row("varchar(9) charset latin1", "('Zürich')", "string\nZürich");
    row("longtext", "(REPEAT('😀', 3))", "string\n😀😀😀");
    row("json", "('{\"a\":  1}')", "string\n{\"a\":  1}");
    row("enum('b','a')", "('a'),(null)", "string\na\n∅");
    row("set('b','a')", "('a,b'),('')", "string\nb,a\n");
    row("uuid", "('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')", "string\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    row("inet6", "('::1')", "string\n::1");
    row("binary(3)", "('a')", QByteArrayLiteral("binary\na\0\0"));
    row("blob", "(X'00ff27'),('')", QByteArrayLiteral("binary\n\0\xff'\n"));
    row("point", "(PointFromText('POINT(1 2)'))",
        QByteArrayLiteral("binary\n\0\0\0\0\1\1\0\0\0\0\0\0\0\0\0\xf0?\0\0\0\0\0\0\0@"));
}

void TestMariadbSource::typesAreExact()
{
    QFETCH(QString, type);
    QFETCH(QString, values);
    QFETCH(QByteArray, expected);
    m_server->run(fmt::format("SET time_zone = '+00:00'; DROP TABLE IF EXISTS typed; CREATE TABLE typed(c {}); "
                              "INSERT INTO typed VALUES {}",
                              type.toStdString(), values.toStdString()));
    const auto all = rows({{"table", "typed"}});
    QCOMPARE(all.rejected().size(), 0U);
    QCOMPARE(QByteArray::fromStdString(all.text()), "c:" + expected);
}

void TestMariadbSource::zeroDatesAreAnOption()
{
    m_server->run("SET sql_mode = ''; CREATE TABLE zero(id int PRIMARY KEY, d date, at datetime(6));"
                  "INSERT INTO zero VALUES (1, '0000-00-00', '2026-01-01'), (2, '2026-01-00', '2026-01-01'),"
                  "(3, '2026-01-02', '0000-00-00'), (4, '2026-01-02', '2026-01-03')");
    const auto refused = rows({{"table", "zero"}});
    QCOMPARE(refused.rejected().size(), 3U);
    QCOMPARE(refused.rejected()[1].reason,
             std::string("The column 'd' is read as date32[day], but holds '2026-01-00', which is no day; set the "
                         "option 'zero_dates'."));
    QCOMPARE(refused.rejected()[2].raw, std::string("id=3, d=2026-01-02, at=0000-00-00 00:00:00.000000"));
    const auto null = rows({{"table", "zero"}, {"zero_dates", "null"}});
    QCOMPARE(null.text().substr(null.text().find('\n')),
             std::string("\n1|∅|2026-01-01 00:00:00.000000\n2|∅|2026-01-01 00:00:00.000000\n3|2026-01-02|∅\n"
                         "4|2026-01-02|2026-01-03 00:00:00.000000"));
    const auto text = rows({{"query", "SELECT d, at FROM zero WHERE id = 2"}, {"zero_dates", "text"}});
    QCOMPARE(text.text(), std::string("d:string|at:string\n2026-01-00|2026-01-01 00:00:00.000000"));
}

void TestMariadbSource::timesAreAnOption()
{
    m_server->run("CREATE TABLE opening(at time(3)); INSERT INTO opening VALUES ('09:30:00.5'), ('24:00'), ('-1:00')");
    const auto ofDay = rows({{"table", "opening"}, {"time", "time_of_day"}});
    QCOMPARE(ofDay.text(), std::string("at:time64[us]\n09:30:00.500000"));
    QCOMPARE(ofDay.rejected().size(), 2U);
    QCOMPARE(rows({{"table", "opening"}, {"time", "text"}}).text(),
             std::string("at:string\n09:30:00.500\n24:00:00.000\n-01:00:00.000"));
}

void TestMariadbSource::manyColumnsAndNone()
{
    std::string columns;
    for (int i = 0; i < 1000; ++i)
        columns += fmt::format("{}`c {}` int", i == 0 ? "" : ", ", i);
    m_server->run("CREATE TABLE wide(" + columns +
                  "); INSERT INTO wide(`c 0`, `c 999`) VALUES (1, 2); CREATE TABLE `Sel.ect`(`from` int, `a ``b`` c` "
                  "text); INSERT INTO `Sel.ect` VALUES (1, 'x'); CREATE TABLE nothing(a int)");
    const auto wide = rows({{"table", "wide"}});
    QCOMPARE(wide.schema->num_fields(), 1000);
    QVERIFY(wide.text().ends_with("|2"));
    QCOMPARE(rows({{"table", "`Sel.ect`"}}).text(), std::string("from:int32|a `b` c:string\n1|x"));
    QVERIFY(rows({{"table", "nothing"}}).chunks.empty());
    const Error twice = failure(m_server->options({{"query", "SELECT 1 AS a, 2 AS a"}}));
    QVERIFY2(twice.message.find("two columns named 'a'") != std::string::npos, twice.message.c_str());
}

void TestMariadbSource::failedConnectionsNameTheirCause_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const char* key, const char* value, const char* cause, ErrorCode code) {
        QTest::newRow(name) << key << value << cause << static_cast<int>(code);
    };
    row("name", "host", "no-such-host.invalid", "its name is not known", ErrorCode::NotFound);
    row("refused", "port", "1", "refused", ErrorCode::Unavailable);
    row("password", "password", "canary-wrong", "refuses the user 'tester' with this password", ErrorCode::Permission);
    row("user", "user", "nobody-here", "refuses the user 'nobody-here'", ErrorCode::Permission);
    row("database", "database", "nowhere", "it has no database 'nowhere'", ErrorCode::NotFound);
    row("certificate", "sslmode", "verify-full", "its TLS certificate is not trusted", ErrorCode::Permission);
    row("certificate file", "sslrootcert", "/no/such/file",
        "'/no/such/file' of the option 'sslrootcert' cannot be read", ErrorCode::Usage);
    row("socket", "socket", "/no/such/socket", "no such socket", ErrorCode::Unavailable);
    row("uri", "uri", "postgresql://a:canary@host", "'uri' is no address", ErrorCode::Usage);
}

void TestMariadbSource::failedConnectionsNameTheirCause()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, cause);
    QFETCH(int, code);
    const Error error = failure(m_server->options({{"table", "t"}, {key.toStdString(), value.toStdString()}}));
    QVERIFY2(QString::fromStdString(error.message).contains(cause), (error.message + '|' + error.detail).c_str());
    QCOMPARE(static_cast<int>(error.code), code);
    QVERIFY2((error.message + error.detail).find("canary") == std::string::npos, error.message.c_str());
}

void TestMariadbSource::optionFilesAndUrisAreRead()
{
    QTemporaryDir home;
    QFile file(home.filePath(".my.cnf"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(fmt::format("# mine\n[mysqldump]\nuser=other\n[client]\nhost = 127.0.0.1\nport={}\nuser = \"tester\"\n"
                           "password='{}'\n[headrace]\ndatabase=test\n",
                           m_server->port(), test::MariaServer::kPassword)
                   .c_str());
    file.close();
    const QByteArray before = qgetenv("HOME");
    qputenv("HOME", home.path().toUtf8());
    const auto byFile = test::readAll(mariadbSource(), {{"table", "v"}});
    QVERIFY_RESULT(byFile);
    qputenv("HOME", before);
    const auto byUri = test::readAll(
        mariadbSource(),
        {{"uri", fmt::format("mysql://tester:canary%2D3bc1@127.0.0.1:{}/test?sslmode=disable", m_server->port())},
         {"defaults_file", "/dev/null"},
         {"table", "v"}});
    QVERIFY_RESULT(byUri);
    const Error none = failure({{"uri", fmt::format("mysql://tester@127.0.0.1:{}/test", m_server->port())},
                                {"defaults_file", "/dev/null"},
                                {"table", "v"}});
    QVERIFY2(none.message.find("wants a password for the user 'tester'") != std::string::npos, none.message.c_str());
    const auto bySocket = test::readAll(
        mariadbSource(),
        {{"socket", m_server->socket()}, {"user", "root"}, {"table", "test.v"}, {"defaults_file", "/dev/null"}});
    QVERIFY_RESULT(bySocket);
}

void TestMariadbSource::tlsIsVerified()
{
    const auto probe = [this](Options more) { return mariadbSource().probe(m_server->options(std::move(more)), {}); };
    const auto verified =
        probe({{"host", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", m_server->caFile()}, {"table", "t"}});
    QVERIFY_RESULT(verified);
    QVERIFY2(verified->find("TLSv1.3, certificate verified, TLS_") != std::string::npos, verified->c_str());
    const auto otherHost = probe({{"sslmode", "verify-full"}, {"sslrootcert", m_server->caFile()}, {"table", "t"}});
    QVERIFY(!otherHost.has_value()); // the certificate is for localhost, not for 127.0.0.1
    const auto preferred = probe({{"table", "t"}});
    QVERIFY_RESULT(preferred);
    QVERIFY2(preferred->find("TLSv1.3, certificate not verified") != std::string::npos, preferred->c_str());
    m_server->run("CREATE USER onlytls@127.0.0.1 IDENTIFIED BY 'secret' REQUIRE SSL; GRANT ALL ON test.* TO "
                  "onlytls@127.0.0.1");
    const Error plain = failure(
        m_server->options({{"user", "onlytls"}, {"password", "secret"}, {"sslmode", "disable"}, {"table", "t"}}));
    QVERIFY2(plain.message.find("or wants TLS, which is disabled") != std::string::npos, plain.message.c_str());
    QVERIFY_RESULT(probe({{"user", "onlytls"}, {"password", "secret"}, {"table", "t"}}));
}

void TestMariadbSource::onlyReadsAndSaysItsName()
{
    const auto seen = rows({{"query", "SELECT @@session.time_zone AS z, @@session.max_statement_time AS d, "
                                      "@@in_transaction AS t"},
                            {"statement_timeout", "90s"}});
    QVERIFY2(seen.text().ends_with("\n+00:00|90|1"), seen.text().c_str());
    const Error slow =
        failure(m_server->options({{"query", "SELECT SLEEP(60) AS s FROM t"}, {"statement_timeout", "20ms"}}));
    QVERIFY2(slow.message.find("max_statement_time") != std::string::npos, slow.message.c_str());
    m_server->run("CREATE FUNCTION wipe() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM t; RETURN 1; END");
    const Error writing = failure(m_server->options({{"query", "SELECT wipe() AS w"}}));
    QVERIFY2(writing.message.find("READ ONLY transaction") != std::string::npos, writing.message.c_str());
    QCOMPARE(m_server->value("SELECT count(*) FROM t"), std::string("40"));
}

void TestMariadbSource::aClosedSourceLeavesNothingRunning()
{
    const char* running = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(600)%' AND info "
                          "NOT LIKE '%processlist%'";
    {
        const auto source =
            test::createSource(mariadbSource(), m_server->options({{"query", "SELECT SLEEP(600) AS s FROM t"}}));
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        QTRY_COMPARE(m_server->value(running), std::string("1"));
    }
    QTRY_COMPARE(m_server->value(running), std::string("0"));
}

void TestMariadbSource::aChangedTableIsNotCountedOff()
{
    m_server->run("CREATE TABLE counted(id int, b int); INSERT INTO counted SELECT seq, seq FROM seq_1_to_10");
    const auto first = rows({{"table", "counted"}});
    m_server->run("DELETE FROM counted WHERE id = 2");
    const auto rest = test::readAll(mariadbSource(), m_server->options({{"table", "counted"}}), {},
                                    first.chunks.front().at->after(5));
    QVERIFY(!rest.has_value());
    QCOMPARE(static_cast<int>(rest.error().code), static_cast<int>(ErrorCode::Conflict));
    m_server->run("DELETE FROM counted WHERE id > 3");
    const auto shorter = test::readAll(mariadbSource(), m_server->options({{"table", "counted"}}), {},
                                       first.chunks.front().at->after(5));
    QVERIFY(!shorter.has_value());
    QCOMPARE(static_cast<int>(shorter.error().code), static_cast<int>(ErrorCode::Conflict));
}

void TestMariadbSource::aKilledConnectionIsUnavailable()
{
    m_server->run("CREATE TABLE big(id int PRIMARY KEY, filler text); INSERT INTO big SELECT seq, REPEAT('x', 200) "
                  "FROM seq_1_to_200000");
    const auto source = test::createSource(mariadbSource(), m_server->options({{"table", "big"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    auto chunk = (*source)->read({100, 1 << 20, std::chrono::minutes{1}}, {});
    QVERIFY_RESULT(chunk);
    m_server->run("SET @id = (SELECT id FROM information_schema.processlist WHERE user = 'tester' AND info LIKE "
                  "'%big%'); KILL @id");
    while (chunk && *chunk)
        chunk = (*source)->read({}, {});
    QVERIFY(!chunk.has_value());
    QCOMPARE(static_cast<int>(chunk.error().code), static_cast<int>(ErrorCode::Unavailable));
    m_server->stop();
    QCOMPARE(static_cast<int>((*source)->open({}, {}).error().code), static_cast<int>(ErrorCode::Unavailable));
    m_server->start();
    QVERIFY_RESULT((*source)->open({}, {}));
}

void TestMariadbSource::describeListsTablesAndViews()
{
    const auto readables = mariadbSource().describe(m_server->options(), {});
    QVERIFY_RESULT(readables);
    const auto named = [&](const char* name) { return *std::ranges::find(*readables, name, &Readable::name); };
    QCOMPARE(named("test.heap").description, std::string("table"));
    QCOMPARE(named("test.v").description, std::string("view"));
    QCOMPARE(named("test.Sel.ect").options.text("table"), std::string("`test`.`Sel.ect`"));
    const auto more = mariadbConnection().descriptions(m_server->options(), "test", {});
    QVERIFY_RESULT(more);
    QVERIFY2(more->at("test.heap").starts_with("table, about "), more->at("test.heap").c_str());
    QVERIFY(!more->contains("test.v"));
}

void TestMariadbSource::columnsAreDescribed()
{
    m_server->run("CREATE TABLE customers (id INT PRIMARY KEY); CREATE TABLE bought (id BIGINT UNSIGNED PRIMARY KEY, "
                  "customer INT NOT NULL REFERENCES customers(id), note VARCHAR(20))");
    const auto columns = mariadbConnection().columns(m_server->options({{"table", "bought"}}), {});
    QVERIFY_RESULT(columns);
    std::vector<std::string> lines;
    for (const ReadableColumn& column : *columns)
        lines.push_back(column.name + '|' + column.type + '|' + column.note + (column.isKey ? "|key" : ""));
    test::compareLines(lines, {"id|bigint(20) unsigned|primary key|key",
                               "customer|int(11)|not null, refers to test.customers", "note|varchar(20)|"});
    const auto none = mariadbConnection().columns(m_server->options({{"table", "bougth"}}), {});
    QVERIFY(!none && none.error().message.find("did you mean 'bought'?") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestMariadbSource)
#include "tst_mariadb_source.moc"
