// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/duck_appender.h"
#include "connectors/duckdb/duck_arrow_view.h"
#include "connectors/duckdb/duck_database.h"
#include "connectors/duckdb/duck_error.h"
#include "tests/support/rows.h"

#include <arrow/api.h>
#include <arrow/json/from_string.h>

#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

/// std::string comparison that shows both texts.
#define COMPARE_TEXT(actual, expected) QCOMPARE(QString::fromStdString(actual), QString::fromStdString(expected))

Q_DECLARE_METATYPE(std::shared_ptr<arrow::DataType>)

namespace {

constexpr int kRows = 5000;

/// A column that repeats the JSON cells up to kRows rows, behind an offset that is no multiple of eight.
std::shared_ptr<arrow::RecordBatch> columnOf(const std::shared_ptr<arrow::DataType>& type, const std::string& cells)
{
    const auto few = arrow::json::ArrayFromJSONString(type, cells).ValueOrDie();
    std::vector<std::shared_ptr<arrow::Array>> copies;
    for (std::int64_t rows = 0; rows < kRows + 3; rows += few->length())
        copies.push_back(few);
    const auto all = arrow::Concatenate(copies).ValueOrDie()->Slice(3, kRows);
    return arrow::RecordBatch::Make(arrow::schema({arrow::field("value", type)}), kRows, {all});
}

void addTypes()
{
    using namespace arrow;
    QTest::addColumn<std::shared_ptr<DataType>>("type");
    QTest::addColumn<std::string>("cells");
    const auto row = [](const char* name, const std::shared_ptr<DataType>& type, const std::string& cells) {
        QTest::newRow(name) << type << cells;
    };
    row("boolean", boolean(), "[true, null, false, false, true]");
    row("int8", int8(), "[-128, null, 127, 0]");
    row("int16", int16(), "[-32768, null, 32767]");
    row("int32", int32(), "[-2147483648, null, 2147483647]");
    row("int64", int64(), "[-9223372036854775808, null, 9223372036854775807]");
    row("uint8", uint8(), "[0, null, 255]");
    row("uint16", uint16(), "[0, null, 65535]");
    row("uint32", uint32(), "[0, null, 4294967295]");
    row("uint64", uint64(), "[0, null, 18446744073709551615]");
    row("float", float32(), "[1.5, null, -0.25, 3.4028235e38]");
    row("double", float64(), "[1.1, null, -0.1, 1.7976931348623157e308]");
    row("text", utf8(), R"(["", null, "a", "longer than twelve bytes", "Größe 水", "x\u0000y"])");
    row("binary", binary(), R"(["", null, "raw bytes of some length", "b"])");
    row("date", date32(), "[0, null, -719162, 2932896, 19000]");
    row("time", time64(TimeUnit::MICRO), "[0, null, 86399999999]");
    row("timestamp s", timestamp(TimeUnit::SECOND), "[0, null, -1, 253402300799]");
    row("timestamp ms", timestamp(TimeUnit::MILLI), "[0, null, -1, 253402300799999]");
    row("timestamp us", timestamp(TimeUnit::MICRO), "[0, null, -1, 253402300799999999]");
    row("timestamp ns", timestamp(TimeUnit::NANO), "[0, null, -1, 9223372036854775806]");
    row("timestamp with zone", timestamp(TimeUnit::MICRO, "UTC"), "[0, null, -1, 253402300799999999]");
    row("decimal of 2 bytes", decimal128(4, 2), R"(["12.34", null, "-99.99"])");
    row("decimal of 4 bytes", decimal128(9, 3), R"(["123456.789", null, "-0.001"])");
    row("decimal of 8 bytes", decimal128(18, 0), R"(["999999999999999999", null, "-1"])");
    row("decimal of 16 bytes", decimal128(38, 10),
        R"(["1234567890123456789012345678.0123456789", null, "-0.0000000001"])");
    row("list", list(int32()), "[[1, 2, null], null, [], [3]]");
    row("list of texts", list(utf8()), R"([["a", "longer than twelve bytes"], null, [], [null]])");
    row("struct", struct_({field("a", int32()), field("b", utf8())}),
        R"([{"a": 1, "b": "x"}, null, {"a": null, "b": null}, {"a": 2, "b": "longer than twelve bytes"}])");
    row("all null", int64(), "[null, null]");
}

/// The content of `rows` in the type `type`, without field metadata: what must survive.
void compareColumn(const std::shared_ptr<arrow::RecordBatch>& actual, const std::shared_ptr<arrow::RecordBatch>& wanted)
{
    QCOMPARE(actual->num_rows(), wanted->num_rows());
    QCOMPARE(actual->schema()->field(0)->type()->ToString(), wanted->schema()->field(0)->type()->ToString());
    QVERIFY_RESULT((actual->ValidateFull().ok() ? Status{} : fail(ErrorCode::Data, "invalid Arrow data")));
    if (!actual->column(0)->Equals(*wanted->column(0)))
        QFAIL(actual->column(0)->Diff(*wanted->column(0)).c_str());
}

} // namespace

class TestDuckDb : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        auto database = DuckDatabase::open("", {{"threads", "1"}});
        QVERIFY_RESULT(database);
        auto connection = database->connect();
        QVERIFY_RESULT(connection);
        m_connection = std::make_unique<DuckConnection>(*std::move(connection));
        QVERIFY_RESULT(m_connection->execute("SET TimeZone='UTC'"));
    }
    void cleanup() { m_connection.reset(); }

    void typesSurviveTheView_data() { addTypes(); }
    void typesSurviveTheView()
    {
        QFETCH(std::shared_ptr<arrow::DataType>, type);
        QFETCH(std::string, cells);
        const auto rows = columnOf(type, cells);
        auto view = DuckArrowView::create(*m_connection, "input", rows->schema());
        QVERIFY_RESULT(view);
        view->setRows({rows->Slice(0, 2001), rows->Slice(2001)});
        auto result = m_connection->query("SELECT * FROM input");
        QVERIFY_RESULT(result);
        const auto back = result->readAll();
        QVERIFY_RESULT(back);
        compareColumn(*back, rows);
    }

    void typesSurviveTheAppender_data() { addTypes(); }
    void typesSurviveTheAppender()
    {
        QFETCH(std::shared_ptr<arrow::DataType>, type);
        QFETCH(std::string, cells);
        const auto rows = columnOf(type, cells);
        auto view = DuckArrowView::create(*m_connection, "input", rows->schema());
        QVERIFY_RESULT(view);
        QVERIFY_RESULT(m_connection->execute("CREATE TABLE target AS SELECT * FROM input"));
        auto appender = DuckAppender::create(*m_connection, "main", "target", rows->schema());
        QVERIFY_RESULT(appender);
        QVERIFY_RESULT(appender->append(*rows));
        QVERIFY_RESULT(appender->flush());
        auto result = m_connection->query("SELECT * FROM target");
        QVERIFY_RESULT(result);
        const auto back = result->readAll();
        QVERIFY_RESULT(back);
        compareColumn(*back, rows);
    }

    void preparedStatementReadsTheViewAgain()
    {
        const auto schema = test::schemaOf("id:int64, name:string");
        auto view = DuckArrowView::create(*m_connection, "input", schema);
        QVERIFY_RESULT(view);
        auto statement = m_connection->prepare("SELECT name FROM input WHERE id > $1");
        QVERIFY_RESULT(statement);
        QVERIFY_RESULT(statement->bind(1, std::int64_t{1}));
        for (const std::string name : {"b", "c"}) {
            view->setRows({test::rowsOf(schema, {{"1", "a"}, {"2", name}})});
            auto result = statement->execute();
            QVERIFY_RESULT(result);
            const auto rows = result->readAll();
            QVERIFY_RESULT(rows);
            COMPARE_TEXT(test::print(**rows), "name:string\n" + name);
        }
    }

    void readsOnlyWhatAQueryAsksFor_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("rows");
        QTest::newRow("count") << "SELECT count(*) AS n FROM input"
                               << "n:int64\n3";
        QTest::newRow("constant") << "SELECT 7 AS n FROM input"
                                  << "n:int32\n7\n7\n7";
        QTest::newRow("last column") << "SELECT c FROM input"
                                     << "c:string\nx\ny\nz";
        QTest::newRow("turned") << "SELECT c, a FROM input WHERE b > 4"
                                << "c:string|a:int64\ny|2\nz|3";
        QTest::newRow("twice") << "SELECT a, a AS d FROM input WHERE c = 'x'"
                               << "a:int64|d:int64\n1|1";
        QTest::newRow("sum") << "SELECT sum(b) AS s FROM input WHERE a <> 2"
                             << "s:double\n10.5";
    }
    void readsOnlyWhatAQueryAsksFor()
    {
        QFETCH(QString, sql);
        QFETCH(QString, rows);
        const auto schema = test::schemaOf("a:int64, b:double, c:string");
        auto view = DuckArrowView::create(*m_connection, "input", schema);
        QVERIFY_RESULT(view);
        view->setRows({test::rowsOf(schema, {{"1", "4", "x"}, {"2", "5", "y"}, {"3", "6.5", "z"}})});
        auto result = m_connection->query(sql.toStdString());
        QVERIFY_RESULT(result);
        COMPARE_TEXT(test::print(**result->readAll()), rows.toStdString());
    }

    void readersErrorEndsTheRun()
    {
        const auto schema = test::schemaOf("a:int64");
        auto view = DuckArrowView::create(*m_connection, "input", schema);
        QVERIFY_RESULT(view);
        int pulls = 0;
        view->setReader([&]() -> Result<std::shared_ptr<arrow::RecordBatch>> {
            if (++pulls == 3)
                return fail(ErrorCode::Unavailable, "The peer went away.");
            return test::rowsOf(schema, {{"1"}});
        });
        const auto result = m_connection->query("SELECT sum(a) FROM input");
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("The peer went away.") != std::string::npos,
                 result.error().message.c_str());
        QCOMPARE(pulls, 3);
    }

    void appenderFollowsTheTransaction()
    {
        const auto schema = test::schemaOf("id:int64");
        QVERIFY_RESULT(m_connection->execute("CREATE TABLE target (id BIGINT)"));
        QVERIFY_RESULT(m_connection->execute("BEGIN"));
        {
            auto appender = DuckAppender::create(*m_connection, "main", "target", schema);
            QVERIFY_RESULT(appender);
            QVERIFY_RESULT(appender->append(*test::rowsOf(schema, {{"1"}, {"2"}})));
            QVERIFY_RESULT(appender->flush());
        }
        QVERIFY_RESULT(m_connection->execute("ROLLBACK"));
        auto result = m_connection->query("SELECT count(*) AS n FROM target");
        QVERIFY_RESULT(result);
        COMPARE_TEXT(test::print(**result->readAll()), "n:int64\n0");
    }

    void errorsAreSentences_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* sql, ErrorCode code, const char* part) {
            QTest::newRow(name) << sql << static_cast<int>(code) << part;
        };
        row("syntax", "SELEC 1", ErrorCode::Usage, "syntax error at or near \"SELEC\".");
        row("column", "SELECT nam FROM (SELECT 1 AS name)", ErrorCode::Usage, "Candidate bindings: \"name\".");
        row("table", "SELECT * FROM missing", ErrorCode::NotFound, "Table with name missing does not exist!");
        row("cast", "SELECT CAST('x1' AS INTEGER)", ErrorCode::Data, "Could not convert string 'x1' to INT32");
        row("extension", "SELECT * FROM read_xlsx('a.xlsx')", ErrorCode::NotFound, "read_xlsx");
    }
    void errorsAreSentences()
    {
        QFETCH(QString, sql);
        QFETCH(int, code);
        QFETCH(QString, part);
        const auto result = m_connection->query(sql.toStdString());
        QVERIFY(!result);
        const QString message = QString::fromStdString(result.error().message);
        QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY2(!message.contains('\n'), qPrintable(message));
        QCOMPARE(static_cast<int>(result.error().code), code);
    }

    void openNamesTheFile()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("not-a-database").toStdString();
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        const auto database = DuckDatabase::open(path);
        QVERIFY(!database);
        QVERIFY2(database.error().message.find(path) != std::string::npos, database.error().message.c_str());
    }

    void openNamesABadSetting()
    {
        const auto database = DuckDatabase::open("", {{"threadz", "1"}});
        QVERIFY(!database);
        QVERIFY2(database.error().message.find("threadz") != std::string::npos, database.error().message.c_str());
    }

    void identifiersAreQuoted()
    {
        QCOMPARE(sqlIdentifier("a\"b"), std::string("\"a\"\"b\""));
        QVERIFY_RESULT(m_connection->execute("CREATE TABLE " + sqlIdentifier("select \"x\"") + " (i INTEGER)"));
        QVERIFY_RESULT(m_connection->query("SELECT * FROM " + sqlIdentifier("select \"x\"")));
    }

private:
    std::unique_ptr<DuckConnection> m_connection;
};

QTEST_GUILESS_MAIN(TestDuckDb)
#include "tst_duckdb.moc"
