// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/odbc/odbc_reader.h"

#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/row_stream.h"
#include "connectors/odbc/table_catalog.h"
#include "connectors/sources/odbc/cursor_literal.h"
#include "connectors/sources/odbc/table_facts.h"
#include "connectors/sources/odbc/upper_bound.h"
#include "connectors/sources/tables/table_query.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

constexpr const char* kCursor = "headrace_rows";

class OdbcReader final : public TableReader {
public:
    OdbcReader(Connection connection, TableSelection selection)
        : m_connection(std::move(connection))
        , m_selection(std::move(selection))
    {
        m_plan.cursorText = cursorText;
    }

    Status lookUp(const std::stop_token& stop)
    {
        KeyFacts facts;
        if (m_selection.table.empty()) {
            m_plan.title = "query";
            m_from = fmt::format("({}) AS input", trimmedQuery(m_selection.query));
        } else {
            HEADRACE_TRY(m_table, findTable(m_connection, m_selection.table, stop));
            m_plan.title = m_table.title();
            m_from = qualified(m_connection, m_table);
            if (!m_table.isView) {
                HEADRACE_TRY(facts.key, primaryKey(m_connection, m_table, stop));
            }
        }
        HEADRACE_CHECK(readColumns(facts, stop));
        facts.title = m_plan.title;
        HEADRACE_TRY(m_choice, chooseCursor(m_selection, facts));
        m_plan.cursor = m_choice.columns;
        if (m_choice.cursors > 0 && !m_table.name.empty()) {
            HEADRACE_TRY(m_tableFacts, tableFacts(m_connection, m_table, cursorColumn().column.name, stop));
        }
        if (m_choice.keyWasFound)
            m_plan.decisions.push_back(keyDecision(facts.key));
        return {};
    }

    Status begin(const TablePosition& position, std::stop_token stop) override
    {
        HEADRACE_TRY(TableQuery query, queryBehind(position, true, stop));
        HEADRACE_CHECK(beginSnapshot(stop));
        HEADRACE_CHECK(checkSqliteCursor(stop));
        HEADRACE_CHECK(query.excludeNulls(m_selection.skipNullCursor, asks(stop)));
        m_audit = position.audit;
        if (m_tableFacts.isIndexed && !m_now.empty() && m_selection.lag.count() > 0)
            HEADRACE_CHECK(lookForLateRows(m_audit, timeCursor(stop), m_selection.lag));
        m_stream.emplace(m_connection, m_columns, m_plan.title);
        // A query runs as it stands where it may: in its own order, which not every server keeps in a subquery.
        const bool isConverted = std::ranges::any_of(m_columns, &ReadColumn::isConverted);
        const bool isPlain = m_choice.columns.empty() && m_selection.table.empty() && !isConverted;
        const std::string select = isPlain ? trimmedQuery(m_selection.query) : query.text();
        if (dialect() != Dialect::PostgreSql)
            return m_stream->begin(select, stop);
        // Without a cursor its driver holds all rows in memory.
        HEADRACE_CHECK(m_connection.execute(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", kCursor, select),
                                            fmt::format("Reading the {} could not begin", m_plan.title), stop));
        return m_stream->beginCursor(kCursor, stop);
    }

    Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                          std::stop_token stop) override
    {
        return m_stream->read(maxRows, maxBytes, wait, stop);
    }

    Result<std::int64_t> countBehind(const TablePosition& position, std::int64_t enough, std::stop_token stop) override
    {
        HEADRACE_TRY(TableQuery query, queryBehind(position, false, stop));
        return query.count(enough, asks(stop));
    }

    Result<CursorFacts> cursorFacts(std::stop_token stop) override
    {
        CursorFacts facts{
            {}, !m_table.name.empty() && !m_table.isView, m_tableFacts.rows, m_tableFacts.isIndexed, std::nullopt};
        if (m_choice.cursors == 0 && facts.isTable) {
            HEADRACE_TRY(const TableFacts found, tableFacts(m_connection, m_table, {}, stop));
            facts.rows = found.rows;
        }
        if (m_choice.cursors == 0)
            return facts;
        facts.cursor = cursorColumn().column.name;
        HEADRACE_CHECK(queryBehind({}, false, stop)); // which asks for the time
        if (!m_now.empty())
            facts.time = timeCursor(stop);
        return facts;
    }

private:
    [[nodiscard]] Dialect dialect() const { return m_connection.facts().dialect; }

    Status readColumns(KeyFacts& facts, const std::stop_token& stop)
    {
        const bool isTable = !m_selection.table.empty();
        HEADRACE_TRY(const auto columns,
                     columnsOf(m_connection, isTable ? "SELECT * FROM " + m_from : trimmedQuery(m_selection.query),
                               fmt::format("The {} cannot be read", m_plan.title), stop));
        arrow::FieldVector fields;
        std::ranges::transform(columns, std::back_inserter(facts.columns), &Column::name);
        HEADRACE_CHECK(checkColumnNames(facts.columns, m_plan.title));
        for (const Column& column : columns) {
            if (column.isRequired)
                facts.required.push_back(column.name);
            m_columns.push_back(readColumn(column, m_connection.quoted(column.name), dialect()));
            fields.push_back(m_columns.back().field);
        }
        m_plan.schema = arrow::schema(std::move(fields));
        return {};
    }

    /// Up to where no row may come late any more; `waits` for that where it has to.
    Result<TableQuery> queryBehind(const TablePosition& position, bool waits, const std::stop_token& stop)
    {
        TableQuery query{
            m_plan.title, m_from, {}, orderColumns(), {}, m_choice.mayBeNull, dialect() != Dialect::Standard};
        std::ranges::transform(m_columns, std::back_inserter(query.columns), &ReadColumn::select);
        HEADRACE_CHECK(query.startBehind(position.above, [this](std::size_t i, const std::string& text) {
            return cursorLiteral(*m_plan.schema->field(m_choice.columns[i])->type(), text, dialect());
        }));
        if (m_choice.cursors == 0)
            return query;
        const std::string above = query.conditions.empty() ? "" : query.conditions.front();
        const auto first = static_cast<std::size_t>(m_choice.columns.front());
        HEADRACE_TRY(Bound bound, upperBound(m_connection,
                                             {m_columns[first], query.order.front(), m_from, above, m_plan.title,
                                              m_selection.lag, waits},
                                             stop));
        if (!bound.condition.empty())
            query.conditions.push_back(std::move(bound.condition));
        m_now = std::move(bound.now);
        return query;
    }

    /// What ORDER BY and comparisons take: MySQL sorts ENUM by number but compares it as text, and its driver does not
    /// tell it from CHAR.
    [[nodiscard]] std::vector<std::string> orderColumns() const
    {
        std::vector<std::string> names;
        for (const int index : m_choice.columns) {
            const Column& column = m_columns[static_cast<std::size_t>(index)].column;
            const bool isChar = column.type == SQL_CHAR || column.type == SQL_WCHAR;
            const std::string name = m_connection.quoted(column.name);
            names.push_back(isChar && dialect() == Dialect::MySql ? "CONCAT(" + name + ")" : name);
        }
        return names;
    }

    /// One snapshot for all of the read, as far as the server has them, and nothing that could be written.
    Status beginSnapshot(const std::stop_token& stop)
    {
        const std::string what = fmt::format("Reading the {} could not begin", m_plan.title);
        if (dialect() == Dialect::MySql) {
            HEADRACE_CHECK(m_connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", what, stop));
            return m_connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", what, stop);
        }
        if (dialect() == Dialect::Sqlite)
            return {}; // a statement is a snapshot; in a transaction the driver would hold all its rows in memory
        if (m_connection.facts().hasTransactions)
            HEADRACE_CHECK(m_connection.setAutoCommit(false, what));
        if (dialect() == Dialect::PostgreSql)
            return m_connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", what, stop);
        return {};
    }

    /// SQLite sorts numbers before texts: a cursor that is compared as text would never get past them.
    Status checkSqliteCursor(const std::stop_token& stop)
    {
        if (dialect() != Dialect::Sqlite)
            return {};
        for (const int index : m_choice.columns) {
            const auto& field = *m_plan.schema->field(index);
            const bool isNumber = field.type()->id() == arrow::Type::INT64 || field.type()->id() == arrow::Type::DOUBLE;
            const std::string name = m_connection.quoted(field.name());
            HEADRACE_TRY(const Rows odd,
                         m_connection.query(
                             fmt::format("SELECT typeof({0}) FROM {1} WHERE typeof({0}) NOT IN ({2}) LIMIT 1", name,
                                         m_from, isNumber ? "'integer', 'real', 'null'" : "'text', 'blob', 'null'"),
                             fmt::format("The {} could not be searched", m_plan.title), stop));
            if (!odd.empty())
                return fail(ErrorCode::Data,
                            fmt::format("The column '{}' of the {} is read as {}, but holds values of "
                                        "the type {}, so it cannot be a cursor or key. Take another one.",
                                        field.name(), m_plan.title, field.type()->ToString(), textOf(odd, 0, 0)));
        }
        return {};
    }

    [[nodiscard]] const ReadColumn& cursorColumn() const
    {
        return m_columns[static_cast<std::size_t>(m_choice.columns.front())];
    }

    [[nodiscard]] TimeCursor timeCursor(const std::stop_token& stop)
    {
        TimeCursor cursor{m_now, orderColumns().front(), m_from, dialect() != Dialect::Standard};
        cursor.literal = [type = cursorColumn().field->type(), dialect = dialect()](std::int64_t microseconds) {
            return cursorLiteral(*type, timeText(microseconds), dialect);
        };
        cursor.ask = asks(stop);
        cursor.what = fmt::format("The late rows of the {} could not be counted", m_plan.title);
        return cursor;
    }

    [[nodiscard]] AskIntegers asks(const std::stop_token& stop)
    {
        return [this, stop](const std::string& sql, const std::string& what) -> Result<std::vector<std::int64_t>> {
            HEADRACE_TRY(const Rows found, m_connection.query(sql, what, stop));
            std::vector<std::int64_t> integers;
            for (std::size_t column = 0; column < found.front().size(); ++column)
                integers.push_back(integerOf(found, 0, column));
            return integers;
        };
    }

    Connection m_connection;
    TableSelection m_selection;
    Table m_table;      ///< without a name for a query
    std::string m_from; ///< the table, or (query) AS input
    std::vector<ReadColumn> m_columns;
    CursorChoice m_choice;
    TableFacts m_tableFacts;
    std::string m_now;                 ///< of the last upper bound
    std::optional<RowStream> m_stream; ///< last: it goes before its connection
};

} // namespace

Result<std::unique_ptr<TableReader>> openTable(const ReadSettings& settings, std::stop_token stop)
{
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    auto reader = std::make_unique<OdbcReader>(std::move(connection), settings.selection);
    HEADRACE_CHECK(reader->lookUp(stop));
    return reader;
}

} // namespace headrace::odbc
