// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/mariadb/maria_reader.h"

#include "connectors/core/pause.h"
#include "connectors/mariadb/cell_literal.h"
#include "connectors/mariadb/maria_connection.h"
#include "connectors/mariadb/row_stream.h"
#include "connectors/sources/mariadb/table_name.h"
#include "connectors/sources/tables/table_query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace::mariadb {

namespace {

/// Below this a table is read before anyone asks how long it takes, and the server's estimates are poor.
constexpr std::int64_t kLeastEstimate = 10'000;
constexpr int kMostBoundRows = 1;

class MariaReader final : public TableReader {
public:
    MariaReader(Connection connection, const ReadSettings& settings)
        : m_connection(std::move(connection))
        , m_selection(settings.selection)
        , m_values(settings.values)
    {
        m_plan.cursorText = cellText;
    }

    Status lookUp(const std::stop_token& stop)
    {
        KeyFacts facts;
        if (m_selection.table.empty()) {
            m_plan.title = "query";
            m_from = fmt::format("({}) AS input", trimmedQuery(m_selection.query));
        } else {
            HEADRACE_CHECK(lookUpTable(facts, stop));
        }
        HEADRACE_CHECK(readColumns(facts, stop));
        facts.title = m_plan.title;
        HEADRACE_TRY(m_choice, chooseCursor(m_selection, facts));
        m_plan.cursor = m_choice.columns;
        if (m_choice.cursors > 0) {
            m_plan.estimate.reset();
            if (!m_selection.table.empty()) {
                HEADRACE_TRY(m_isIndexed, startsIndex(m_connection, m_table, cursorColumn().field->name(), stop));
            }
        }
        if (m_choice.keyWasFound)
            m_plan.decisions.push_back(keyDecision(facts.key));
        return {};
    }

    Status begin(const TablePosition& position, std::stop_token stop) override
    {
        HEADRACE_TRY(TableQuery query, queryBehind(position, true, stop));
        const std::string what = fmt::format("Reading the {} could not begin", m_plan.title);
        HEADRACE_CHECK(m_connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", what, stop));
        HEADRACE_CHECK(m_connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", what, stop));
        HEADRACE_CHECK(query.excludeNulls(m_selection.skipNullCursor, asks(stop)));
        m_audit = position.audit;
        if (m_isIndexed && cursorIsTime() && m_selection.lag.count() > 0)
            HEADRACE_CHECK(lookForLateRows(m_audit, timeCursor(stop), m_selection.lag));
        m_stream.emplace(m_connection, m_columns, m_values, m_plan.title);
        // A query runs in its own order, which a subquery would lose.
        const bool isPlain = m_choice.columns.empty() && m_selection.table.empty();
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

    Result<CursorFacts> cursorFacts(std::stop_token stop) override
    {
        CursorFacts facts{{}, !m_selection.table.empty() && !m_table.isView, std::nullopt, m_isIndexed, std::nullopt};
        if (m_table.rows >= 0)
            facts.rows = m_table.rows;
        if (m_choice.cursors == 0)
            return facts;
        facts.cursor = cursorColumn().field->name();
        if (cursorIsTime()) {
            HEADRACE_CHECK(timeBound(cursorColumn(), stop));
            facts.time = timeCursor(stop);
        }
        return facts;
    }

private:
    Status lookUpTable(KeyFacts& facts, const std::stop_token& stop)
    {
        HEADRACE_TRY(m_table, findTable(m_connection, m_selection.table, stop));
        m_plan.title = m_table.title();
        m_from = m_table.quotedName();
        if (m_table.rows >= kLeastEstimate)
            m_plan.estimate = m_table.rows;
        HEADRACE_TRY(facts.key, primaryKey(m_connection, m_table, stop));
        return {};
    }

    Status readColumns(KeyFacts& facts, const std::stop_token& stop)
    {
        const bool isTable = !m_selection.table.empty();
        HEADRACE_TRY(auto columns,
                     columnsOf(m_connection, isTable ? "SELECT * FROM " + m_from : trimmedQuery(m_selection.query),
                               fmt::format("The {} cannot be read", m_plan.title), stop));
        std::ranges::transform(columns, std::back_inserter(facts.columns), &Column::name);
        HEADRACE_CHECK(checkColumnNames(facts.columns, m_plan.title));
        if (isTable)
            HEADRACE_CHECK(addDeclarations(m_connection, m_table, columns, stop));
        arrow::FieldVector fields;
        for (const Column& column : columns) {
            if (column.isRequired)
                facts.required.push_back(column.name);
            m_columns.push_back(readColumn(column, isExact(column.name, facts.key) ? ReadOptions{} : m_values));
            fields.push_back(m_columns.back().field);
        }
        m_plan.schema = arrow::schema(std::move(fields));
        return {};
    }

    /// Cursors and keys are compared by the server, as what they are.
    [[nodiscard]] bool isExact(const std::string& name, const std::vector<std::string>& key) const
    {
        return std::ranges::any_of(std::array{&m_selection.cursor, &m_selection.key, &key},
                                   [&](const auto* names) { return std::ranges::find(*names, name) != names->end(); });
    }

    [[nodiscard]] std::vector<std::string> orderColumns() const
    {
        std::vector<std::string> names;
        for (const int column : m_choice.columns)
            names.push_back(m_columns[static_cast<std::size_t>(column)].order);
        return names;
    }

    /// Up to where no row may come late any more; `waits` for that where it has to.
    Result<TableQuery> queryBehind(const TablePosition& position, bool waits, const std::stop_token& stop)
    {
        TableQuery query{m_plan.title, m_from, {}, orderColumns(), {}, m_choice.mayBeNull};
        for (const ReadColumn& column : m_columns)
            query.columns.push_back(quoted(column.field->name()));
        HEADRACE_CHECK(query.startBehind(position.above, [this](std::size_t i, const std::string& text) {
            return cellLiteral(*m_plan.schema->field(m_choice.columns[i])->type(), text);
        }));
        if (m_choice.cursors == 0)
            return query;
        HEADRACE_TRY(std::string bound, upperBound(query.conditions, waits, stop));
        if (!bound.empty())
            query.conditions.push_back(std::move(bound));
        return query;
    }

    /// A condition that holds for rows which no transaction may still slip below, as long as it commits within the lag.
    Result<std::string> upperBound(const std::vector<std::string>& conditions, bool waits, const std::stop_token& stop)
    {
        const ReadColumn& first = cursorColumn();
        if (cursorIsTime())
            return timeBound(first, stop);
        if (m_selection.lag.count() == 0 || !waits)
            return std::string();
        std::vector<std::string> all = conditions;
        all.push_back(first.order + " IS NOT NULL");
        RowStream highest(m_connection, {first}, {}, m_plan.title);
        HEADRACE_CHECK(highest.begin(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {} DESC LIMIT {}",
                                                 quoted(first.field->name()), m_from, fmt::join(all, " AND "),
                                                 first.order, kMostBoundRows),
                                     stop));
        std::shared_ptr<arrow::RecordBatch> rows;
        for (bool ended = false; !ended;) {
            HEADRACE_TRY(auto block, highest.read(kMostBoundRows, 1, std::chrono::seconds{1}, stop));
            ended = block.last;
            if (block.rows->num_rows() > 0)
                rows = block.rows;
        }
        if (rows == nullptr || rows->column(0)->IsNull(0))
            return std::string(); // nothing is new, or the highest one is refused
        if (!pause(m_selection.lag, stop))
            return fail(ErrorCode::Cancelled, fmt::format("Reading the {} was stopped.", m_plan.title));
        return fmt::format("{} <= {}", first.order, cellLiteral(*first.field->type(), cellText(*rows->column(0), 0)));
    }

    /// Stamps without a zone are taken to be in the server's own.
    Result<std::string> timeBound(const ReadColumn& cursor, const std::stop_token& stop)
    {
        const std::string what = "The server's time could not be read";
        const bool isZoned = !static_cast<const arrow::TimestampType&>(*cursor.field->type()).timezone().empty();
        if (!isZoned)
            HEADRACE_CHECK(m_connection.execute("SET SESSION time_zone = @@global.time_zone", what, stop));
        HEADRACE_TRY(const Rows now, m_connection.query(fmt::format("SELECT NOW(6), NOW(6) - INTERVAL {} MICROSECOND",
                                                                    std::chrono::microseconds(m_selection.lag).count()),
                                                        what, stop));
        if (!isZoned)
            HEADRACE_CHECK(m_connection.execute("SET SESSION time_zone = '+00:00'", what, stop));
        m_now = now.text(0, 0);
        return fmt::format("{} <= TIMESTAMP'{}'", cursor.order, now.text(0, 1));
    }

    [[nodiscard]] const ReadColumn& cursorColumn() const
    {
        return m_columns[static_cast<std::size_t>(m_choice.columns.front())];
    }

    [[nodiscard]] bool cursorIsTime() const { return cursorColumn().field->type()->id() == arrow::Type::TIMESTAMP; }

    /// After timeBound().
    [[nodiscard]] TimeCursor timeCursor(const std::stop_token& stop)
    {
        TimeCursor cursor{m_now, cursorColumn().order, m_from};
        cursor.literal = [](std::int64_t microseconds) { return fmt::format("TIMESTAMP'{}'", timeText(microseconds)); };
        cursor.ask = asks(stop);
        cursor.what = fmt::format("The late rows of the {} could not be counted", m_plan.title);
        return cursor;
    }

    [[nodiscard]] AskIntegers asks(const std::stop_token& stop)
    {
        return [this, stop](const std::string& sql, const std::string& what) -> Result<std::vector<std::int64_t>> {
            HEADRACE_TRY(const Rows found, m_connection.query(sql, what, stop));
            return found.integers(0);
        };
    }

    Connection m_connection;
    TableSelection m_selection;
    ReadOptions m_values;
    Table m_table;
    std::string m_from; ///< `database`.`table`, or (query) AS input
    std::vector<ReadColumn> m_columns;
    CursorChoice m_choice;
    bool m_isIndexed = false;          ///< an index begins with the cursor
    std::string m_now;                 ///< the server's time before the snapshot, as the cursor's column has it
    std::optional<RowStream> m_stream; ///< last: it goes before its connection
};

} // namespace

Result<std::unique_ptr<TableReader>> openTable(const ReadSettings& settings, std::stop_token stop)
{
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    auto reader = std::make_unique<MariaReader>(std::move(connection), settings);
    HEADRACE_CHECK(reader->lookUp(stop));
    return reader;
}

} // namespace headrace::mariadb
