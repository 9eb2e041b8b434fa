// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/shape.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/json.h"
#include "connectors/duckdb/duck_arrow_view.h"
#include "connectors/duckdb/duck_database.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/pipeline/shape_sql.h"

#include <arrow/api.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace headrace {

namespace {

/// Rows that fail are found by halving the chunk; beyond this many in one chunk the shape itself is wrong.
constexpr std::size_t kMaxFailedRows = 10'000;

/// Source row of each shaped row, and where the source rows end.
class ShapedPositions : public RowPositions {
public:
    ShapedPositions(std::shared_ptr<const RowPositions> source, std::vector<std::int64_t> ordinals, std::int64_t rows)
        : m_source(std::move(source))
        , m_ordinals(std::move(ordinals))
        , m_rows(rows)
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        if (rows == static_cast<std::int64_t>(m_ordinals.size()))
            return m_source->after(m_rows);
        return m_source->after(rows == 0 ? 0 : m_ordinals[static_cast<std::size_t>(rows) - 1] + 1);
    }

private:
    std::shared_ptr<const RowPositions> m_source;
    std::vector<std::int64_t> m_ordinals;
    std::int64_t m_rows;
};

std::string sqlText(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted.append(c == '\'' ? 2 : 1, c);
    return quoted + "'";
}

/// The single text that a query gives, or the last column of its last row.
Result<std::string> textFrom(DuckConnection& connection, const std::string& sql)
{
    HEADRACE_TRY(DuckResult result, connection.query(sql));
    HEADRACE_TRY(const auto rows, result.readAll());
    if (rows->num_rows() == 0 || rows->num_columns() == 0)
        return fail(ErrorCode::Failed, "DuckDB answered a question about the shape with nothing.");
    HEADRACE_TRY(const auto cell, fromArrow(rows->column(rows->num_columns() - 1)->GetScalar(rows->num_rows() - 1),
                                            "DuckDB's answer about the shape could not be read"));
    return cell->ToString();
}

/// A name that no column of the schema has.
std::string hiddenName(const arrow::Schema& schema)
{
    std::string name = "__headrace_row";
    while (std::ranges::any_of(schema.fields(), [&](const auto& field) { return field->name().starts_with(name); }))
        name += '_';
    return name;
}

/// The row as a JSON object of texts, for the quarantine.
std::string rawRow(const arrow::RecordBatch& rows, std::int64_t row)
{
    nlohmann::ordered_json object;
    for (int column = 0; column < rows.num_columns(); ++column) {
        auto& cell = object[rows.column_name(column)];
        if (rows.column(column)->IsValid(row))
            cell = (*rows.column(column)->GetScalar(row))->ToString();
    }
    std::string text = lossyJsonText(object);
    text.resize(std::min(text.size(), BadRecord::kMaxRawBytes));
    return text;
}

/// What formats know of a column's JSON and its path goes on with the column's name: they look at the values again.
std::shared_ptr<arrow::Field> withJson(const std::shared_ptr<arrow::Field>& field, const arrow::Schema& input)
{
    constexpr auto kJsonKeys = "headrace:json_";
    const auto source = input.GetFieldByName(field->name());
    if (source == nullptr || source->metadata() == nullptr || !source->type()->Equals(field->type()))
        return field;
    auto kept = std::make_shared<arrow::KeyValueMetadata>();
    for (std::int64_t i = 0; i < source->metadata()->size(); ++i)
        if (source->metadata()->key(i).starts_with(kJsonKeys))
            kept->Append(source->metadata()->key(i), source->metadata()->value(i));
    return kept->size() == 0 ? field : field->WithMetadata(std::move(kept));
}

Error usageError(const Error& error)
{
    return {ErrorCode::Usage, "The shape cannot be used: " + duckSentence(error.detail), error.detail, std::nullopt};
}

struct FailedRow {
    std::int64_t row;
    std::string reason;
};

/// What came of the rows of one chunk, in source order.
struct ShapedRows {
    arrow::RecordBatchVector batches;
    std::vector<FailedRow> failed;
};

class DuckShape : public Shape {
public:
    explicit DuckShape(DuckConnection connection)
        : m_connection(std::move(connection))
    {
    }

    Status compile(const std::string& sql, const std::shared_ptr<arrow::Schema>& input);

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }
    [[nodiscard]] Result<Chunk> apply(const Chunk& chunk) override;

private:
    Status createView(const std::shared_ptr<arrow::Schema>& schema);
    Status checkOutput(const arrow::Schema& shaped, const std::string& hidden);
    Result<std::shared_ptr<arrow::RecordBatch>> run(const std::shared_ptr<arrow::RecordBatch>& rows);
    Status shapeRows(const std::shared_ptr<arrow::RecordBatch>& rows, std::int64_t first, ShapedRows& shaped);
    Result<std::shared_ptr<arrow::RecordBatch>> withOrdinals(const arrow::RecordBatch& rows);
    Result<std::vector<std::int64_t>> ordinalsOf(const arrow::RecordBatchVector& batches) const;

    DuckConnection m_connection;
    std::optional<DuckArrowView> m_view;
    std::optional<DuckStatement> m_statement;
    std::shared_ptr<arrow::Schema> m_input;
    std::shared_ptr<arrow::Schema> m_inputWithOrdinals;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<int> m_columns;               ///< of the statement's result, those that make m_schema
    int m_hiddenColumn = 0;                   ///< the ordinal's, the last one
    std::shared_ptr<arrow::Array> m_ordinals; ///< 0, 1, 2 …, as long as the longest chunk so far
};

Status DuckShape::createView(const std::shared_ptr<arrow::Schema>& schema)
{
    HEADRACE_TRY(m_view, DuckArrowView::create(m_connection, "input", schema));
    return {};
}

Status DuckShape::compile(const std::string& sql, const std::shared_ptr<arrow::Schema>& input)
{
    if (sql.find('\0') != std::string::npos)
        return fail(ErrorCode::Usage, "The shape holds a NUL character, which SQL cannot have.");
    m_input = input;
    const std::string hidden = hiddenName(*input);
    HEADRACE_TRY(const std::string serialized,
                 textFrom(m_connection, fmt::format("SELECT json_serialize_sql({})", sqlText(sql))));
    HEADRACE_TRY(const std::string withHidden, rowWiseSelect(serialized, input->field_names(), hidden));

    HEADRACE_CHECK(createView(input));
    const auto plan = textFrom(m_connection, "EXPLAIN (FORMAT json) " + sql);
    if (!plan)
        return fail(usageError(plan.error()));
    HEADRACE_CHECK(checkRowWisePlan(*plan));

    HEADRACE_TRY(m_inputWithOrdinals,
                 fromArrow(input->AddField(input->num_fields(), arrow::field(hidden, arrow::int64())),
                           "The shape's input could not be described"));
    HEADRACE_CHECK(createView(m_inputWithOrdinals));
    HEADRACE_TRY(const std::string select,
                 textFrom(m_connection, fmt::format("SELECT json_deserialize_sql({})", sqlText(withHidden))));
    auto prepared = m_connection.prepare(select);
    if (!prepared)
        return fail(usageError(prepared.error()));
    m_statement = *std::move(prepared);

    HEADRACE_TRY(const auto none, fromArrow(arrow::RecordBatch::MakeEmpty(m_inputWithOrdinals), "No rows"));
    HEADRACE_TRY(const auto shaped, run(none));
    return checkOutput(*shaped->schema(), hidden);
}

Status DuckShape::checkOutput(const arrow::Schema& shaped, const std::string& hidden)
{
    std::set<std::string> names;
    arrow::FieldVector fields;
    m_hiddenColumn = shaped.num_fields() - 1;
    for (int column = 0; column < m_hiddenColumn; ++column) {
        const auto& field = shaped.field(column);
        // COLUMNS('pattern') is the one way to see the hidden column.
        if (field->name() == hidden)
            continue;
        if (field->name().find(hidden) != std::string::npos)
            return fail(ErrorCode::Usage, "A pattern of COLUMNS inside an expression must not match every name; name "
                                          "the columns more closely.");
        if (!names.insert(field->name()).second)
            return fail(ErrorCode::Usage,
                        fmt::format("The shape gives two columns the name '{}'; rename one with AS.", field->name()));
        m_columns.push_back(column);
        fields.push_back(withJson(field, *m_input));
    }
    m_schema = arrow::schema(fields);
    return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> DuckShape::run(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    m_view->setRows({rows});
    HEADRACE_TRY(DuckResult result, m_statement->execute());
    return result.readAll();
}

Status DuckShape::shapeRows(const std::shared_ptr<arrow::RecordBatch>& rows, std::int64_t first, ShapedRows& shaped)
{
    auto outcome = run(rows);
    if (outcome) {
        shaped.batches.push_back(*std::move(outcome));
        return {};
    }
    if (outcome.error().code != ErrorCode::Data)
        return fail(std::move(outcome).error());
    if (rows->num_rows() > 1) {
        const std::int64_t half = rows->num_rows() / 2;
        HEADRACE_CHECK(shapeRows(rows->Slice(0, half), first, shaped));
        return shapeRows(rows->Slice(half), first + half, shaped);
    }
    shaped.failed.push_back({first, duckSentence(outcome.error().detail)});
    if (shaped.failed.size() > kMaxFailedRows)
        return fail(ErrorCode::Data, fmt::format("The shape fails on more than {} rows at once; the first failure: {}",
                                                 kMaxFailedRows, shaped.failed.front().reason));
    return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> DuckShape::withOrdinals(const arrow::RecordBatch& rows)
{
    if (m_ordinals == nullptr || m_ordinals->length() < rows.num_rows()) {
        std::vector<std::int64_t> numbers(static_cast<std::size_t>(rows.num_rows()));
        for (std::size_t row = 0; row < numbers.size(); ++row)
            numbers[row] = static_cast<std::int64_t>(row);
        m_ordinals =
            std::make_shared<arrow::Int64Array>(rows.num_rows(), arrow::Buffer::FromVector(std::move(numbers)));
    }
    arrow::ArrayVector columns = rows.columns();
    columns.push_back(m_ordinals->Slice(0, rows.num_rows()));
    return arrow::RecordBatch::Make(m_inputWithOrdinals, rows.num_rows(), std::move(columns));
}

Result<std::vector<std::int64_t>> DuckShape::ordinalsOf(const arrow::RecordBatchVector& batches) const
{
    std::vector<std::int64_t> ordinals;
    for (const auto& rows : batches) {
        const auto& column = static_cast<const arrow::Int64Array&>(*rows->column(m_hiddenColumn));
        ordinals.insert(ordinals.end(), column.raw_values(), column.raw_values() + column.length());
    }
    if (std::ranges::adjacent_find(ordinals, std::greater_equal<>()) != ordinals.end())
        return fail(ErrorCode::Failed, "DuckDB changed the order of the rows that the shape gave it.");
    return ordinals;
}

Result<Chunk> DuckShape::apply(const Chunk& chunk)
{
    if (!chunk.rows->schema()->Equals(*m_input))
        return fail(ErrorCode::Failed, fmt::format("The shape was made for the columns {}, but rows with the columns "
                                                   "{} came.",
                                                   m_input->ToString(), chunk.rows->schema()->ToString()));
    ShapedRows shaped;
    if (chunk.rows->num_rows() > 0) {
        HEADRACE_TRY(const auto rows, withOrdinals(*chunk.rows));
        HEADRACE_CHECK(shapeRows(rows, 0, shaped));
    }
    HEADRACE_TRY(std::vector<std::int64_t> ordinals, ordinalsOf(shaped.batches));
    const auto shapedIndex = [&](std::int64_t row) {
        return std::ranges::lower_bound(ordinals, row) - ordinals.begin();
    };

    Chunk result;
    result.rejected = chunk.rejected;
    for (const FailedRow& failed : shaped.failed)
        result.rejected.push_back({failed.row, "shape, row ending at " + chunk.at->after(failed.row + 1).text, 0, -1,
                                   failed.reason, rawRow(*chunk.rows, failed.row)});
    std::ranges::stable_sort(result.rejected, {}, &BadRecord::beforeRow);
    for (BadRecord& record : result.rejected)
        record.beforeRow = shapedIndex(record.beforeRow);

    for (auto& batch : shaped.batches) {
        HEADRACE_TRY(batch, fromArrow(batch->SelectColumns(m_columns), "The shaped rows are incomplete"));
    }
    HEADRACE_TRY(const auto table, fromArrow(arrow::Table::FromRecordBatches(m_schema, shaped.batches),
                                             "The shaped rows could not be joined"));
    HEADRACE_TRY(result.rows, fromArrow(table->CombineChunksToBatch(), "The shaped rows could not be joined"));
    result.at = std::make_shared<ShapedPositions>(chunk.at, std::move(ordinals), chunk.rows->num_rows());
    return result;
}

} // namespace

Result<std::unique_ptr<Shape>> Shape::compile(const std::string& sql, const std::shared_ptr<arrow::Schema>& input)
{
    HEADRACE_TRY(
        const DuckDatabase database,
        DuckDatabase::open("", {{"threads", "1"}, {"memory_limit", "512MB"}, {"enable_external_access", "false"}}));
    HEADRACE_TRY(DuckConnection connection, database.connect());
    HEADRACE_CHECK(connection.execute("SET TimeZone = 'UTC'; SET lock_configuration = true"));
    auto shape = std::make_unique<DuckShape>(std::move(connection));
    HEADRACE_CHECK(shape->compile(sql, input));
    return shape;
}

} // namespace headrace
