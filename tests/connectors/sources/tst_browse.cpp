// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"
#include "connectors/core/connection.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/pipeline/readable_columns.h"
#include "tests/support/firebird_server.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/rows.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

using namespace headrace;

/// What the tree of the window shows of each database: its tables, how many rows and bytes they have, their columns.
class TestBrowse : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::OdbcDatabases> m_databases;
    std::unique_ptr<test::FirebirdServer> m_firebird;
    QTemporaryDir m_folder;
    Registry m_registry = builtinConnectors();

    [[nodiscard]] std::string duckFile() const { return m_folder.filePath("d.duckdb").toStdString(); }
    void run(const std::string& database, const std::string& sql) const;
    [[nodiscard]] Options optionsOf(const QString& way) const;
    /// "table, 6 columns", with what is asked for when its folder is unfolded.
    [[nodiscard]] Result<std::string> described(const SourceType& type, const Options& options,
                                                const Readable& table) const;

private Q_SLOTS:
    void initTestCase();
    void tablesAndColumnsAreShown_data();
    void tablesAndColumnsAreShown();
    void missingTablesAreNamed_data() { tablesAndColumnsAreShown_data(); }
    void missingTablesAreNamed();
    void otherDatabasesOfTheServerAreListed();
};

void TestBrowse::run(const std::string& database, const std::string& sql) const
{
    if (database == "firebird") {
        m_firebird->run(sql);
        return;
    }
    if (database != "duckdb") {
        m_databases->run(database, sql);
        return;
    }
    const auto file = sharedDuckDatabase(duckFile(), DuckAccess::Write, {});
    QVERIFY_RESULT(file);
    auto connection = (*file)->connect();
    QVERIFY_RESULT(connection);
    QVERIFY_RESULT(connection->execute(sql));
}

Options TestBrowse::optionsOf(const QString& way) const
{
    if (way == "postgres")
        return m_databases->postgres().options();
    if (way == "mariadb")
        return m_databases->maria().options();
    if (way == "sqlite")
        return {{"path", m_databases->sqliteFile()}};
    if (way == "duckdb")
        return {{"path", duckFile()}};
    if (way == "qtsql firebird")
        return m_firebird->options();
    if (way == "qtsql pg")
        return {{"driver", "QPSQL"},  {"host", "127.0.0.1"}, {"port", std::to_string(m_databases->postgres().port())},
                {"database", "test"}, {"user", "tester"},    {"password", test::PostgresServer::kPassword}};
    return m_databases->options(way.section(' ', 1).toStdString());
}

/// Of a_b and aXb each is named by the other as a pattern.
void TestBrowse::initTestCase()
{
    m_databases = std::make_unique<test::OdbcDatabases>();
    m_firebird = std::make_unique<test::FirebirdServer>();
    for (const std::string database : {"pg", "maria", "lite", "duckdb", "firebird"}) {
        run(database, "CREATE TABLE a_maker (id INTEGER NOT NULL PRIMARY KEY)");
        for (const char* table : {"a_b", "aXb"})
            run(database, fmt::format("CREATE TABLE {} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, "
                                      "amount DECIMAL(10,2), code VARCHAR(8) NOT NULL UNIQUE, maker INTEGER, part "
                                      "INTEGER, UNIQUE (maker, part), FOREIGN KEY (maker) REFERENCES a_maker (id))",
                                      table));
        run(database, "CREATE VIEW few AS SELECT name, amount FROM a_b");
        if (database == "pg" || database == "lite")
            run(database, "CREATE UNIQUE INDEX of_some ON a_b (part) WHERE part > 7");
        run(database, "INSERT INTO a_maker VALUES (1)");
        for (const int row : {1, 2, 3})
            run(database, fmt::format("INSERT INTO a_b VALUES ({0}, 'n', 1.5, 'c{0}', 1, {0})", row));
        if (database == "maria")
            run(database, "ANALYZE TABLE a_b");
        else if (database != "firebird")
            run(database, "ANALYZE");
    }
}

void TestBrowse::tablesAndColumnsAreShown_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("shown");
    QTest::newRow("postgres") << "public.a_b"
                              << "table, 6 columns, about 3 rows, 8 KiB\n"
                                 "id|integer|primary key\nname|character varying(40)|not null\namount|numeric(10,2)|\n"
                                 "code|character varying(8)|unique, not null\nmaker|integer|refers to a_maker\n"
                                 "part|integer|";
    QTest::newRow("mariadb") << "test.a_b"
                             << "table, about 3 rows, 48 KiB\n"
                                "id|int(11)|primary key\nname|varchar(40)|not null\namount|decimal(10,2)|\n"
                                "code|varchar(8)|unique, not null\nmaker|int(11)|refers to test.a_maker\npart|int(11)|";
    QTest::newRow("sqlite") << "a_b"
                            << "table, 6 columns, about 3 rows, 16 KiB\n"
                               "id|INTEGER|primary key\nname|VARCHAR(40)|not null\namount|DECIMAL(10,2)|\n"
                               "code|VARCHAR(8)|unique, not null\nmaker|INTEGER|refers to a_maker\npart|INTEGER|";
    QTest::newRow("duckdb") << "a_b"
                            << "table, 6 columns, about 3 rows\n"
                               "id|INTEGER|primary key\nname|VARCHAR|not null\namount|DECIMAL(10,2)|\n"
                               "code|VARCHAR|unique, not null\nmaker|INTEGER|refers to a_maker\npart|INTEGER|";
    QTest::newRow("odbc pg") << "public.a_b"
                             << "table, about 3 rows, 8 KiB\n"
                                "id|int4|primary key\nname|varchar(40)|not null\namount|numeric(10,2)|\n"
                                "code|varchar(8)|unique, not null\nmaker|int4|refers to a_maker\npart|int4|";
    QTest::newRow("odbc maria") << "test.a_b"
                                << "table, about 3 rows, 48 KiB\n"
                                   "id|INT|primary key\nname|VARCHAR(40)|not null\namount|DECIMAL(10,2)|\n"
                                   "code|VARCHAR(8)|unique, not null\nmaker|INT|refers to a_maker\npart|INT|";
    QTest::newRow("odbc lite") << "a_b"
                               << "table, about 3 rows\n"
                                  "id|INTEGER|primary key\nname|VARCHAR(40)|not null\namount|DECIMAL(10,2)|\n"
                                  "code|VARCHAR(8)|unique, not null\nmaker|INTEGER|refers to a_maker\npart|INTEGER|";
    QTest::newRow("qtsql firebird") << "A_B"
                                    << "table\n"
                                       "ID|int32|primary key\nNAME|text|not null\nAMOUNT|decimal(18,2)|\n"
                                       "CODE|text|not null\nMAKER|int32|\nPART|int32|";
    QTest::newRow("qtsql pg") << "a_b"
                              << "table\n"
                                 "id|int32|primary key\nname|text|not null\namount|decimal(10,2)|\n"
                                 "code|text|not null\nmaker|int32|\npart|int32|";
}

Result<std::string> TestBrowse::described(const SourceType& type, const Options& options, const Readable& table) const
{
    const ConnectionType* connection = connectionType(type.type);
    const std::size_t point = table.name.find('.');
    if (connection && connection->descriptions && point != std::string::npos) {
        HEADRACE_TRY(const auto more, connection->descriptions(options, table.name.substr(0, point), {}));
        if (const auto found = more.find(table.name); found != more.end())
            return found->second;
    }
    return table.description;
}

void TestBrowse::tablesAndColumnsAreShown()
{
    QFETCH(QString, table);
    QFETCH(QString, shown);
    const QString way = QTest::currentDataTag();
    const std::string type = way.section(' ', 0, 0).toStdString();
    const auto source = m_registry.source(type);
    QVERIFY_RESULT(source);
    const auto readables = (*source)->describe(optionsOf(way), {});
    QVERIFY_RESULT(readables);
    const auto found = std::ranges::find(*readables, table.toStdString(), &Readable::name);
    QVERIFY(found != readables->end());
    const auto text = described(**source, optionsOf(way), *found);
    QVERIFY_RESULT(text);
    const auto columns = readableColumns(m_registry, {type, found->options}, {});
    QVERIFY_RESULT(columns);
    std::string lines = *text;
    for (const ReadableColumn& column : *columns) {
        lines += fmt::format("\n{}|{}|{}", column.name, column.type, column.note);
        QCOMPARE(column.isKey, column.note.starts_with("primary key"));
    }
    QCOMPARE(QString::fromStdString(lines), shown);

    const QString viewName = table.contains("A_B") ? QStringLiteral("FEW") : QString(table).replace("a_b", "few");
    const auto view = std::ranges::find(*readables, viewName.toStdString(), &Readable::name);
    QVERIFY(view != readables->end());
    QVERIFY2(view->description.starts_with("view"), view->description.c_str());
    const auto viewColumns = readableColumns(m_registry, {type, view->options}, {});
    QVERIFY_RESULT(viewColumns);
    QCOMPARE(viewColumns->size(), std::size_t{2});
    QCOMPARE(viewColumns->back().type, (*columns)[2].type);
}

void TestBrowse::missingTablesAreNamed()
{
    const QString way = QTest::currentDataTag();
    Options options = optionsOf(way);
    options.set("table", "a_c");
    const auto columns = readableColumns(m_registry, {way.section(' ', 0, 0).toStdString(), options}, {});
    QVERIFY(!columns);
    QCOMPARE(static_cast<int>(columns.error().code), static_cast<int>(ErrorCode::NotFound));
    QVERIFY2(columns.error().message.find("'a_c'") != std::string::npos, columns.error().message.c_str());
}

void TestBrowse::otherDatabasesOfTheServerAreListed()
{
    m_databases->run("maria", "CREATE DATABASE other; CREATE TABLE other.far (id INT PRIMARY KEY)");
    const auto source = m_registry.source("odbc");
    const auto readables = (*source)->describe(m_databases->options("maria"), {});
    QVERIFY_RESULT(readables);
    const auto far = std::ranges::find(*readables, "other.far", &Readable::name);
    QVERIFY(far != readables->end());
    QVERIFY(std::ranges::find(*readables, "mysql.user", &Readable::name) == readables->end());
    const auto columns = readableColumns(m_registry, {"odbc", far->options}, {});
    QVERIFY_RESULT(columns);
    QCOMPARE(columns->front().note, std::string("primary key"));
}

QTEST_GUILESS_MAIN(TestBrowse)
#include "tst_browse.moc"
