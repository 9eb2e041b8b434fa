// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/builtins.h"
#include "connectors/core/durable_file.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/pipeline/preview.h"
#include "connectors/sinks/messages/record_encoder.h"
#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/compare_lines.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sink_bench.h"
#include "tests/support/sink_writing.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <sqlite3.h>

using namespace headrace;

namespace {

/// Of each kind that JSON has; blanks go, digits stay.
const std::vector<std::string> kJson{R"({"a": {"b": [1, 2.50, null]}, "c": "x\ty", "z": 12345678901234567890123})",
                                     R"(["Zürich",  true]   )", R"("text")", "7", "null"};
const std::vector<std::string> kNested{R"({"a":{"b":[1,2.50,null]},"c":"x\ty","z":12345678901234567890123})",
                                       R"(["Zürich",true])", R"("text")", "7", "null"};

/// The rows as JSON messages.
std::vector<std::string> messagesOf(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches)
{
    RecordLayout layout;
    layout.value = "json";
    std::vector<std::string> messages;
    for (const auto& rows : batches) {
        const auto encoder = RecordEncoder::create(layout, rows->schema(), std::stop_token());
        if (!encoder || !(*encoder)->encode(rows))
            qFatal("the rows cannot be encoded");
        for (std::int64_t row = 0; row < rows->num_rows(); ++row)
            messages.emplace_back(*(*encoder)->record(row)->value);
    }
    return messages;
}

/// What each row of a table t(id, doc) with these documents, and NULL, must be.
std::vector<std::string> expectedOf(const std::vector<std::string>& documents)
{
    std::vector<std::string> expected;
    for (const std::string& document : documents)
        expected.push_back(fmt::format(R"({{"id":{},"doc":{}}})", expected.size() + 1, document));
    expected.push_back(fmt::format(R"({{"id":{},"doc":null}})", expected.size() + 1));
    return expected;
}

/// Statements that fill the table t.
std::string inserts(const std::string& prefix = {})
{
    std::string sql;
    for (std::size_t i = 0; i < kJson.size(); ++i)
        sql += fmt::format("INSERT INTO t VALUES ({}, {}'{}');\n", i + 1, prefix, kJson[i]);
    return sql + fmt::format("INSERT INTO t VALUES ({}, NULL);", kJson.size() + 1);
}

} // namespace

/// JSON columns of databases in JSON messages: values in values, not texts.
class TestJsonColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_postgres.start();
        m_maria.start();
    }
    void columnsAreNested_data();
    void columnsAreNested();
    void arraysOfThemToo();
    void textsStayTexts();
    void aShapeKeepsThem();
    void messagesComeBack();

private:
    Options postgres(const std::string& type)
    {
        m_postgres.run(fmt::format("DROP TABLE IF EXISTS t; CREATE TABLE t (id int, doc {}); {}", type, inserts()));
        return m_postgres.options({{"table", "t"}, {"key", "id"}});
    }

    Options maria()
    {
        m_maria.run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY "
                    "KEY, doc JSON);" +
                    inserts());
        return m_maria.options({{"table", "t"}});
    }

    Options duckdb()
    {
        const std::string path = m_folder.filePath("t.duckdb").toStdString();
        const auto database = sharedDuckDatabase(path, DuckAccess::Write, {});
        auto connection = database ? (*database)->connect() : fail(database.error());
        if (!connection || !connection->execute("CREATE TABLE t (id INTEGER, doc JSON);" + inserts()))
            qFatal("the DuckDB table cannot be made");
        return {{"path", path}, {"table", "t"}};
    }

    Options sqlite(const char* declared)
    {
        const std::string path = m_folder.filePath(QStringLiteral("%1.sqlite").arg(declared)).toStdString();
        sqlite3* database = nullptr;
        sqlite3_open(path.c_str(), &database);
        const std::string sql = fmt::format("CREATE TABLE t (id INTEGER PRIMARY KEY, doc {});", declared) + inserts();
        if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            qFatal("%s", sqlite3_errmsg(database));
        sqlite3_close(database);
        return {{"path", path}, {"table", "t"}};
    }

    test::PostgresServer m_postgres;
    test::MariaServer m_maria;
    QTemporaryDir m_folder;
};

void TestJsonColumns::columnsAreNested_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<std::function<Options()>>("make");
    const auto row = [](const char* name, const char* type, std::function<Options()> make) {
        QTest::newRow(name) << type << std::move(make);
    };
    row("PostgreSQL jsonb", "postgres", [this] { return postgres("jsonb"); });
    row("PostgreSQL json", "postgres", [this] { return postgres("json"); });
    row("MariaDB", "mariadb", [this] { return maria(); });
    row("DuckDB", "duckdb", [this] { return duckdb(); });
    row("SQLite, declared", "sqlite", [this] { return sqlite("JSON"); });
    row("SQLite, said", "sqlite", [this] {
        Options options = sqlite("TEXT");
        options.set("columns", OptionMap{{"doc", "json"}});
        return options;
    });
}

void TestJsonColumns::columnsAreNested()
{
    QFETCH(QString, type);
    QFETCH(std::function<Options()>, make);
    const auto registry = builtinConnectors();
    const auto read = test::readAll(**registry.source(type.toStdString()), make());
    QVERIFY_RESULT(read);
    test::compareLines(messagesOf(read->batches()), expectedOf(kNested));
}

void TestJsonColumns::arraysOfThemToo()
{
    m_postgres.run(R"(DROP TABLE IF EXISTS t; CREATE TABLE t (docs jsonb[]);)"
                   R"(INSERT INTO t VALUES (ARRAY['{"a": [1]}', NULL, '"x"']::jsonb[]))");
    const auto read = test::readAll(postgresSource(), m_postgres.options({{"table", "t"}}));
    QVERIFY_RESULT(read);
    test::compareLines(messagesOf(read->batches()), {R"({"docs":[{"a":[1]},null,"x"]})"});
}

/// What only looks like JSON is none.
void TestJsonColumns::textsStayTexts()
{
    m_postgres.run(R"(DROP TABLE IF EXISTS t; CREATE TABLE t (doc text); INSERT INTO t VALUES ('{"a": [1]}'))");
    const auto read = test::readAll(postgresSource(), m_postgres.options({{"table", "t"}}));
    QVERIFY_RESULT(read);
    test::compareLines(messagesOf(read->batches()), {R"({"doc":"{\"a\": [1]}"})"});
}

void TestJsonColumns::aShapeKeepsThem()
{
    const auto registry = builtinConnectors();
    const ConnectorSpec source{"postgres", postgres("jsonb")};
    const auto shaped = preview(registry, source, "SELECT id, doc FROM input WHERE id < 3", {}, std::stop_token());
    QVERIFY_RESULT(shaped);
    auto expected = expectedOf(kNested);
    expected.resize(2);
    test::compareLines(messagesOf({shaped->rows}), expected);
}

/// Nested values of messages into a jsonb column and out again.
void TestJsonColumns::messagesComeBack()
{
    const auto first = test::readAll(postgresSource(), postgres("jsonb"));
    QVERIFY_RESULT(first);
    std::string lines;
    for (const std::string& message : messagesOf(first->batches()))
        lines += message + "\n";
    const std::string path = m_folder.filePath("messages.ndjson").toStdString();
    QVERIFY_RESULT(writeFileDurably(path, lines));
    const auto read = test::readAll(ndjsonSource(), {{"path", path}, {"columns", OptionMap{{"doc", "json"}}}});
    QVERIFY_RESULT(read);
    m_postgres.run("DROP TABLE t; CREATE TABLE t (id bigint, doc jsonb)");
    const Options table = m_postgres.options({{"table", "t"}});
    const auto options = table.check(postgresSink().options, "postgres destination");
    QVERIFY_RESULT(options);
    const auto sink = postgresSink().create(*options);
    QVERIFY_RESULT(sink);
    QVERIFY_RESULT(test::writeAll(**sink, test::kMine, 1, read->batches().front()));
    const auto again = test::readAll(postgresSource(), m_postgres.options({{"table", "t"}, {"key", "id"}}));
    QVERIFY_RESULT(again);
    test::compareLines(messagesOf(again->batches()), expectedOf(kNested));
}

QTEST_GUILESS_MAIN(TestJsonColumns)
#include "tst_json_columns.moc"
