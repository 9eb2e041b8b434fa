// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/duckdb/duck_reader.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/core/value_bytes.h"
#include "connectors/sources/tables/table_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace headrace::duck {

namespace {

constexpr std::int64_t kChunkBytes = 4 * 1024 * 1024;

class DuckReader final : public TableReader {
public:
    DuckReader(std::shared_ptr<DuckDatabase> database, DuckConnection connection, TableSelection selection)
        : m_database(std::move(database))
        , m_connection(std::move(connection))
        , m_selection(std::move(selection))
    {
        m_plan.cursorText = textOfText;
    }

    Status lookUp(const Query::Settings& settings, const std::stop_token& stop)
    {
        const Interrupt interrupt = interruptAt(stop);
        HEADRACE_CHECK(m_connection.execute("SET TimeZone = 'UTC'"));
        HEADRACE_TRY(m_query, Query::plan(m_connection, settings));
        m_plan.title = m_query.title();
        HEADRACE_CHECK(readSchema());
        KeyFacts facts{m_plan.title, {}, {}, {}};
        std::ranges::transform(m_query.columns(), std::back_inserter(facts.columns), &Query::Column::name);
        HEADRACE_CHECK(readKey(facts, settings));
        adoptCase(m_selection.cursor, facts.columns);
        adoptCase(m_selection.key, facts.columns);
        HEADRACE_TRY(m_choice, chooseCursor(m_selection, facts));
        for (std::size_t i = 0; i < m_choice.columns.size(); ++i)
            m_plan.cursor.push_back(m_plan.schema->num_fields() + static_cast<int>(i));
        if (m_choice.keyWasFound)
            m_plan.decisions.push_back(keyDecision(facts.key));
        return {};
    }

    Status begin(const TablePosition& position, std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        m_now = clockMicroseconds();
        HEADRACE_CHECK(m_connection.execute("BEGIN TRANSACTION READ ONLY"));
        HEADRACE_TRY(TableQuery query, queryBehind(position));
        HEADRACE_CHECK(query.excludeNulls(m_selection.skipNullCursor, asks()));
        m_audit = position.audit;
        if (cursorIsTime() && m_selection.lag.count() > 0 && !m_selection.table.empty())
            HEADRACE_CHECK(lookForLateRows(m_audit, timeCursor(), m_selection.lag));
        HEADRACE_TRY(m_statement, m_connection.prepare(query.text()));
        HEADRACE_TRY(m_result, m_statement->stream());
        return {};
    }

    Result<RowBlock> read(std::int64_t maxRows, std::int64_t, std::chrono::milliseconds, std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        RowBlock block;
        HEADRACE_TRY(block.rows, nextRows(*m_result, maxRows));
        block.last = block.rows == nullptr;
        if (block.last)
            block.rows = arrow::RecordBatch::MakeEmpty(m_result->schema()).ValueOrDie(); // of known types
        block.wireBytes = valueBytes(*block.rows);
        return block;
    }

    Result<std::int64_t> countBehind(const TablePosition& position, std::int64_t enough, std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        m_now = clockMicroseconds();
        HEADRACE_TRY(const TableQuery query, queryBehind(position));
        return query.count(enough, asks());
    }

    /// DuckDB passes over what lies apart from a time by the smallest and largest one of each group of rows, so every
    /// column is as good as indexed.
    Result<CursorFacts> cursorFacts(std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        CursorFacts facts{columnAt(0).name, !m_selection.table.empty(), std::nullopt, m_query.hasRows(), std::nullopt};
        if (m_query.hasRows())
            facts.rows = m_query.estimatedRows();
        m_now = clockMicroseconds();
        if (cursorIsTime())
            facts.time = timeCursor();
        return facts;
    }

private:
    using Interrupt = std::stop_callback<std::function<void()>>;
    [[nodiscard]] Interrupt interruptAt(const std::stop_token& stop)
    {
        return Interrupt(stop, [this] { m_connection.interrupt(); });
    }

    Status readSchema()
    {
        HEADRACE_TRY(DuckStatement empty,
                     m_connection.prepare(fmt::format("SELECT {} FROM {} LIMIT 0", m_query.selects(), m_query.from())));
        HEADRACE_TRY(const DuckResult none, empty.execute());
        m_plan.schema = none.schema();
        return {};
    }

    Status readKey(KeyFacts& facts, const Query::Settings& settings)
    {
        if (settings.table.empty())
            return {};
        const std::string table = fmt::format("database_name = current_database() AND lower(schema_name) = lower({}) "
                                              "AND lower(table_name) = lower({})",
                                              sqlLiteral(settings.schema), sqlLiteral(settings.table));
        HEADRACE_TRY(facts.key, texts("SELECT unnest(constraint_column_names) FROM duckdb_constraints() WHERE "
                                      "constraint_type = 'PRIMARY KEY' AND " +
                                      table));
        HEADRACE_TRY(facts.required,
                     texts("SELECT column_name FROM duckdb_columns() WHERE NOT is_nullable AND " + table));
        return {};
    }

    Result<std::vector<std::string>> texts(const std::string& sql)
    {
        HEADRACE_TRY(DuckResult result, m_connection.query(sql));
        HEADRACE_TRY(const auto rows, result.readAll());
        std::vector<std::string> found;
        for (std::int64_t row = 0; row < rows->num_rows(); ++row)
            found.push_back(static_cast<const arrow::StringArray&>(*rows->column(0)).GetString(row));
        return found;
    }

    /// One of cursor and key.
    [[nodiscard]] const Query::Column& columnAt(std::size_t i) const
    {
        return m_query.columns()[static_cast<std::size_t>(m_choice.columns[i])];
    }
    [[nodiscard]] bool cursorIsTime() const { return columnAt(0).type.starts_with("TIMESTAMP"); }

    Result<TableQuery> queryBehind(const TablePosition& position)
    {
        TableQuery query{m_plan.title, m_query.from(), {m_query.selects()}, {}, {}, m_choice.mayBeNull};
        for (std::size_t i = 0; i < m_choice.columns.size(); ++i) {
            query.order.push_back("input." + sqlIdentifier(columnAt(i).name)); // not what is selected under this name
            query.columns.push_back(fmt::format("CAST({} AS VARCHAR) AS \"headrace {}\"", query.order.back(), i));
        }
        HEADRACE_CHECK(query.startBehind(position.above, [this](std::size_t i, const std::string& text) {
            return fmt::format("CAST({} AS {})", sqlLiteral(text), columnAt(i).type);
        }));
        if (cursorIsTime()) {
            const auto lag = std::chrono::microseconds(m_selection.lag).count();
            query.conditions.push_back(fmt::format("{} <= {}", query.order.front(), timeCursor().literal(m_now - lag)));
        }
        return query;
    }

    [[nodiscard]] TimeCursor timeCursor()
    {
        TimeCursor cursor{timeText(m_now), "input." + sqlIdentifier(columnAt(0).name), m_query.from()};
        cursor.literal = [type = columnAt(0).type](std::int64_t microseconds) {
            return fmt::format("CAST('{}' AS {})", timeText(microseconds), type); // the session is in UTC
        };
        cursor.ask = asks();
        return cursor;
    }

    [[nodiscard]] AskIntegers asks()
    {
        return [this](const std::string& sql, const std::string&) -> Result<std::vector<std::int64_t>> {
            HEADRACE_TRY(DuckResult result, m_connection.query(sql));
            HEADRACE_TRY(const auto rows, result.readAll());
            std::vector<std::int64_t> integers;
            for (const auto& column : rows->columns())
                integers.push_back(static_cast<const arrow::Int64Array&>(*column).Value(0));
            return integers;
        };
    }

    std::shared_ptr<DuckDatabase> m_database;
    DuckConnection m_connection;
    TableSelection m_selection;
    Query m_query;
    CursorChoice m_choice;
    std::int64_t m_now = 0; ///< in microseconds since 1970, before the snapshot
    std::optional<DuckStatement> m_statement;
    std::optional<DuckResult> m_result; ///< last: it goes before its connection
};

} // namespace

Result<std::shared_ptr<arrow::RecordBatch>> nextRows(DuckResult& result, std::int64_t wanted)
{
    arrow::RecordBatchVector batches;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    while (rows < wanted && bytes < kChunkBytes) {
        HEADRACE_TRY(auto batch, result.next());
        if (batch == nullptr)
            break;
        rows += batch->num_rows();
        bytes += valueBytes(*batch);
        batches.push_back(std::move(batch));
    }
    if (batches.size() < 2)
        return batches.empty() ? nullptr : batches.front();
    return fromArrow(arrow::ConcatenateRecordBatches(batches), "The rows of a chunk could not be joined");
}

Result<std::unique_ptr<TableReader>> openTable(std::shared_ptr<DuckDatabase> database, const Query::Settings& settings,
                                               const TableSelection& selection, const std::stop_token& stop)
{
    HEADRACE_TRY(DuckConnection connection, database->connect());
    auto reader = std::make_unique<DuckReader>(std::move(database), std::move(connection), selection);
    HEADRACE_CHECK(reader->lookUp(settings, stop));
    return reader;
}

} // namespace headrace::duck
