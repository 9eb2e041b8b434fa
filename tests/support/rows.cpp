// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/cast.h>
#include <arrow/util/decimal.h>

#include "tests/support/rows.h"

#include "connectors/core/stable_hash.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace headrace::test {

namespace {

const std::string kNull = "∅";

template <typename T>
T must(arrow::Result<T> result)
{
    if (result.ok())
        return std::move(result).MoveValueUnsafe();
    std::fprintf(stderr, "test data: %s\n", result.status().ToString().c_str());
    std::abort();
}

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::shared_ptr<arrow::DataType> typeOf(const std::string& name)
{
    static const std::map<std::string, std::shared_ptr<arrow::DataType>> kTypes{
        {"int64", arrow::int64()},
        {"int32", arrow::int32()},
        {"uint64", arrow::uint64()},
        {"double", arrow::float64()},
        {"string", arrow::utf8()},
        {"bool", arrow::boolean()},
        {"date32", arrow::date32()},
        {"binary", arrow::binary()},
        {"timestamp_us", arrow::timestamp(arrow::TimeUnit::MICRO)},
        {"timestamp_ms", arrow::timestamp(arrow::TimeUnit::MILLI)},
        {"time_us", arrow::time64(arrow::TimeUnit::MICRO)},
        {"timestamptz_us", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
    };
    if (const auto found = kTypes.find(name); found != kTypes.end())
        return found->second;
    int precision = 0;
    int scale = 0;
    if (std::sscanf(name.c_str(), "decimal(%d;%d)", &precision, &scale) == 2)
        return arrow::decimal128(precision, scale);
    std::fprintf(stderr, "test data: unknown type '%s'\n", name.c_str());
    std::abort();
}

std::shared_ptr<arrow::Scalar> parsed(const std::shared_ptr<arrow::DataType>& type, const std::string& text)
{
    if (text == kNull)
        return arrow::MakeNullScalar(type);
    if (type->id() == arrow::Type::BINARY)
        return arrow::MakeScalar(type, arrow::Buffer::FromString(text)).ValueOrDie();
    if (type->id() == arrow::Type::DECIMAL128) {
        arrow::Decimal128 value;
        std::int32_t scale = 0;
        if (!arrow::Decimal128::FromString(text, &value, nullptr, &scale).ok())
            std::abort();
        value = must(value.Rescale(scale, static_cast<const arrow::Decimal128Type&>(*type).scale()));
        return std::make_shared<arrow::Decimal128Scalar>(value, type);
    }
    return must(arrow::Scalar::Parse(type, text));
}

std::string cell(const arrow::Array& array, std::int64_t row)
{
    if (array.IsNull(row))
        return kNull;
    return must(array.GetScalar(row))->ToString();
}

std::uint64_t hash(const std::string& text)
{
    std::uint64_t value = stableHash(text);
    value ^= value >> 31;
    return value * 0x9E3779B97F4A7C15ULL;
}

std::string rowText(const arrow::RecordBatch& rows, std::int64_t row)
{
    std::string line;
    for (int column = 0; column < rows.num_columns(); ++column)
        line += (column == 0 ? "" : "|") + cell(*rows.column(column), row);
    return line;
}

} // namespace

std::shared_ptr<arrow::Schema> schemaOf(const std::string& description)
{
    arrow::FieldVector fields;
    std::stringstream stream(description);
    for (std::string part; std::getline(stream, part, ',');) {
        const std::string field = trimmed(part);
        const auto colon = field.rfind(':');
        fields.push_back(arrow::field(field.substr(0, colon), typeOf(field.substr(colon + 1))));
    }
    return arrow::schema(fields);
}

std::shared_ptr<arrow::RecordBatch> rowsOf(const std::shared_ptr<arrow::Schema>& schema,
                                           const std::vector<std::vector<std::string>>& cells)
{
    arrow::ArrayVector columns;
    for (int column = 0; column < schema->num_fields(); ++column) {
        const auto builder = must(arrow::MakeBuilder(schema->field(column)->type()));
        for (const auto& row : cells)
            if (!builder->AppendScalar(*parsed(schema->field(column)->type(), row.at(column))).ok())
                std::abort();
        columns.push_back(must(builder->Finish()));
    }
    return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(cells.size()), columns);
}

std::string print(const arrow::RecordBatch& rows)
{
    std::string text;
    for (int column = 0; column < rows.num_columns(); ++column)
        text += fmt::format("{}{}:{}", column == 0 ? "" : "|", rows.column_name(column),
                            rows.schema()->field(column)->type()->ToString());
    for (std::int64_t row = 0; row < rows.num_rows(); ++row)
        text += "\n" + rowText(rows, row);
    return text;
}

std::string print(const arrow::Table& rows)
{
    return print(*must(rows.CombineChunksToBatch()));
}

std::shared_ptr<arrow::RecordBatch> concatenate(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches)
{
    return must(must(arrow::Table::FromRecordBatches(batches))->CombineChunksToBatch());
}

std::string digest(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches)
{
    std::uint64_t sum = 0;
    std::uint64_t mixed = 0;
    std::int64_t count = 0;
    for (const auto& rows : batches) {
        for (std::int64_t row = 0; row < rows->num_rows(); ++row, ++count) {
            const std::uint64_t value = hash(rowText(*rows, row));
            sum += value;
            mixed ^= value * (value | 1);
        }
    }
    return fmt::format("{} rows {:016x} {:016x}", count, sum, mixed);
}

} // namespace headrace::test
