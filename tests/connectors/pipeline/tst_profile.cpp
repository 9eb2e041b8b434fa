// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/profile.h"
#include "connectors/pipeline/top_values.h"
#include "tests/support/canned_source.h"
#include "tests/support/rows.h"

#include <QTest>

using namespace headrace;

namespace {

Result<Profile> profileOf(test::CannedInput& input, const ProfileLimits& limits = {}, const std::string& sql = {})
{
    return profile(test::cannedRegistry(input), {"canned", {}}, sql, limits, std::stop_token{});
}

/// A profile as lines: "name type nulls=0 distinct=3 min..max mean quantiles | top".
QString print(const ColumnProfile& column)
{
    QStringList top;
    for (const TopValue& value : column.top)
        top << QStringLiteral("%1×%2").arg(QString::fromStdString(value.value)).arg(value.rows);
    QStringList quantiles;
    for (const std::string& quantile : column.quantiles)
        quantiles << QString::fromStdString(quantile);
    return QStringLiteral("%1 %2 nulls=%3 distinct=%4 %5..%6 mean=%7 [%8] %9")
        .arg(QString::fromStdString(column.name), QString::fromStdString(column.type))
        .arg(column.nulls)
        .arg(column.distinct)
        .arg(QString::fromStdString(column.minimum.value_or("∅")), QString::fromStdString(column.maximum.value_or("∅")),
             column.mean ? QString::number(*column.mean) : "∅", quantiles.join(' '), top.join(' '));
}

/// Rows 0 … rows − 1: id, a group of ten, a text, in batches of a thousand.
test::CannedInput numbers(int rows)
{
    test::CannedInput input;
    input.schema = test::schemaOf("id:int64, decade:int32, text:string");
    for (int first = 0; first < rows; first += 1000) {
        std::vector<std::vector<std::string>> cells;
        for (int row = first; row < std::min(rows, first + 1000); ++row)
            cells.push_back({std::to_string(row), row % 4 == 0 ? "∅" : std::to_string(row % 10),
                             row % 100 < 30 ? "often" : "id " + std::to_string(row)});
        input.batches.push_back(test::rowsOf(input.schema, cells));
    }
    return input;
}

} // namespace

class TestProfile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void describesEveryType()
    {
        test::CannedInput input;
        input.schema =
            test::schemaOf("id:int64, name:string, at:timestamp_us, day:date32, price:double, ok:bool, n:int32, "
                           "raw:binary, amount:decimal(10;2)");
        input.batches = {
            test::rowsOf(input.schema,
                         {{"1", "a", "2024-01-01 00:00:00", "2024-01-01", "1.5", "true", "5", "x", "1.00"},
                          {"2", "b", "2024-01-02 00:00:00", "2024-01-02", "2.5", "false", "5", "y", "2.00"}}),
            test::rowsOf(input.schema,
                         {{"3", "a", "2024-01-03 00:00:00", "2024-01-03", "3.5", "true", "7", "x", "3.00"},
                          {"4", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅"}})};
        const auto result = profileOf(input);
        QVERIFY_RESULT(result);
        QCOMPARE(result->rows, 4);
        QVERIFY(result->complete);
        const QStringList wanted{
            "id int64 nulls=0 distinct=4 1..4 mean=2.5 [1 2 2 4 4] 1×1 2×1 3×1 4×1",
            "name text nulls=1 distinct=2 a..b mean=∅ [] a×2 b×1",
            "at timestamp nulls=1 distinct=3 2024-01-01 00:00:00..2024-01-03 00:00:00 mean=∅ "
            "[2024-01-01 00:00:00 2024-01-01 06:00:00 2024-01-02 00:00:00 2024-01-02 18:00:00 2024-01-03 00:00:00] "
            "2024-01-01 00:00:00×1 2024-01-02 00:00:00×1 2024-01-03 00:00:00×1",
            "day date nulls=1 distinct=3 2024-01-01..2024-01-03 mean=∅ "
            "[2024-01-01 2024-01-01 2024-01-02 2024-01-03 2024-01-03] 2024-01-01×1 2024-01-02×1 2024-01-03×1",
            "price double nulls=1 distinct=3 1.5..3.5 mean=2.5 [1.5 1.75 2.5 3.25 3.5] 2.5×1 3.5×1 1.5×1",
            "ok bool nulls=1 distinct=2 false..true mean=∅ [] true×2 false×1",
            "n int32 nulls=1 distinct=2 5..7 mean=5.66667 [5 5 5 6 7] 5×2 7×1",
            "raw blob nulls=1 distinct=2 x..y mean=∅ [] x×2 y×1",
            "amount decimal(10,2) nulls=1 distinct=3 1.00..3.00 mean=2 [1.00 1.25 2.00 2.75 3.00] "
            "3.00×1 1.00×1 2.00×1",
        };
        QCOMPARE(result->columns.size(), static_cast<std::size_t>(wanted.size()));
        for (qsizetype column = 0; column < wanted.size(); ++column)
            QCOMPARE(print(result->columns[static_cast<std::size_t>(column)]), wanted[column]);
    }

    /// The estimate's error of some percent goes both ways.
    void noMoreDistinctValuesThanRows()
    {
        test::CannedInput input;
        input.schema = test::schemaOf("a:int64, b:int64, c:int64, d:int64, e:int64, f:int64");
        std::vector<std::vector<std::string>> rows;
        for (int row = 0; row < 2000; ++row) {
            rows.emplace_back();
            for (int column = 1; column <= input.schema->num_fields(); ++column)
                rows.back().push_back(row == 0 ? "∅" : std::to_string(row * 7919 * column));
        }
        input.batches = {test::rowsOf(input.schema, rows)};
        const auto result = profileOf(input);
        QVERIFY_RESULT(result);
        for (const ColumnProfile& column : result->columns)
            QVERIFY2(column.distinct <= 1999, qPrintable(QString::number(column.distinct)));
    }

    void emptyColumns()
    {
        test::CannedInput input;
        input.schema = test::schemaOf("id:int64, name:string");
        const auto none = profileOf(input);
        QVERIFY_RESULT(none);
        QCOMPARE(none->rows, 0);
        QCOMPARE(print(none->columns[0]), QStringLiteral("id int64 nulls=0 distinct=0 ∅..∅ mean=∅ [] "));
        input.batches = {test::rowsOf(input.schema, {{"∅", "∅"}})};
        const auto nulls = profileOf(input);
        QVERIFY_RESULT(nulls);
        QCOMPARE(print(nulls->columns[1]), QStringLiteral("name text nulls=1 distinct=0 ∅..∅ mean=∅ [] "));
    }

    void manyRows()
    {
        test::CannedInput input = numbers(50'000);
        const auto result = profileOf(input);
        QVERIFY_RESULT(result);
        QCOMPARE(result->rows, 50'000);
        const ColumnProfile& id = result->columns[0];
        QVERIFY2(std::abs(id.distinct - 50'000) < 5'000, qPrintable(print(id)));
        QCOMPARE(id.maximum.value(), std::string("49999"));
        QVERIFY2(std::abs(std::stod(id.quantiles[2]) - 25'000) < 500, qPrintable(print(id)));
        QVERIFY2(id.top.empty(), qPrintable(print(id)));
        const ColumnProfile& decade = result->columns[1];
        QCOMPARE(decade.nulls, 12'500);
        QCOMPARE(decade.top.size(), std::size_t{10});
        QCOMPARE(decade.top.front().rows, 5000);
        const ColumnProfile& text = result->columns[2];
        QCOMPARE(text.top.front().value, std::string("often"));
        QVERIFY2(std::abs(text.top.front().rows - 15'000) <= 50'000 / 1024, qPrintable(print(text)));
    }

    void limits()
    {
        test::CannedInput input = numbers(5'000);
        const auto rows = profileOf(input, {.rows = 1'500});
        QVERIFY_RESULT(rows);
        QCOMPARE(rows->rows, 1'500);
        QVERIFY(!rows->complete);
        QCOMPARE(rows->columns[0].maximum.value(), std::string("1499"));
        input.endless = true;
        const auto time = profileOf(input, {.time = std::chrono::milliseconds{50}});
        QVERIFY_RESULT(time);
        QVERIFY(!time->complete);
        QVERIFY(std::ranges::find(input.calls, "acknowledge") == input.calls.end());
    }

    void shapedRowsAndBadRecords()
    {
        test::CannedInput input = numbers(100);
        input.rejected = {{{3, "a", 4, 40, "bad", ""}}};
        const auto result = profileOf(input, {}, "SELECT CAST(replace(text, 'id ', '') AS INTEGER) AS n FROM input");
        QVERIFY_RESULT(result);
        QCOMPARE(result->rows, 70);
        QCOMPARE(result->rejected, 31);
        QCOMPARE(result->columns[0].minimum.value(), std::string("30"));
    }

    void awkwardNames()
    {
        test::CannedInput input;
        input.schema = arrow::schema({arrow::field("a \"b\"", arrow::int64()), arrow::field("select", arrow::utf8())});
        input.batches = {test::rowsOf(input.schema, {{"1", "x"}})};
        const auto result = profileOf(input);
        QVERIFY_RESULT(result);
        QCOMPARE(result->columns[0].name, std::string("a \"b\""));
        QCOMPARE(result->columns[1].maximum.value(), std::string("x"));
    }

    void topValuesUnderestimateByAtMostTheirShare()
    {
        TopValues top(arrow::int64());
        arrow::Int64Builder rows;
        constexpr int kRows = 100'000;
        for (int row = 0; row < kRows; ++row)
            QVERIFY(rows.Append(row % 5 == 0 ? -1 : row).ok());
        top.add(**rows.Finish());
        const auto result = top.top(3);
        QVERIFY_RESULT(result);
        QVERIFY(result->rows.front() <= kRows / 5);
        QVERIFY(result->rows.front() >= kRows / 5 - kRows / static_cast<int>(TopValues::kCounters));
        QCOMPARE(static_cast<const arrow::Int64Array&>(*result->values).Value(0), -1);
    }
};

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
