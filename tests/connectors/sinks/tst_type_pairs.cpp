// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/compute/api.h>

#include "connectors/builtins.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/rows.h"
#include "tests/support/sink_writing.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

using namespace headrace;

namespace {

struct TypedColumn {
    const char* type;
    const char* value;
    const char* other;
};

/// Every type of PostgreSQL with values that its neighbours have too.
const std::vector<TypedColumn> kPostgresColumns{
    {"bool", "true", "false"},
    {"smallint", "-32768", "32767"},
    {"int", "-2147483648", "2147483647"},
    {"bigint", "-9223372036854775808", "9223372036854775807"},
    {"oid", "0", "4294967295"},
    {"real", "0.1", "-3.4028235e38"},
    {"double precision", "0.1", "-1.2345678901234567e100"},
    {"numeric(6,2)", "-0.01", "9999.99"},
    {"numeric(38,10)", "-1234567890123456789012345678.0123456789", "0"},
    {"numeric(60,20)", "1234567890123456789012345678901234567890.00000000000000000001", "-1"},
    {"numeric", "0.00000000000000000000000000000000000000012300", "-10000"},
    {"text", "'Zürich 😀'", "''"},
    {"varchar(5)", "'abc'", "' a '"},
    {"char(5)", "'abc'", "''"},
    {"bytea", "'\\x00ff4041'", "''"},
    {"date", "'1000-01-01'", "'9999-12-31'"},
    {"time", "'23:59:59.999999'", "'00:00'"},
    {"timetz", "'23:59:59.999999+05:30'", "'00:00+00'"},
    {"timestamp", "'1969-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'"},
    {"timestamptz", "'2026-03-29 02:30:00.5+02'", "'1970-01-01 00:00:01+00'"},
    {"interval", "'1 year 2 months -3 days 04:05:06.000007'", "'0'"},
    {"uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000000'"},
    {"json", "'{\"a\":  1}'", "'[]'"},
    {"jsonb", "'{\"a\":  1}'", "'\"x\"'"},
    {"inet", "'192.168.0.1/24'", "'::1'"},
    {"money", "12.5", "-0.01"},
    {"bit varying(9)", "B'0101'", "B''"},
    {"mood", "'sad'", "'über ok'"},
    {"int[]", "'{1,null,3}'", "'{}'"},
    {"text[]", "'{a,\"b \\\"c\\\"\",null}'", "'{\"\"}'"},
};

/// The same of MariaDB.
const std::vector<TypedColumn> kMariaColumns{
    {"tinyint", "-128", "127"},
    {"tinyint unsigned", "0", "255"},
    {"smallint", "-32768", "32767"},
    {"smallint unsigned", "0", "65535"},
    {"mediumint", "-8388608", "8388607"},
    {"int", "-2147483648", "2147483647"},
    {"int unsigned", "0", "4294967295"},
    {"bigint", "-9223372036854775808", "9223372036854775807"},
    {"bigint unsigned", "0", "18446744073709551615"},
    {"float", "0.1", "-3.4028234e38"},
    {"double", "0.1", "-1.2345678901234567e100"},
    {"decimal(6,2)", "-0.01", "9999.99"},
    {"decimal(38,10)", "-1234567890123456789012345678.0123456789", "0"},
    {"decimal(65,30)", "-12345678901234567890123456789012345.000000000000000000000000000001", "1"},
    {"bit(1)", "b'1'", "b'0'"},
    {"bit(64)", "~0", "b'1'"},
    {"year", "1901", "2155"},
    {"date", "'1000-01-01'", "'9999-12-31'"},
    {"datetime", "'1969-12-31 23:59:59'", "'2026-02-28'"},
    {"datetime(6)", "'1969-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'"},
    {"timestamp(6) null", "'2026-07-01 12:00:00.5'", "'1970-01-02 00:00:01'"},
    {"time", "'-838:59:59'", "'25:00:01'"},
    {"time(6)", "'838:59:59.999999'", "'-00:00:00.000001'"},
    {"char(5)", "'ab'", "''"},
    {"varchar(9)", "'Zürich'", "'null'"},
    {"varchar(9) charset latin1", "'Zürich'", "''"},
    {"longtext", "REPEAT('😀', 3)", "''"},
    {"json", "'{\"a\":  1}'", "'[]'"},
    {"enum('b','a')", "'a'", "'b'"},
    {"set('b','a')", "'a,b'", "''"},
    {"uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000001'"},
    {"inet6", "'::1'", "'2001:db8::ff00:42:8329'"},
    {"binary(3)", "'a'", "X'000000'"},
    {"blob", "X'00ff27'", "''"},
};

const std::vector<TypedColumn> kDuckColumns{
    {"BOOLEAN", "true", "false"},
    {"TINYINT", "-128", "127"},
    {"UTINYINT", "0", "255"},
    {"SMALLINT", "-32768", "32767"},
    {"USMALLINT", "0", "65535"},
    {"INTEGER", "-2147483648", "2147483647"},
    {"UINTEGER", "0", "4294967295"},
    {"BIGINT", "-9223372036854775808", "9223372036854775807"},
    {"UBIGINT", "0", "18446744073709551615"},
    {"HUGEINT", "-170141183460469231731687303715884105728", "1"},
    {"FLOAT", "0.1", "-3.4028235e38"},
    {"DOUBLE", "0.1", "-1.2345678901234567e100"},
    {"DECIMAL(6,2)", "-0.01", "9999.99"},
    {"DECIMAL(38,10)", "-1234567890123456789012345678.0123456789", "0"},
    {"VARCHAR", "'Zürich 😀'", "''"},
    {"BLOB", "'\\x00\\xFF@A'", "''"},
    {"DATE", "'1000-01-01'", "'9999-12-31'"},
    {"TIME", "'23:59:59.999999'", "'00:00:00'"},
    {"TIMESTAMP", "'1969-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'"},
    {"TIMESTAMP_S", "'1969-12-31 23:59:59'", "'2026-02-28 10:00:00'"},
    {"TIMESTAMP_MS", "'1969-12-31 23:59:59.999'", "'2026-02-28 10:00:00'"},
    {"TIMESTAMP_NS", "'2026-02-28 10:00:00.123456000'", "'1969-12-31 23:59:59'"},
    {"TIMESTAMPTZ", "'2026-03-29 02:30:00.5+02'", "'1970-01-02 00:00:01+00'"},
    {"UUID", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000001'"},
    {"ENUM('a', 'über ok')", "'a'", "'über ok'"},
    {"INTERVAL", "INTERVAL '1 month 2 days'", "INTERVAL '0 days'"},
    {"BIT", "'0101'", "'1'"},
    {"INTEGER[]", "[1, NULL, 3]", "[]"},
};

/// SQLite knows five kinds of values; the declared names give columns their types.
const std::vector<TypedColumn> kSqliteColumns{
    {"INTEGER", "-9223372036854775808", "9223372036854775807"},
    {"BOOLEAN", "1", "0"},
    {"REAL", "0.1", "-1.2345678901234567e100"},
    {"DECIMAL(6,2)", "-0.01", "9999.99"},
    {"TEXT", "'Zürich 😀'", "''"},
    {"BLOB", "x'00ff4041'", "x''"},
    {"DATE", "'1000-01-01'", "'9999-12-31'"},
    {"TIMESTAMP", "'1969-12-31 23:59:59.999999'", "'2026-02-28 10:00:00'"},
};

std::string columnName(std::size_t index)
{
    return fmt::format("c{:02}", index);
}

std::string createSql(const std::vector<TypedColumn>& columns)
{
    std::string types = "id int";
    std::string values = "1";
    std::string others = "2";
    std::string nulls = "3";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        types += fmt::format(", {} {}", columnName(i), columns[i].type);
        values += fmt::format(", {}", columns[i].value);
        others += fmt::format(", {}", columns[i].other);
        nulls += ", NULL";
    }
    return fmt::format("CREATE TABLE every({}); INSERT INTO every VALUES ({}), ({}), ({})", types, values, others,
                       nulls);
}

/// A cell as text and JSON spell it.
std::vector<std::string> texts(const arrow::Array& column)
{
    std::vector<std::string> cells;
    const std::shared_ptr<CellText> text = makeCellText(*column.type(), {});
    const std::shared_ptr<JsonCells> json =
        text || BytesView::covers(*column.type()) ? nullptr : *makeJsonCells(*column.type(), NonFinite::Text);
    BytesView bytes;
    if (text)
        text->bind(column);
    else if (json)
        json->bind(column);
    else
        bytes.bind(column);
    for (std::int64_t row = 0; row < column.length(); ++row) {
        std::string& cell = cells.emplace_back(column.IsNull(row) ? "∅" : "");
        if (column.IsNull(row))
            continue;
        if (text)
            text->append(row, cell);
        else if (json)
            QTest::qVerify(json->append(row, cell), "append", "", __FILE__, __LINE__);
        else
            cell = bytes.at(row);
    }
    return cells;
}

/// A time of day or a duration, "PT-1H-30M" as PostgreSQL writes an interval, or "-1:30:00".
std::optional<std::int64_t> microseconds(const std::string& text)
{
    static const QRegularExpression kIso(R"(^PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d+))?S)?$)");
    static const QRegularExpression kClock(R"(^(-?)(\d+):(\d\d):(\d\d)(?:\.(\d+))?$)");
    const auto fraction = [](const QString& digits) { return digits.leftJustified(6, '0').toLongLong(); };
    if (const auto iso = kIso.match(QString::fromStdString(text)); iso.hasMatch()) {
        const std::int64_t seconds = iso.captured(4).toLongLong() * 1'000'000 + fraction(iso.captured(5));
        return (iso.captured(1).toLongLong() * 3600 + iso.captured(2).toLongLong() * 60) * 1'000'000 +
               (iso.captured(3).isEmpty() ? seconds : -seconds);
    }
    if (const auto clock = kClock.match(QString::fromStdString(text)); clock.hasMatch()) {
        const std::int64_t seconds = (clock.captured(2).toLongLong() * 60 + clock.captured(3).toLongLong()) * 60 +
                                     clock.captured(4).toLongLong();
        const std::int64_t all = seconds * 1'000'000 + fraction(clock.captured(5));
        return clock.captured(1).isEmpty() ? all : -all;
    }
    return std::nullopt;
}

std::vector<std::optional<std::int64_t>> microseconds(const arrow::Array& column)
{
    std::vector<std::optional<std::int64_t>> times;
    for (const std::string& text : texts(column))
        times.push_back(microseconds(text));
    return times;
}

/// Where two columns mean the same: equal as they are, or exactly convertible, or with the same texts.
std::string difference(const std::shared_ptr<arrow::Array>& sent, const std::shared_ptr<arrow::Array>& came)
{
    const auto equal = arrow::EqualOptions::Defaults().nans_equal(true);
    if (sent->type()->Equals(came->type()) && sent->Equals(came, equal))
        return {};
    const auto back = arrow::compute::Cast(*came, sent->type());
    if (back.ok() && (*back)->Equals(sent, equal))
        return {};
    const bool isTime = sent->type_id() == arrow::Type::TIME64 || sent->type_id() == arrow::Type::DURATION;
    if (isTime && microseconds(*sent) == microseconds(*came))
        return {};
    const auto before = texts(*sent);
    const auto after = texts(*came);
    return before == after ? ""
                           : fmt::format("{} {} became {} {}", sent->type()->ToString(), fmt::join(before, " | "),
                                         came->type()->ToString(), fmt::join(after, " | "));
}

} // namespace

/// Every type of one database into every other database, and read back from there.
class TestTypePairs : public QObject {
    Q_OBJECT

private:
    struct Database {
        std::string name;
        std::string type;
        Options options;
    };

    QTemporaryDir m_folder;
    std::unique_ptr<test::OdbcDatabases> m_odbc;
    Registry m_registry = builtinConnectors();
    std::map<std::string, Database> m_databases;

    static std::vector<std::string> names()
    {
        return {"postgres", "mariadb", "duckdb", "sqlite", "odbc pg", "odbc maria", "odbc lite"};
    }

    void dropOutput()
    {
        const char* kSql = "DROP TABLE IF EXISTS output; DROP TABLE IF EXISTS headrace_commits; DROP TABLE IF EXISTS "
                           "headrace_odbc_commits";
        for (const char* name : {"pg", "maria", "lite"})
            m_odbc->run(name, kSql);
        runDuck(kSql);
    }

    void runDuck(const std::string& sql)
    {
        const auto database = sharedDuckDatabase(m_folder.filePath("d.duckdb").toStdString(), DuckAccess::Write, {});
        QVERIFY_RESULT(database);
        auto connection = (*database)->connect();
        QVERIFY_RESULT(connection);
        QVERIFY_RESULT(connection->execute(sql));
    }

    Result<test::ReadAll> read(const Database& database, const char* table)
    {
        Options options = database.options;
        options.set("table", table);
        HEADRACE_TRY(const auto source, m_registry.createSource(database.type, options));
        return test::readAll(*source);
    }

    Status write(const Database& database, const std::shared_ptr<arrow::RecordBatch>& rows)
    {
        Options options = database.options;
        options.set("table", "output");
        HEADRACE_TRY(const auto sink, m_registry.createSink(database.type, options));
        return test::writeAll(*sink, {"pairs", "aa", "run-1"}, 1, rows);
    }

    /// SQLite's whole numbers have 63 bits: a larger one is refused with a sentence, and its column left out then.
    std::shared_ptr<arrow::RecordBatch> withoutLargeNumbers(const Database& database,
                                                            std::shared_ptr<arrow::RecordBatch> rows)
    {
        for (int column = rows->num_columns() - 1; column >= 0; --column) {
            if (rows->column(column)->type_id() != arrow::Type::UINT64)
                continue;
            const auto only = *rows->SelectColumns({column});
            const Status refused = write(database, only);
            if (refused || refused.error().message.find("18446744073709551615") == std::string::npos)
                qFatal("a number that SQLite has not is not refused");
            dropOutput();
            rows = *rows->RemoveColumn(column);
        }
        return rows;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_odbc = std::make_unique<test::OdbcDatabases>();
        m_odbc->run("pg", "CREATE TYPE mood AS ENUM ('sad', 'über ok')");
        m_odbc->run("pg", createSql(kPostgresColumns));
        m_odbc->run("maria", "SET time_zone = '+00:00'; " + createSql(kMariaColumns));
        m_odbc->run("lite", createSql(kSqliteColumns));
        runDuck(createSql(kDuckColumns));
        const std::vector<Database> all{
            {"postgres", "postgres", m_odbc->postgres().options()},
            {"mariadb", "mariadb", m_odbc->maria().options()},
            {"duckdb", "duckdb", {{"path", m_folder.filePath("d.duckdb").toStdString()}}},
            {"sqlite", "sqlite", {{"path", m_odbc->sqliteFile()}}},
            {"odbc pg", "odbc", m_odbc->options("pg")},
            {"odbc maria", "odbc", m_odbc->options("maria")},
            {"odbc lite", "odbc", m_odbc->options("lite")},
        };
        for (const Database& database : all)
            m_databases.emplace(database.name, database);
    }

    void typesArrive_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        for (const std::string& from : names())
            for (const std::string& to : names())
                QTest::addRow("%s to %s", from.c_str(), to.c_str())
                    << QString::fromStdString(from) << QString::fromStdString(to);
    }

    void typesArrive()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        dropOutput();
        const Database& origin = m_databases.at(from.toStdString());
        const Database& destination = m_databases.at(to.toStdString());
        const auto sent = read(origin, "every");
        QVERIFY_RESULT(sent);
        auto rows = test::concatenate(sent->batches());
        QCOMPARE(rows->num_rows(), 3);

        if (destination.options.text("dsn") == "lite" || destination.type == "sqlite")
            rows = withoutLargeNumbers(destination, rows);
        QVERIFY_RESULT(write(destination, rows));

        const auto came = read(destination, "output");
        QVERIFY_RESULT(came);
        const auto back = test::concatenate(came->batches());
        QCOMPARE(back->num_rows(), 3);
        QCOMPARE(back->schema()->field_names(), rows->schema()->field_names());
        std::vector<std::string> differences;
        for (int column = 0; column < rows->num_columns(); ++column)
            if (const std::string found = difference(rows->column(column), back->column(column)); !found.empty())
                differences.push_back(rows->schema()->field(column)->name() + ": " + found);
        QVERIFY2(differences.empty(), fmt::format("{}", fmt::join(differences, "\n")).c_str());
    }
};

QTEST_GUILESS_MAIN(TestTypePairs)
#include "tst_type_pairs.moc"
