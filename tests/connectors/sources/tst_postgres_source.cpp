// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>

#include <QTest>

using namespace headrace;

/// PostgreSQL as a source: the contract, the types, the ways to connect, and what a broken peer does.
class TestPostgresSource : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    std::vector<test::SourceCase> m_cases;

    std::vector<test::SourceCase> cases() const
    {
        m_server->run(
            "CREATE TABLE t(id int PRIMARY KEY, name text, price numeric(8,2), at timestamptz);"
            "INSERT INTO t SELECT i, 'row ' || i, i + 0.25, '2026-01-01'::timestamptz + i * interval '1 s' FROM "
            "generate_series(1, 40) i; UPDATE t SET price = 'NaN' WHERE id IN (7, 8, 40);"
            "CREATE VIEW v AS SELECT id, name FROM t WHERE id % 2 = 0;"
            "CREATE TABLE pages(id int, filler text);"
            "INSERT INTO pages SELECT i, repeat('x', 1500) FROM generate_series(1, 60) i; ANALYZE pages;"
            "CREATE TABLE ties(day date NOT NULL, id uuid NOT NULL, n float8, PRIMARY KEY (id));"
            "INSERT INTO ties SELECT '2026-01-01'::date + i / 10, md5(i::text)::uuid, i FROM "
            "generate_series(1, 40) i");
        test::SourceCase table;
        table.name = "table";
        table.type = postgresSource();
        table.options = m_server->options({{"table", "public.t"}});
        table.rows = 37;
        table.rejected = 3;
        table.missing = m_server->options({{"table", "tt"}});
        table.missingName = "'tt'";
        table.bad = m_server->options({{"query", "SELECT * FORM t"}});
        table.badValue = "\"FORM\"";

        test::SourceCase query = table;
        query.name = "query";
        query.options = m_server->options({{"query", "SELECT id * 2 AS n, name FROM t ORDER BY id DESC; "}});
        query.rows = 40;
        query.rejected = 0;
        query.missing = m_server->options({{"query", "SELECT * FROM nothing_here"}});
        query.missingName = "nothing_here";
        query.bad = m_server->options({{"query", "SELECT 1"}, {"table", "t"}});
        query.badValue = "'t'";

        query.waiting =
            m_server->options({{"query", "SELECT i, pg_sleep(600)::text AS s FROM generate_series(1, 3) i"}});

        test::SourceCase ranges = query;
        ranges.name = "ranges";
        ranges.waiting.reset();
        ranges.options = m_server->options({{"table", "pages"}, {"connections", "3"}, {"range_pages", "2"}});
        ranges.rows = 60;
        ranges.bad = m_server->options({{"table", "t"}, {"cursor", "id"}, {"connections", "2"}});
        ranges.badValue = "'2'";

        test::SourceCase cursor = query;
        cursor.name = "cursor with ties";
        cursor.options = m_server->options({{"table", "ties"}, {"cursor", "day"}});
        cursor.bad = m_server->options({{"table", "ties"}, {"cursor", "dya"}});
        cursor.badValue = "'dya'";

        test::SourceCase view = cursor;
        view.name = "cursor of a view";
        view.options = m_server->options({{"table", "v"}, {"cursor", "id"}, {"key", "name"}});
        view.rows = 20;
        view.bad = m_server->options({{"table", "v"}, {"cursor", "id"}});
        view.badValue = "'id'";
        return {table, query, ranges, cursor, view};
    }

    test::ReadAll rows(Options options) const
    {
        const auto all = test::readAll(postgresSource(), m_server->options(std::move(options)));
        if (!all)
            qFatal("%s | %s", all.error().message.c_str(), all.error().detail.c_str());
        return *all;
    }

    Error failure(const Options& options) const
    {
        const auto all = test::readAll(postgresSource(), options);
        return all ? Error{} : all.error();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::PostgresServer>(true);
        m_cases = cases();
    }

    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void typesAreExact_data();
    void typesAreExact();
    void specialValuesAreAnOption();
    void manyColumnsAndNone();
    void failedConnectionsNameTheirCause_data();
    void failedConnectionsNameTheirCause();
    void libpqsFilesAreRead();
    void tlsIsVerified();
    void onlyReadsAndSaysItsName();
    void aClosedSourceLeavesNothingRunning();
    void partitionsAreReadByCursor();
    void aChangedTableIsNotCountedOff();
    void aTerminatedBackendIsUnavailable();
    void describeIsCheap();
};

void TestPostgresSource::typesAreExact_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* type, const char* values, const char* expected) {
        QTest::newRow(type) << type << values << expected;
    };
    row("bool", "(true),(false),(null)", "bool\ntrue\nfalse\n∅");
    row("smallint", "(-32768),(32767)", "int16\n-32768\n32767");
    row("int", "(-2147483648)", "int32\n-2147483648");
    row("bigint", "(9223372036854775807),(-9223372036854775808)", "int64\n9223372036854775807\n-9223372036854775808");
    row("real", "(0.1),('NaN'),('-Infinity')", "float\n0.1\nnan\n-inf");
    row("double precision", "(0.1),(5e-324),('Infinity')", "double\n0.1\n5e-324\ninf");
    row("numeric(6,2)", "(12.3),(-0.01),(0),(9999.99)", "decimal128(6, 2)\n12.30\n-0.01\n0.00\n9999.99");
    row("numeric(38,10)", "(-1234567890123456789012345678.0123456789)",
        "decimal128(38, 10)\n-1234567890123456789012345678.0123456789");
    row("numeric(38,0)", "(99999999999999999999999999999999999999)",
        "decimal128(38, 0)\n99999999999999999999999999999999999999");
    row("numeric(38,38)", "(0.00000000000000000000000000000000000001)", "decimal128(38, 38)\n1E-38");
    row("numeric(60,20)", "(1234567890123456789012345678901234567890.00000000000000000001)",
        "decimal256(60, 20)\n1234567890123456789012345678901234567890.00000000000000000001");
    row("numeric(3,-2)", "(12300),(-99900)", "decimal128(5, 0)\n12300\n-99900");
    row("numeric(2,4)", "(0.0099)", "decimal128(4, 4)\n0.0099");
    row("numeric", "(0.00000000000000000000000000000000000000000000012300),('NaN'),('-Infinity'),(10000),(1e50),(0.0)",
        "string\n0.00000000000000000000000000000000000000000000012300\nNaN\n-Infinity\n10000\n"
        "100000000000000000000000000000000000000000000000000\n0.0");
    row("text", "('Zürich'),(''),(null)", "string\nZürich\n\n∅");
    row("varchar(5)", "('abc')", "string\nabc");
    row("char(5)", "('abc')", "string\nabc  ");
    row("name", "('abc')", "string\nabc");
    row("\"char\"", "('x')", "string\nx");
    row("bytea", "('\\x4041'),('')", "binary\n@A\n");
    row("date", "('2026-02-28'),('0044-03-15 BC'),('9999-12-31')", "date32[day]\n2026-02-28\n-0043-03-15\n9999-12-31");
    row("time", "('23:59:59.999999'),('00:00')", "time64[us]\n23:59:59.999999\n00:00:00.000000");
    row("timetz", "('23:59:59.999999+05:30')", "string\n23:59:59.999999+05:30");
    row("timestamp", "('2026-02-28 10:00:00.000001'),('1969-12-31 23:59:59.999999')",
        "timestamp[us]\n2026-02-28 10:00:00.000001\n1969-12-31 23:59:59.999999");
    row("timestamptz", "('2026-03-29 02:30:00.5+02')", "timestamp[us, tz=UTC]\n2026-03-29 00:30:00.500000Z");
    row("interval", "('1 year 2 months -3 days 04:05:06.000007'),('178000000 years')",
        "string\nP1Y2M-3DT4H5M6.000007S\nP178000000Y");
    row("uuid", "('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')", "string\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    row("json", "('{\"a\":  1}')", "string\n{\"a\":  1}");
    row("jsonb", "('{\"a\":  1}')", "string\n{\"a\": 1}");
    row("xml", "('<a/>')", "string\n<a/>");
    row("inet", "('192.168.0.1/24')", "string\n192.168.0.1/24");
    row("money", "(12.5)", "string\n$12.50");
    row("bit varying(9)", "(B'0101')", "string\n0101");
    row("int4range", "('[1,5)')", "string\n[1,5)");
    row("point", "('(1,2)')", "string\n(1,2)");
    row("oid", "(4294967295)", "uint32\n4294967295");
    row("mood", "('sad'),('über ok')", "string\nsad\nüber ok");
    row("posint", "(7)", "int32\n7");
    row("int[]", "('{1,null,3}'),('{}'),(null)",
        "list<item: int32>\nlist<item: int32>[1, null, 3]\nlist<item: int32>[]\n∅");
    row("numeric(6,2)[]", "('{1.5}')", "list<item: decimal128(6, 2)>\nlist<item: decimal128(6, 2)>[1.50]");
    row("inet[]", "('{10.0.0.1}')", "list<item: string>\nlist<item: string>[10.0.0.1/32]");
    row("mood[]", "('{sad}')", "list<item: string>\nlist<item: string>[sad]");
}

void TestPostgresSource::typesAreExact()
{
    QFETCH(QString, type);
    QFETCH(QString, values);
    QFETCH(QString, expected);
    static const bool made = [this] {
        m_server->run("CREATE TYPE mood AS ENUM ('sad', 'über ok'); CREATE DOMAIN posint AS int CHECK (VALUE > 0)");
        return true;
    }();
    QVERIFY(made);
    m_server->run(fmt::format("DROP TABLE IF EXISTS typed; CREATE TABLE typed(c {}); INSERT INTO typed VALUES {}",
                              type.toStdString(), values.toStdString()));
    const auto all = rows({{"table", "typed"}});
    QCOMPARE(all.rejected().size(), 0U);
    QCOMPARE(QString::fromStdString(all.text()), "c:" + expected);
}

void TestPostgresSource::specialValuesAreAnOption()
{
    m_server->run("CREATE TABLE special(id int, n numeric(6,2), d date, at timestamptz, a int[]);"
                  "INSERT INTO special VALUES (1, 'NaN', '2026-01-01', '2026-01-01', '{1}'),"
                  "(2, 1, 'infinity', '2026-01-01', '{1}'), (3, 1, '2026-01-01', '-infinity', '{1}'),"
                  "(4, 1, '2026-01-01', '294276-12-31', '{1}'), (5, 1, '2026-01-01', '2026-01-01', '{{1,2},{3,4}}'),"
                  "(6, 1, '2026-01-01', '2026-01-01', '[0:1]={1,2}'), (7, 1, '2026-01-01', '2026-01-01', '{7}')");
    const auto refused = rows({{"table", "special"}});
    QCOMPARE(refused.chunks.size(), 1U);
    QCOMPARE(refused.chunks[0].rows->num_rows(), 1);
    QCOMPARE(refused.rejected().size(), 6U);
    QVERIFY2(
        refused.rejected()[0].reason.starts_with("The column 'n' is read as decimal128(6, 2), but holds a value of "
                                                 "numeric(6,2), which is NaN"),
        refused.rejected()[0].reason.c_str());
    QVERIFY2(refused.rejected()[4].reason.find("several dimensions") != std::string::npos,
             refused.rejected()[4].reason.c_str());
    QVERIFY(refused.rejected()[1].raw.starts_with("id=00000002, n="));
    const auto null = rows({{"query", "SELECT id, n, d, at FROM special WHERE id < 4"}, {"special", "null"}});
    QCOMPARE(null.text().substr(null.text().find('\n')),
             std::string("\n1|∅|2026-01-01|2026-01-01 00:00:00.000000Z\n2|1.00|∅|2026-01-01 00:00:00.000000Z\n"
                         "3|1.00|2026-01-01|∅"));
    const auto extreme = rows({{"query", "SELECT at FROM special WHERE id = 3"}, {"special", "extreme"}});
    QCOMPARE(static_cast<const arrow::TimestampArray&>(*extreme.chunks[0].rows->column(0)).Value(0), -INT64_MAX);
    QCOMPARE(rows({{"query", "SELECT 1.5::numeric(4,2) AS n"}, {"numeric", "double"}}).text(),
             std::string("n:double\n1.5"));
    QCOMPARE(rows({{"query", "SELECT 'NaN'::numeric(4,2) AS n"}, {"numeric", "text"}}).text(),
             std::string("n:string\nNaN"));
}

void TestPostgresSource::manyColumnsAndNone()
{
    std::string columns;
    for (int i = 0; i < 1600; ++i)
        columns += fmt::format("{}\"c {}\" int", i == 0 ? "" : ", ", i);
    m_server->run(
        "CREATE TABLE wide(" + columns +
        "); INSERT INTO wide(\"c 0\", \"c 1599\") VALUES (1, 2); "
        "CREATE TABLE \"Sel.ect\"(\"from\" int, \"a \"\"b\"\" c\" text); INSERT INTO \"Sel.ect\" VALUES (1, 'x');"
        "CREATE TABLE nothing(a int)");
    const auto wide = rows({{"table", "wide"}});
    QCOMPARE(wide.schema->num_fields(), 1600);
    QVERIFY(wide.text().ends_with("|2"));
    for (const char* unquoted : {"a \"b\" c", "one.two.three.four"}) {
        const auto failed = postgresSource().probe(m_server->options({{"table", unquoted}}), {});
        QVERIFY(!failed);
        QVERIFY2(failed.error().message.ends_with("in double quotes: \"schema\".\"table\"."),
                 failed.error().message.c_str());
    }
    QCOMPARE(rows({{"table", "\"Sel.ect\""}}).text(), std::string("from:int32|a \"b\" c:string\n1|x"));
    const auto nothing = rows({{"table", "nothing"}});
    QCOMPARE(nothing.schema->num_fields(), 1);
    QVERIFY(nothing.chunks.empty());
}

void TestPostgresSource::failedConnectionsNameTheirCause_data()
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
    row("user", "user", "nobody-here", "refuses the user 'nobody-here' with this password", ErrorCode::Permission);
    row("database", "database", "nowhere", "it has no database 'nowhere'", ErrorCode::NotFound);
    row("certificate", "sslmode", "verify-full", "root", ErrorCode::Permission);
    row("service", "service", "none", "service", ErrorCode::NotFound);
    row("uri", "uri", "postgresql://a:canary@[", "'uri' is no connection string", ErrorCode::Usage);
}

void TestPostgresSource::failedConnectionsNameTheirCause()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, cause);
    QFETCH(int, code);
    Options options = m_server->options({{"table", "t"}, {key.toStdString(), value.toStdString()}});
    if (key == "sslmode") {
        options.set("sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
        cause = "its TLS certificate is not trusted";
    }
    const Error error = failure(options);
    QVERIFY2(QString::fromStdString(error.message).contains(cause), error.message.c_str());
    QCOMPARE(static_cast<int>(error.code), code);
    QVERIFY2((error.message + error.detail).find("canary") == std::string::npos, error.message.c_str());
}

void TestPostgresSource::libpqsFilesAreRead()
{
    QTemporaryDir home;
    const auto write = [&](const char* name, const std::string& text) {
        QFile file(home.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text.c_str()) < 0)
            qFatal("'%s' cannot be written", name);
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    };
    write("pgpass", fmt::format("127.0.0.1:{}:test:tester:{}\n", m_server->port(), test::PostgresServer::kPassword));
    write("services", fmt::format("[shop]\nhost=127.0.0.1\nport={}\ndbname=test\nuser=tester\n", m_server->port()));
    qputenv("PGPASSFILE", home.filePath("pgpass").toUtf8());
    qputenv("PGSERVICEFILE", home.filePath("services").toUtf8());
    const auto byService = test::readAll(postgresSource(), {{"service", "shop"}, {"table", "v"}});
    QVERIFY_RESULT(byService);
    const auto byUri = test::readAll(
        postgresSource(),
        {{"uri", fmt::format("postgresql://tester@127.0.0.1:{}/test", m_server->port())}, {"table", "v"}});
    QVERIFY_RESULT(byUri);
    QFile::setPermissions(home.filePath("pgpass"), QFile::ReadOwner | QFile::ReadOther);
    const Error open = failure({{"service", "shop"}, {"table", "v"}});
    QVERIFY2(open.message.find("for the user 'tester'. '") != std::string::npos &&
                 open.message.find("because others may read it: run chmod 600") != std::string::npos,
             open.message.c_str());
    qunsetenv("PGPASSFILE");
    qunsetenv("PGSERVICEFILE");
    const Error none =
        failure({{"uri", fmt::format("postgresql://tester@127.0.0.1:{}/test", m_server->port())}, {"table", "v"}});
    QVERIFY2(none.message.find("wants a password for the user 'tester'") != std::string::npos, none.message.c_str());
}

void TestPostgresSource::tlsIsVerified()
{
    const auto probed = postgresSource().probe(
        m_server->options(
            {{"host", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", m_server->caFile()}, {"table", "t"}}),
        {});
    QVERIFY_RESULT(probed);
    QVERIFY2(probed->find("TLSv1.3, certificate verified") != std::string::npos, probed->c_str());
    m_server->run("CREATE ROLE onlytls LOGIN PASSWORD 'secret'");
    const Error plain = failure(
        m_server->options({{"user", "onlytls"}, {"password", "secret"}, {"sslmode", "disable"}, {"table", "t"}}));
    QVERIFY2(plain.message.find("wants an encrypted connection") != std::string::npos, plain.message.c_str());
    // Off this machine nothing is sent to a server whose certificate does not fit.
    const Error remote = failure({{"uri", fmt::format("host=db.example hostaddr=127.0.0.1 port={} user=tester "
                                                      "password=canary-2 dbname=test",
                                                      m_server->port())},
                                  {"table", "t"}});
    QVERIFY2(remote.message.find("TLS certificate is not trusted") != std::string::npos, remote.message.c_str());
}

void TestPostgresSource::onlyReadsAndSaysItsName()
{
    const auto seen =
        rows({{"query", "SELECT current_setting('application_name') AS a, current_setting('transaction_read_only') "
                        "AS b, current_setting('transaction_isolation') AS c, current_setting("
                        "'statement_timeout') AS d"},
              {"statement_timeout", "90s"}});
    QCOMPARE(seen.text(), std::string("a:string|b:string|c:string|d:string\nheadrace|on|repeatable read|90s"));
    const Error slow =
        failure(m_server->options({{"query", "SELECT pg_sleep(60)::text AS s"}, {"statement_timeout", "20ms"}}));
    QVERIFY2(slow.message.find("statement timeout") != std::string::npos, slow.message.c_str());
    const Error writing =
        failure(m_server->options({{"query", "WITH w AS (DELETE FROM t RETURNING id) SELECT * FROM w"}}));
    QVERIFY(!writing.message.empty());
    QCOMPARE(m_server->value("SELECT count(*) FROM t"), std::string("40"));
}

void TestPostgresSource::aClosedSourceLeavesNothingRunning()
{
    const char* running = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gone' AND state = 'active'";
    {
        const auto source = test::createSource(
            postgresSource(),
            m_server->options({{"query", "SELECT pg_sleep(600)::text AS s"}, {"application_name", "gone"}}));
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        QCOMPARE(m_server->value(running), std::string("1"));
    }
    QTRY_COMPARE(m_server->value(running), std::string("0"));
}

void TestPostgresSource::partitionsAreReadByCursor()
{
    m_server->run("CREATE TABLE parted(id int, at timestamptz NOT NULL, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);"
                  "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');"
                  "CREATE TABLE parted_2(at timestamptz NOT NULL, id int NOT NULL);"
                  "ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM ('2026-01-02') TO ('2026-01-03');"
                  "INSERT INTO parted VALUES (1, '2026-01-01'), (2, '2026-01-02')");
    const auto first = rows({{"table", "parted"}, {"cursor", "at"}});
    QCOMPARE(first.text().substr(first.text().find('\n')),
             std::string("\n1|2026-01-01 00:00:00.000000Z\n2|2026-01-02 00:00:00.000000Z"));
    m_server->run("INSERT INTO parted VALUES (3, '2026-01-02 10:00')");
    const auto next = test::readAll(postgresSource(), m_server->options({{"table", "parted"}, {"cursor", "at"}}), {},
                                    first.chunks.back().at->after(2));
    QVERIFY_RESULT(next);
    QCOMPARE(next->text().substr(next->text().find('\n')), std::string("\n3|2026-01-02 10:00:00.000000Z"));
    QCOMPARE(rows({{"table", "parted"}, {"connections", "2"}}).batches().front()->num_rows(), 3);
}

void TestPostgresSource::aChangedTableIsNotCountedOff()
{
    for (const char* change : {"UPDATE counted SET b = 9 WHERE id = 1", "INSERT INTO counted VALUES (11, 0)",
                               "DELETE FROM counted WHERE id = 2"}) {
        m_server->run(
            "DROP TABLE IF EXISTS counted; CREATE TABLE counted(id int, b int); INSERT INTO counted SELECT i, i "
            "FROM generate_series(1, 10) i");
        const auto first = rows({{"table", "counted"}});
        m_server->run(change);
        const auto rest = test::readAll(postgresSource(), m_server->options({{"table", "counted"}}), {},
                                        first.chunks.front().at->after(5));
        QVERIFY2(!rest.has_value(), change);
        QCOMPARE(static_cast<int>(rest.error().code), static_cast<int>(ErrorCode::Conflict));
    }
}

void TestPostgresSource::aTerminatedBackendIsUnavailable()
{
    m_server->run("CREATE TABLE big AS SELECT i AS id, repeat('x', 200) AS filler FROM generate_series(1, 200000) i");
    const auto source = test::createSource(postgresSource(), m_server->options({{"table", "big"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    auto chunk = (*source)->read({100, 1 << 20, {}}, {});
    QVERIFY_RESULT(chunk);
    m_server->run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headrace'");
    while (chunk && *chunk)
        chunk = (*source)->read({}, {});
    QVERIFY(!chunk.has_value());
    QVERIFY2(isRetryable(chunk.error()), chunk.error().message.c_str());
    m_server->run("CHECKPOINT"); // the test's server does not write its log at each commit
    m_server->stop();
    QCOMPARE(static_cast<int>((*source)->open({}, {}).error().code), static_cast<int>(ErrorCode::Unavailable));
    m_server->start();
    QVERIFY_RESULT((*source)->open({}, {}));
}

void TestPostgresSource::describeIsCheap()
{
    for (int part = 0; part < 10; ++part) // a transaction holds a lock on each table that it makes
        m_server->run(
            fmt::format("DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE many_{}_%s(a int)', i); "
                        "END LOOP; END $$",
                        part));
    const auto readables = postgresSource().describe(m_server->options(), {});
    QVERIFY_RESULT(readables);
    QVERIFY(readables->size() > 10'000);
    const auto pages = std::ranges::find(*readables, "public.pages", &Readable::name);
    QVERIFY(pages != readables->end());
    QVERIFY2(pages->description.starts_with("table, 2 columns, about 60 rows, "), pages->description.c_str());
    QCOMPARE(pages->options.text("table"), std::string("public.pages"));
}

QTEST_GUILESS_MAIN(TestPostgresSource)
#include "tst_postgres_source.moc"
