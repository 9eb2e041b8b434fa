// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/connection.h"
#include "connectors/sinks/sinks.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/sink_writing.h"

#include <QTest>

using namespace headrace;

/// A table that does not take the rows: the server's words, and what the user can do.
class TestRowAdvice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void itIsSaidWhatToDo_data();
    void itIsSaidWhatToDo();
    void mariadbHasNoNamesWithEmoji();

private:
    /// The sentence with which writing id and name to a table "target" of that definition fails.
    [[nodiscard]] std::string failure(bool isPostgres, const std::string& columns, const std::string& values);

    std::unique_ptr<test::PostgresServer> m_postgres;
    std::unique_ptr<test::MariaServer> m_maria;
};

void TestRowAdvice::initTestCase()
{
    m_postgres = std::make_unique<test::PostgresServer>();
    m_maria = std::make_unique<test::MariaServer>();
}

std::string TestRowAdvice::failure(bool isPostgres, const std::string& columns, const std::string& values)
{
    std::string sql = "DROP TABLE IF EXISTS target; CREATE TABLE target(" + columns + ")";
    if (!values.empty())
        sql += "; INSERT INTO target VALUES (" + values + ")";
    if (isPostgres)
        m_postgres->run(sql);
    else
        m_maria->run("USE test; " + sql);
    const SinkType type = isPostgres ? postgresSink() : mariadbSink();
    const Options given =
        isPostgres ? m_postgres->options({{"table", "target"}}) : m_maria->options({{"table", "target"}});
    const auto options = checkedOptions(type, given, type.type + " destination");
    if (!options)
        return options.error().message;
    const auto sink = type.create(*options);
    const Status written = test::writeAll(**sink, {"orders", "aa", "run-1"}, 1, test::namedRows({{"77", "x"}}));
    return written ? std::string() : written.error().message;
}

void TestRowAdvice::itIsSaidWhatToDo_data()
{
    QTest::addColumn<bool>("isPostgres");
    QTest::addColumn<std::string>("columns");
    QTest::addColumn<std::string>("values");
    QTest::addColumn<std::string>("advice");
    const std::string fill = "Fill the column in the shape, or give it a default or let it be NULL in the table.";
    const std::string upsert = "Set the mode upsert and its key to exchange rows that are there already, or write to "
                               "another table.";
    for (const bool isPostgres : {true, false}) {
        const char* server = isPostgres ? "postgres" : "mariadb";
        QTest::addRow("%s, a column that is never NULL", server)
            << isPostgres << std::string("id bigint, name varchar(9), branch varchar(9) NOT NULL") << std::string()
            << fill;
        QTest::addRow("%s, a key that is there", server)
            << isPostgres << std::string("id bigint PRIMARY KEY, name varchar(9)") << std::string("77, 'y'") << upsert;
    }
}

void TestRowAdvice::itIsSaidWhatToDo()
{
    QFETCH(bool, isPostgres);
    QFETCH(std::string, columns);
    QFETCH(std::string, values);
    QFETCH(std::string, advice);
    const std::string said = failure(isPostgres, columns, values);
    QVERIFY2(said.starts_with("Writing to the table 'target' failed"), said.c_str());
    QVERIFY2(said.ends_with(". " + advice), said.c_str());
}

void TestRowAdvice::mariadbHasNoNamesWithEmoji()
{
    const SinkType type = mariadbSink();
    const auto options = checkedOptions(type, m_maria->options({{"table", "names"}}), "mariadb destination");
    QVERIFY_RESULT(options);
    const auto sink = type.create(*options);
    const Status written =
        test::writeAll(**sink, {"orders", "aa", "run-1"}, 1, test::rowsOf(test::schemaOf("Straße 😀:int64"), {{"1"}}));
    QVERIFY(!written);
    QCOMPARE(written.error().message,
             std::string("The column 'Straße 😀' cannot be written to MariaDB, whose names have "
                         "no emoji or other characters beyond U+FFFF. Rename it in the "
                         "shape."));
}

QTEST_GUILESS_MAIN(TestRowAdvice)
#include "tst_row_advice.moc"
