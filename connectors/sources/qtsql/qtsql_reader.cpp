// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/qtsql/qtsql_reader.h"

#include "connectors/core/pause.h"
#include "connectors/qtsql/row_stream.h"
#include "connectors/qtsql/table_names.h"
#include "connectors/sources/qtsql/cursor_literal.h"
#include "connectors/sources/tables/table_query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace::qtsql {

namespace {

class QtSqlReader final : public TableReader {
public:
    QtSqlReader(std::unique_ptr<Connection> connection, TableSelection selection)
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
            m_from = fmt::format("({}) input", trimmedQuery(m_selection.query));
        } else {
            HEADRACE_TRY(m_table, findTable(*m_connection, m_selection.table, stop));
            m_plan.title = m_table.title();
            m_from = qualified(*m_connection, m_table);
            HEADRACE_TRY(facts.key, primaryKey(*m_connection, m_table, stop));
        }
        HEADRACE_CHECK(readColumns(facts, stop));
        facts.title = m_plan.title;
        HEADRACE_TRY(m_choice, chooseCursor(m_selection, facts));
        m_plan.cursor = m_choice.columns;
        HEADRACE_CHECK(checkCursor());
        if (m_choice.keyWasFound)
            m_plan.decisions.push_back(keyDecision(facts.key));
        return {};
    }

    Status begin(const TablePosition& position, std::stop_token stop) override
    {
        HEADRACE_TRY(TableQuery query, queryBehind(position, true, stop));
        HEADRACE_CHECK(m_connection->beginSnapshot(stop));
        HEADRACE_CHECK(query.excludeNulls(m_selection.skipNullCursor, asks(stop)));
        m_stream.emplace(*m_connection, m_columns, m_plan.title);
        // A query runs as it stands where it may: in its own order, which not every server keeps in a subquery.
        const bool isPlain = m_choice.columns.empty() && m_selection.table.empty() && !hasConversions();
        return m_stream->begin(isPlain ? trimmedQuery(m_selection.query) : query.text(), stop);
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

    Result<CursorFacts> cursorFacts(std::stop_token) override
    {
        CursorFacts facts{{}, !m_table.name.empty() && !m_table.isView, std::nullopt, false, std::nullopt};
        if (m_choice.cursors > 0)
            facts.cursor = cursorColumn().column.name;
        return facts;
    }

private:
    Status readColumns(KeyFacts& facts, const std::stop_token& stop)
    {
        const std::string what = fmt::format("The {} cannot be read", m_plan.title);
        HEADRACE_TRY(const auto columns,
                     m_connection->columnsOf(fmt::format("SELECT * FROM {} WHERE 1 = 0", m_from), what, stop));
        std::ranges::transform(columns, std::back_inserter(facts.columns), &Column::name);
        HEADRACE_CHECK(checkColumnNames(facts.columns, m_plan.title));
        arrow::FieldVector fields;
        std::vector<std::string> rounded;
        for (const Column& column : columns) {
            if (column.isRequired)
                facts.required.push_back(column.name);
            m_columns.push_back(readColumn(column, m_connection->quoted(column.name), m_connection->server()));
            fields.push_back(m_columns.back().field);
            if (losesFractions(m_columns.back(), m_connection->server()))
                rounded.push_back(column.name);
        }
        m_plan.schema = arrow::schema(std::move(fields));
        if (!rounded.empty())
            m_plan.decisions.push_back(
                {"query", fmt::format("milliseconds in {}", fmt::join(rounded, ", ")),
                 "Qt's times have no finer parts. A query that casts them to text keeps all digits."});
        return {};
    }

    [[nodiscard]] Status checkCursor() const
    {
        for (const int index : m_choice.columns) {
            const auto& field = *m_plan.schema->field(index);
            if (!hasLiterals(*field.type(), m_connection->server()))
                return fail(ErrorCode::Usage,
                            fmt::format("The column '{}' of the {} cannot be a cursor or key: SQL has no text that is "
                                        "exactly its value. Take another one.",
                                        field.name(), m_plan.title));
        }
        return {};
    }

    [[nodiscard]] bool hasConversions() const
    {
        return std::ranges::any_of(m_columns, [this](const ReadColumn& column) {
            return column.select != m_connection->quoted(column.column.name);
        });
    }

    [[nodiscard]] const ReadColumn& cursorColumn() const
    {
        return m_columns[static_cast<std::size_t>(m_choice.columns.front())];
    }

    /// Up to where no row may come late any more; `waits` for that where it has to.
    Result<TableQuery> queryBehind(const TablePosition& position, bool waits, const std::stop_token& stop)
    {
        const Server server = m_connection->server();
        TableQuery query{m_plan.title,
                         m_from,
                         {},
                         {},
                         {},
                         m_choice.mayBeNull,
                         server == Server::PostgreSql || server == Server::MySql};
        std::ranges::transform(m_columns, std::back_inserter(query.columns), &ReadColumn::select);
        for (const int index : m_choice.columns)
            query.order.push_back(m_connection->quoted(m_columns[static_cast<std::size_t>(index)].column.name));
        const auto literal = [this, server](std::size_t i, const std::string& text) {
            return cursorLiteral(*m_plan.schema->field(m_choice.columns[i])->type(), text, server);
        };
        HEADRACE_CHECK(query.startBehind(position.above, literal));
        if (m_choice.cursors == 0 || m_selection.lag.count() == 0 || !waits)
            return query;
        HEADRACE_TRY(const std::string highest, highestCursor(query, stop));
        if (!highest.empty())
            query.conditions.push_back(fmt::format("{} <= {}", query.order.front(), literal(0, highest)));
        return query;
    }

    /// The highest new cursor, as text, and then the lag's wait; "" when there is none.
    Result<std::string> highestCursor(const TableQuery& query, const std::stop_token& stop)
    {
        const ReadColumn& cursor = cursorColumn();
        const std::string select =
            readColumn(cursor.column, fmt::format("MAX({})", query.order.front()), m_connection->server()).select;
        RowStream highest(*m_connection, {{cursor.column, cursor.field->WithNullable(true), select}}, m_plan.title);
        HEADRACE_CHECK(highest.begin(fmt::format("SELECT {} FROM {}{}", select, m_from,
                                                 query.conditions.empty() ? "" : " WHERE " + query.conditions.front()),
                                     stop));
        RowBlock block;
        do {
            HEADRACE_TRY(block, highest.read(1, INT64_MAX, std::chrono::seconds{1}, stop));
        } while (block.rows->num_rows() == 0 && !block.last);
        if (block.rows->num_rows() == 0 || block.rows->column(0)->IsNull(0))
            return std::string();
        if (!pause(m_selection.lag, stop))
            return fail(m_connection->cancelled());
        return cursorText(*block.rows->column(0), 0);
    }

    [[nodiscard]] AskIntegers asks(const std::stop_token& stop)
    {
        return [this, stop](const std::string& sql, const std::string& what) -> Result<std::vector<std::int64_t>> {
            HEADRACE_TRY(const Rows found, m_connection->query(sql, what, stop));
            std::vector<std::int64_t> integers;
            for (const auto& text : found.front())
                integers.push_back(std::stoll(text.value_or("0")));
            return integers;
        };
    }

    std::unique_ptr<Connection> m_connection;
    TableSelection m_selection;
    Table m_table;      ///< without a name for a query
    std::string m_from; ///< the table, or (query) input
    std::vector<ReadColumn> m_columns;
    CursorChoice m_choice;
    std::optional<RowStream> m_stream; ///< last: it goes before its connection
};

} // namespace

Result<std::unique_ptr<TableReader>> openTable(const ReadSettings& settings, std::stop_token stop)
{
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    auto reader = std::make_unique<QtSqlReader>(std::move(connection), settings.selection);
    HEADRACE_CHECK(reader->lookUp(stop));
    return reader;
}

} // namespace headrace::qtsql
