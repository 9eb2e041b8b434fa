// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/value_bytes.h"
#include "tests/support/random.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTest>

namespace headrace::test {

namespace {

template <typename Builder>
std::shared_ptr<arrow::Array> finish(Builder& builder)
{
    return builder.Finish().ValueOrDie();
}

struct Column {
    std::shared_ptr<arrow::Array> array;
    std::vector<std::int64_t> bytes; ///< of every row, as they should be counted
};

Column numbers(Random& random, std::int64_t rows)
{
    arrow::Int64Builder builder;
    Column column;
    for (std::int64_t row = 0; row < rows; ++row) {
        const bool null = random.chance(20);
        static_cast<void>(null ? builder.AppendNull() : builder.Append(row));
        column.bytes.push_back(null ? 0 : 8);
    }
    column.array = finish(builder);
    return column;
}

Column flags(Random& random, std::int64_t rows)
{
    arrow::BooleanBuilder builder;
    Column column;
    for (std::int64_t row = 0; row < rows; ++row) {
        const bool null = random.chance(20);
        static_cast<void>(null ? builder.AppendNull() : builder.Append(row % 2 == 0));
        column.bytes.push_back(null ? 0 : 1);
    }
    column.array = finish(builder);
    return column;
}

template <typename Builder>
Column texts(Random& random, std::int64_t rows, int nullPercent)
{
    Builder builder;
    Column column;
    for (std::int64_t row = 0; row < rows; ++row) {
        const bool null = random.chance(nullPercent);
        const auto length = random.pick(0, 30);
        static_cast<void>(null ? builder.AppendNull()
                               : builder.Append(std::string(static_cast<std::size_t>(length), 'x')));
        column.bytes.push_back(null ? 0 : length);
    }
    column.array = finish(builder);
    return column;
}

Column lists(Random& random, std::int64_t rows)
{
    const auto items = std::make_shared<arrow::Int32Builder>();
    arrow::ListBuilder builder(arrow::default_memory_pool(), items);
    Column column;
    for (std::int64_t row = 0; row < rows; ++row) {
        const bool null = random.chance(20);
        static_cast<void>(null ? builder.AppendNull() : builder.Append());
        const std::int64_t length = null ? 0 : random.pick(0, 5);
        for (std::int64_t item = 0; item < length; ++item)
            static_cast<void>(items->Append(1));
        column.bytes.push_back(4 * length);
    }
    column.array = finish(builder);
    return column;
}

Column dictionary(Random& random, std::int64_t rows)
{
    arrow::StringDictionaryBuilder builder;
    Column column;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto length = random.pick(0, 3);
        static_cast<void>(builder.Append(std::string(static_cast<std::size_t>(length), 'y')));
        column.bytes.push_back(length);
    }
    column.array = finish(builder);
    return column;
}

Column structs(Random& random, std::int64_t rows)
{
    const Column number = numbers(random, rows);
    const Column text = texts<arrow::StringBuilder>(random, rows, 10);
    Column column;
    for (std::size_t row = 0; row < number.bytes.size(); ++row)
        column.bytes.push_back(number.bytes[row] + text.bytes[row]);
    column.array =
        arrow::StructArray::Make({number.array, text.array}, std::vector<std::string>{"n", "t"}).ValueOrDie();
    return column;
}

} // namespace

class TestValueBytes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anySliceCountsWhatItsRowsHold()
    {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            Random random(seed);
            const std::int64_t rows = random.pick(0, 200);
            const std::vector<Column> columns{numbers(random, rows),
                                              flags(random, rows),
                                              texts<arrow::StringBuilder>(random, rows, 0),
                                              texts<arrow::StringBuilder>(random, rows, 30),
                                              texts<arrow::LargeBinaryBuilder>(random, rows, 30),
                                              texts<arrow::StringViewBuilder>(random, rows, 30),
                                              lists(random, rows),
                                              dictionary(random, rows),
                                              structs(random, rows)};
            arrow::ArrayVector arrays;
            arrow::FieldVector fields;
            std::vector<std::int64_t> sums{0};
            for (const Column& column : columns) {
                arrays.push_back(column.array);
                fields.push_back(arrow::field(fmt::format("c{}", fields.size()), column.array->type()));
            }
            for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
                sums.push_back(sums.back());
                for (const Column& column : columns)
                    sums.back() += column.bytes[row];
            }
            const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), rows, arrays);
            QVERIFY2(cumulativeValueBytes(*batch) == sums, fmt::format("seed {}", seed).c_str());

            const std::int64_t from = random.pick(0, rows);
            const std::int64_t until = random.pick(from, rows);
            const auto slice = batch->Slice(from, until - from);
            const std::int64_t wanted = sums[static_cast<std::size_t>(until)] - sums[static_cast<std::size_t>(from)];
            QVERIFY2(valueBytes(*slice) == wanted, fmt::format("seed {}: rows {} to {} hold {}, counted {}", seed, from,
                                                               until, wanted, valueBytes(*slice))
                                                       .c_str());
            QCOMPARE(cumulativeValueBytes(*slice).back(), wanted);
        }
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestValueBytes)
#include "tst_value_bytes.moc"
