// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/shape.h"
#include "tests/support/rows.h"

#include <arrow/api.h>
#include <arrow/util/key_value_metadata.h>

#include <QTest>

using namespace headrace;

namespace {

/// Positions that name the row: after(2) is "2".
class NumberedPositions : public RowPositions {
public:
    [[nodiscard]] Position after(std::int64_t rows) const override { return {std::to_string(rows)}; }
};

Chunk chunkOf(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    return {rows, std::make_shared<NumberedPositions>(), {}};
}

const std::string kColumns = "id:int64, name:string, price:double, sold:timestamp_us, ok:bool, amount:decimal(10;2)";

std::shared_ptr<arrow::RecordBatch> fruit()
{
    return test::rowsOf(test::schemaOf(kColumns), {{"1", "apple", "1.5", "2024-03-01 10:00:00", "true", "10.25"},
                                                   {"2", "pear", "0.5", "2024-03-02 11:30:00", "false", "2.50"},
                                                   {"3", "∅", "∅", "∅", "∅", "∅"},
                                                   {"4", "quince", "3.25", "2024-03-04 00:00:00", "true", "0.01"}});
}

std::unique_ptr<Shape> compiled(const std::string& sql, const std::string& columns = kColumns)
{
    auto shape = Shape::compile(sql, test::schemaOf(columns));
    if (!shape)
        qFatal("%s", shape.error().message.c_str());
    return *std::move(shape);
}

/// after(0), after(1) … of a chunk as "0 2 4".
QString positionsOf(const Chunk& chunk)
{
    QStringList positions;
    for (std::int64_t row = 0; row <= chunk.rows->num_rows(); ++row)
        positions << QString::fromStdString(chunk.at->after(row).text);
    return positions.join(' ');
}

/// Rejected records as "before 1: reason", one a line.
QString rejectedOf(const Chunk& chunk)
{
    QStringList lines;
    for (const BadRecord& record : chunk.rejected)
        lines << QStringLiteral("before %1: %2").arg(record.beforeRow).arg(QString::fromStdString(record.reason));
    return lines.join('\n');
}

} // namespace

class TestShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapesRows_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("rows");
        QTest::addColumn<QString>("positions");
        const auto row = [](const char* name, const char* sql, const char* rows, const char* positions) {
            QTest::newRow(name) << sql << rows << positions;
        };
        row("projection", "SELECT name, id FROM input", "name:string|id:int64\napple|1\npear|2\n∅|3\nquince|4",
            "0 1 2 3 4");
        row("filter", "SELECT id FROM input WHERE price > 1", "id:int64\n1\n4", "0 1 4");
        row("filter that drops the end", "SELECT id FROM input WHERE id IN (1, 2)", "id:int64\n1\n2", "0 1 4");
        row("filter that drops all", "SELECT id FROM input WHERE id > 9", "id:int64", "4");
        row("filter on a column that is not selected", "SELECT name FROM input WHERE ok", "name:string\napple\nquince",
            "0 1 4");
        row("long list", "SELECT id FROM input WHERE id IN (4, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 1)",
            "id:int64\n1\n4", "0 1 4");
        row("star", "SELECT * EXCLUDE (name, sold, ok, amount, price) FROM input", "id:int64\n1\n2\n3\n4", "0 1 2 3 4");
        row("star of an alias",
            "SELECT i.* EXCLUDE (name, sold, ok, amount), i.id + 1 AS next FROM input AS i WHERE id = 2",
            "id:int64|price:double|next:int64\n2|0.5|3", "0 4");
        row("star replaced",
            "SELECT * EXCLUDE (name, sold, ok, price) REPLACE (amount * 2 AS amount) FROM input WHERE id = 1",
            "id:int64|amount:decimal128(18, 2)\n1|20.50", "0 4");
        row("columns by pattern", "SELECT COLUMNS('^[in].*') FROM input WHERE id = 1", "id:int64|name:string\n1|apple",
            "0 4");
        row("columns by any pattern", "SELECT COLUMNS('id$|__.*') FROM input WHERE id = 1", "id:int64\n1", "0 4");
        row("from first", "FROM input SELECT id WHERE id = 1", "id:int64\n1", "0 4");
        row("case and comments", "select ID as n -- the key\nfrom INPUT where Name like 'p%';", "n:int64\n2", "0 4");
        row("expressions",
            "SELECT CASE WHEN ok THEN upper(name) ELSE coalesce(name, 'none') END AS label, "
            "CAST(amount AS DECIMAL(12,1)) AS d, sold + INTERVAL 90 MINUTE AS later, "
            "list_transform([id, 2], x -> x * 2)[1] AS twice, 1.50 AS constant FROM input WHERE id <> 4",
            "label:string|d:decimal128(12, 1)|later:timestamp[us]|twice:int64|constant:decimal128(3, 2)\n"
            "APPLE|10.3|2024-03-01 11:30:00.000000|2|1.50\n"
            "pear|2.5|2024-03-02 13:00:00.000000|4|1.50\nnone|∅|∅|6|1.50",
            "0 1 2 4");
        row("quoted text", "SELECT 'it''s' AS \"a \"\"b\"\"\" FROM input WHERE id = 1", "a \"b\":string\nit's", "0 4");
    }
    void shapesRows()
    {
        QFETCH(QString, sql);
        QFETCH(QString, rows);
        QFETCH(QString, positions);
        const auto shape = compiled(sql.toStdString());
        const auto chunk = shape->apply(chunkOf(fruit()));
        QVERIFY_RESULT(chunk);
        QCOMPARE(QString::fromStdString(test::print(*chunk->rows)), rows);
        QCOMPARE(positionsOf(*chunk), positions);
        QVERIFY(chunk->rows->schema()->Equals(*shape->schema()));
        QVERIFY(chunk->rejected.empty());
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* sql, const char* part) {
            QTest::newRow(name) << sql << part;
        };
        row("aggregate", "SELECT sum(id) FROM input", "an aggregate");
        row("count", "SELECT count(*) FROM input", "an aggregate");
        row("macro with an aggregate", "SELECT geomean(price) FROM input", "an aggregate");
        row("group by", "SELECT name, sum(id) FROM input GROUP BY name", "GROUP BY");
        row("group by all", "SELECT name, sum(id) FROM input GROUP BY ALL", "an aggregate");
        row("having", "SELECT 1 FROM input HAVING count(*) > 1", "HAVING");
        row("distinct", "SELECT DISTINCT name FROM input", "DISTINCT");
        row("distinct on", "SELECT DISTINCT ON (name) id FROM input", "DISTINCT");
        row("order by", "SELECT id FROM input ORDER BY id", "ORDER BY");
        row("limit", "SELECT id FROM input LIMIT 3", "LIMIT");
        row("offset", "SELECT id FROM input OFFSET 3", "LIMIT");
        row("limit percent", "SELECT id FROM input LIMIT 3%", "LIMIT");
        row("window", "SELECT row_number() OVER () FROM input", "a window function");
        row("qualify", "SELECT id FROM input QUALIFY row_number() OVER () = 1", "QUALIFY");
        row("union", "SELECT id FROM input UNION ALL SELECT id FROM input", "UNION");
        row("except", "SELECT id FROM input EXCEPT SELECT 1", "EXCEPT");
        row("with", "WITH x AS (SELECT 1) SELECT id FROM input", "WITH");
        row("unnest", "SELECT unnest([1, 2]) FROM input", "unnest");
        row("unnest struct", "SELECT UNNEST({'a': id}) FROM input", "unnest");
        row("join", "SELECT a.id FROM input a JOIN input b USING (id)", "a join");
        row("cross join", "SELECT 1 FROM input, range(3)", "a join");
        row("subquery", "SELECT (SELECT max(id) FROM input) FROM input", "a subquery");
        row("exists", "SELECT id FROM input WHERE EXISTS (SELECT 1)", "a subquery");
        row("from subquery", "SELECT id FROM (SELECT id FROM input)", "a subquery");
        row("sample", "SELECT id FROM input TABLESAMPLE 10%", "a sample");
        row("using sample", "SELECT id FROM input USING SAMPLE 3", "a sample");
        row("parameter", "SELECT ? FROM input", "a parameter");
        row("other table", "SELECT id FROM orders", "not from 'orders'");
        row("file", "SELECT * FROM '/etc/passwd'", "not from '/etc/passwd'");
        row("table function", "SELECT * FROM read_csv('/etc/passwd')", "must read from 'input'");
        row("no table", "SELECT 1", "must read from 'input'");
        row("values", "VALUES (1)", "must read from 'input'");
        row("whole row", "SELECT input FROM input", "uses 'input' as a value");
        row("whole row by alias", "SELECT to_json(i) FROM input i", "uses 'i' as a value");
        row("two statements", "SELECT id FROM input; SELECT id FROM input", "not 2 statements");
        row("insert", "INSERT INTO input VALUES (1)", "must be one SELECT");
        row("attach", "ATTACH '/tmp/x.db'", "must be one SELECT");
        row("syntax", "SELECT id FRM input WHERE", "not valid SQL");
        row("empty", "", "must be one SELECT");
        row("column", "SELECT pricee FROM input", "\"pricee\" not found");
        row("nearest column", "SELECT pricee FROM input", "Candidate bindings: \"price\"");
        row("function", "SELECT uper(name) FROM input", "upper");
        row("types", "SELECT name + ok FROM input", "+(VARCHAR, BOOLEAN)");
        row("same name twice", "SELECT id, price AS id FROM input", "two columns the name 'id'");
        row("hidden column", "SELECT __headrace_row FROM input", "__headrace_row");
    }
    void refuses()
    {
        QFETCH(QString, sql);
        QFETCH(QString, part);
        const auto shape = Shape::compile(sql.toStdString(), test::schemaOf(kColumns));
        QVERIFY(!shape);
        const QString message = QString::fromStdString(shape.error().message);
        QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY2(message.endsWith('.') || message.endsWith('?') || message.endsWith('!'), qPrintable(message));
        QCOMPARE(static_cast<int>(shape.error().code), static_cast<int>(ErrorCode::Usage));
    }

    void failingRowsAreRejected()
    {
        const auto schema = test::schemaOf("id:int64, text:string");
        const auto shape =
            compiled("SELECT CAST(text AS INTEGER) AS n FROM input WHERE id <> 3", "id:int64, text:string");
        Chunk chunk = chunkOf(
            test::rowsOf(schema, {{"1", "10"}, {"2", "x2"}, {"3", "not read"}, {"4", "40"}, {"5", "∅"}, {"6", "y6"}}));
        chunk.rejected = {{
                              0,
                              "a.csv",
                              1,
                              0,
                              "bad from the source, first",
                              "",
                          },
                          {4, "a.csv", 7, 70, "bad between", ""},
                          {6, "a.csv", 9, 90, "bad at the end", ""}};
        const auto shaped = shape->apply(chunk);
        QVERIFY_RESULT(shaped);
        QCOMPARE(QString::fromStdString(test::print(*shaped->rows)), QStringLiteral("n:int32\n10\n40\n∅"));
        QCOMPARE(positionsOf(*shaped), QStringLiteral("0 1 4 6"));
        const QString wanted =
            "before 0: bad from the source, first\n"
            "before 1: Could not convert string 'x2' to INT32 when casting from source column text.\n"
            "before 2: bad between\n"
            "before 3: Could not convert string 'y6' to INT32 when casting from source column text.\n"
            "before 3: bad at the end";
        QCOMPARE(rejectedOf(*shaped), wanted);
        QCOMPARE(QString::fromStdString(shaped->rejected[1].raw), QStringLiteral("{\"id\":\"2\",\"text\":\"x2\"}"));
        QCOMPARE(QString::fromStdString(shaped->rejected[1].origin), QStringLiteral("shape, row ending at 2"));
    }

    /// Any mix of passing, dropped and failing rows against a plain loop, over chunks of many DuckDB vectors.
    void agreesWithALoop_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("failEvery");
        QTest::newRow("one row") << 1 << 1;
        QTest::newRow("one vector") << 2048 << 100;
        QTest::newRow("a vector and one") << 2049 << 7;
        QTest::newRow("many vectors") << 20'000 << 997;
        QTest::newRow("all fail") << 3'000 << 1;
        QTest::newRow("none fails") << 65'536 << 1'000'000;
    }
    void agreesWithALoop()
    {
        QFETCH(int, rows);
        QFETCH(int, failEvery);
        arrow::Int64Builder ids;
        arrow::StringBuilder texts;
        QStringList kept;
        std::size_t failed = 0;
        QStringList positions{"0"};
        for (int row = 0; row < rows; ++row) {
            const bool fails = row % failEvery == failEvery - 1;
            QVERIFY(ids.Append(row).ok());
            QVERIFY(texts.Append(fails ? "bad" : std::to_string(row)).ok());
            failed += fails ? 1 : 0;
            if (!fails && row % 3 != 0) {
                kept << QString::number(row * 2);
                positions << QString::number(row + 1);
            }
        }
        positions.last() = QString::number(rows);
        const auto schema = test::schemaOf("id:int64, text:string");
        const auto batch = arrow::RecordBatch::Make(schema, rows, {*ids.Finish(), *texts.Finish()});
        const auto shape =
            compiled("SELECT CAST(text AS BIGINT) * 2 AS n FROM input WHERE CAST(text AS BIGINT) % 3 <> 0",
                     "id:int64, text:string");
        const auto shaped = shape->apply(chunkOf(batch));
        QVERIFY_RESULT(shaped);
        QCOMPARE(shaped->rejected.size(), failed);
        const QString cells = kept.isEmpty() ? QString() : "\n" + kept.join('\n');
        QCOMPARE(QString::fromStdString(test::print(*shaped->rows)), "n:int64" + cells);
        QCOMPARE(positionsOf(*shaped), positions.join(' '));
    }

    void emptyChunksPass()
    {
        const auto shape = compiled("SELECT name FROM input WHERE id > 1");
        Chunk nothing = chunkOf(fruit()->Slice(0, 0));
        nothing.rejected = {{0, "a.csv", 1, 0, "bad", ""}};
        const auto shaped = shape->apply(nothing);
        QVERIFY_RESULT(shaped);
        QCOMPARE(shaped->rows->num_rows(), 0);
        QCOMPARE(positionsOf(*shaped), QStringLiteral("0"));
        QCOMPARE(shaped->rejected.size(), std::size_t{1});
    }

    void slicesKeepTheirOwnOrdinals()
    {
        const auto shape = compiled("SELECT id FROM input WHERE ok");
        const auto shaped = shape->apply(chunkOf(fruit()->Slice(1, 3)));
        QVERIFY_RESULT(shaped);
        QCOMPARE(QString::fromStdString(test::print(*shaped->rows)), QStringLiteral("id:int64\n4"));
        QCOMPARE(positionsOf(*shaped), QStringLiteral("0 3"));
    }

    void aColumnMayHaveTheHiddenName()
    {
        const std::string columns = "__headrace_row:int64";
        const auto shape = compiled("SELECT * FROM input WHERE __headrace_row = 8", columns);
        const auto shaped = shape->apply(chunkOf(test::rowsOf(test::schemaOf(columns), {{"7"}, {"8"}})));
        QVERIFY_RESULT(shaped);
        QCOMPARE(QString::fromStdString(test::print(*shaped->rows)), QStringLiteral("__headrace_row:int64\n8"));
    }

    void whatIsKnownOfJsonGoesOn()
    {
        const auto known = arrow::key_value_metadata({"headrace:json_text", "other"}, {"1", "x"});
        const auto input = arrow::schema(
            {arrow::field("tags", arrow::utf8(), true, known), arrow::field("sum", arrow::utf8(), true, known)});
        const auto shape = Shape::compile("SELECT tags, length(sum) AS sum, tags AS other FROM input", input);
        QVERIFY_RESULT(shape);
        const auto& fields = (*shape)->schema()->fields();
        QVERIFY(fields[0]->HasMetadata() &&
                fields[0]->metadata()->keys() == std::vector<std::string>{"headrace:json_text"});
        QVERIFY(!fields[1]->HasMetadata() && !fields[2]->HasMetadata());
    }

    void otherColumnsAreAnError()
    {
        const auto shape = compiled("SELECT id FROM input");
        const auto shaped = shape->apply(chunkOf(test::rowsOf(test::schemaOf("id:int64"), {{"7"}})));
        QVERIFY(!shaped);
        QVERIFY(shaped.error().message.starts_with("The shape was made for the columns"));
    }

    void tooManyFailuresEndTheRun()
    {
        arrow::StringBuilder texts;
        for (int row = 0; row < 10'500; ++row)
            QVERIFY(texts.Append("bad").ok());
        const auto schema = test::schemaOf("text:string");
        const auto shape = compiled("SELECT CAST(text AS BIGINT) AS n FROM input", "text:string");
        const auto shaped = shape->apply(chunkOf(arrow::RecordBatch::Make(schema, 10'500, {*texts.Finish()})));
        QVERIFY(!shaped);
        QCOMPARE(static_cast<int>(shaped.error().code), static_cast<int>(ErrorCode::Data));
        QVERIFY2(shaped.error().message.find("'bad'") != std::string::npos, shaped.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestShape)
#include "tst_shape.moc"
