// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sqlite/sqlite_reader.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/formats/time_text.h"
#include "connectors/sources/tables/table_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sqlite3.h>
#include <strings.h>

namespace headrace::sqlite {

namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;

/// What quote() gives: a number, a text or a blob.
bool isLiteral(const std::string& text)
{
    if (text.empty())
        return false;
    const bool isQuoted = text.front() == '\'' || text.starts_with("X'");
    if (!isQuoted)
        return text.find_first_not_of("0123456789-+.eE") == std::string::npos;
    const std::size_t begin = text.find('\'') + 1;
    std::size_t quotes = 0;
    for (std::size_t i = begin; i + 1 < text.size(); ++i)
        quotes += text[i] == '\'' ? 1 : 0;
    return text.size() > begin && text.back() == '\'' && quotes % 2 == 0;
}

class SqliteReader final : public TableReader {
public:
    SqliteReader(Database database, const CursorRead& read)
        : m_database(std::move(database))
        , m_read(read)
    {
        m_plan.cursorText = textOfText;
    }

    Status lookUp(const std::stop_token& stop)
    {
        const Interrupt interrupt = interruptAt(stop);
        HEADRACE_TRY(m_query, Query::plan(m_database, m_read.selection.table, m_read.selection.query));
        m_plan.title = m_query.title();
        HEADRACE_TRY(m_types, m_query.types(m_database, m_read.types));
        arrow::FieldVector fields;
        for (std::size_t i = 0; i < m_types.size(); ++i)
            fields.push_back(toField(m_query.columns()[i], m_types[i]));
        m_plan.schema = arrow::schema(fields);
        KeyFacts facts{m_plan.title, m_query.columns(), {}, {}};
        HEADRACE_CHECK(readKey(facts));
        TableSelection selection = m_read.selection;
        adoptCase(selection.cursor, facts.columns);
        adoptCase(selection.key, facts.columns);
        HEADRACE_TRY(m_choice, chooseCursor(selection, facts));
        for (const int column : m_choice.columns) {
            m_plan.cursor.push_back(static_cast<int>(fields.size()));
            fields.push_back(arrow::field(m_query.columns()[static_cast<std::size_t>(column)], arrow::utf8()));
        }
        m_schema = arrow::schema(std::move(fields));
        for (const auto& field : m_schema->fields())
            m_cells.emplace_back(field->type());
        if (m_choice.keyWasFound)
            m_plan.decisions.push_back(keyDecision(facts.key));
        return {};
    }

    Status begin(const TablePosition& position, std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        m_now = clockMicroseconds();
        HEADRACE_CHECK(m_database.beginSnapshot());
        HEADRACE_CHECK(checkCursor());
        HEADRACE_TRY(TableQuery query, queryBehind(position));
        HEADRACE_CHECK(query.excludeNulls(m_read.selection.skipNullCursor, asks()));
        m_audit = position.audit;
        if (cursorIsTime() && m_read.selection.lag.count() > 0) {
            HEADRACE_TRY(const bool isIndexed, startsIndex());
            if (isIndexed)
                HEADRACE_CHECK(lookForLateRows(m_audit, timeCursor(), m_read.selection.lag));
        }
        HEADRACE_TRY(m_statement, m_database.prepare(query.text(), fmt::format("The {} cannot be read", m_plan.title)));
        return {};
    }

    Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds,
                          std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        RowBlock block;
        std::int64_t rows = 0;
        while (rows < maxRows && block.wireBytes < maxBytes) {
            HEADRACE_TRY(const bool isRow, m_database.step(m_statement));
            if (!isRow) {
                block.last = true;
                break;
            }
            appendRow(block, rows++);
        }
        arrow::ArrayVector columns;
        for (CellBuffer& cells : m_cells)
            columns.push_back(cells.finish());
        block.rows = arrow::RecordBatch::Make(m_schema, rows, std::move(columns));
        return block;
    }

    Result<std::int64_t> countBehind(const TablePosition& position, std::int64_t enough, std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        m_now = clockMicroseconds();
        HEADRACE_TRY(const TableQuery query, queryBehind(position));
        return query.count(enough, asks());
    }

    Result<CursorFacts> cursorFacts(std::stop_token stop) override
    {
        const Interrupt interrupt = interruptAt(stop);
        CursorFacts facts{cursorName(), m_query.hasRowId(), std::nullopt, false, std::nullopt};
        if (facts.isTable) {
            HEADRACE_TRY(facts.isIndexed, startsIndex());
            HEADRACE_TRY(facts.rows, m_database.highestRowId({.name = m_read.selection.table, .hasRowId = true}));
        }
        m_now = clockMicroseconds();
        if (cursorIsTime())
            facts.time = timeCursor();
        return facts;
    }

private:
    using Interrupt = std::stop_callback<std::function<void()>>;
    [[nodiscard]] Interrupt interruptAt(const std::stop_token& stop) const
    {
        return Interrupt(stop, [handle = m_database.handle()] { sqlite3_interrupt(handle); });
    }

    Status readKey(KeyFacts& facts)
    {
        if (m_read.selection.table.empty())
            return {};
        std::string rowId; // the column that is the row's own number, which no NULL can be
        HEADRACE_TRY(const Statement info,
                     m_database.prepare(fmt::format("SELECT name, pk, \"notnull\", type FROM pragma_table_info({}) "
                                                    "ORDER BY pk",
                                                    sqlLiteral(m_read.selection.table)),
                                        fmt::format("The keys of the {} cannot be read", m_plan.title)));
        while (true) {
            HEADRACE_TRY(const bool isRow, m_database.step(info));
            if (!isRow)
                break;
            const std::string name(reinterpret_cast<const char*>(sqlite3_column_text(info.get(), 0)));
            if (sqlite3_column_int(info.get(), 1) > 0)
                facts.key.push_back(name);
            const auto* type = reinterpret_cast<const char*>(sqlite3_column_text(info.get(), 3));
            if (sqlite3_column_int(info.get(), 2) != 0)
                facts.required.push_back(name);
            else if (sqlite3_column_int(info.get(), 1) == 1 && type != nullptr && ::strcasecmp(type, "integer") == 0)
                rowId = name;
        }
        m_hasRowIdKey = facts.key.size() == 1 && facts.key.front() == rowId;
        if (m_hasRowIdKey)
            facts.required.push_back(rowId);
        return {};
    }

    [[nodiscard]] std::string cursorName() const
    {
        return m_query.columns()[static_cast<std::size_t>(m_choice.columns.front())];
    }
    [[nodiscard]] const ColumnType& cursorType() const
    {
        return m_types[static_cast<std::size_t>(m_choice.columns.front())];
    }
    [[nodiscard]] bool cursorIsTime() const
    {
        const Kind kind = cursorType().kind;
        return kind == Kind::Timestamp || kind == Kind::UnixSeconds || kind == Kind::UnixMilliseconds;
    }

    Result<TableQuery> queryBehind(const TablePosition& position)
    {
        TableQuery query{m_plan.title, m_query.relation(), {}, {}, {}, m_choice.mayBeNull};
        for (const std::string& column : m_query.columns())
            query.columns.push_back(sqlIdentifier(column));
        for (const int column : m_choice.columns) {
            query.order.push_back(query.columns[static_cast<std::size_t>(column)]);
            query.columns.push_back(fmt::format("quote({})", query.order.back()));
        }
        HEADRACE_CHECK(query.startBehind(position.above, [](std::size_t, const std::string& text) {
            return isLiteral(text) ? text : std::string();
        }));
        if (cursorIsTime()) {
            const TimeCursor cursor = timeCursor();
            const auto lag = std::chrono::microseconds(m_read.selection.lag).count();
            query.conditions.push_back(
                fmt::format("ifnull({} <= {}, true)", cursor.column, cursor.literal(m_now - lag)));
        }
        return query;
    }

    /// SQLite sorts numbers before texts and texts before blobs: behind one of another type, or behind a text that is
    /// no time, no row with a new cursor would ever come.
    Status checkCursor()
    {
        const std::string name = sqlIdentifier(cursorName());
        HEADRACE_TRY(
            const Statement ends,
            m_database.prepare(fmt::format("SELECT typeof(low), typeof(high), high, julianday(high) IS NULL FROM "
                                           "(SELECT (SELECT min({0}) FROM {1}) AS low, (SELECT max({0}) FROM "
                                           "{1}) AS high)",
                                           name, m_query.relation()),
                               fmt::format("The {} cannot be read", m_plan.title)));
        HEADRACE_CHECK(m_database.step(ends));
        const auto typeAt = [&](int i) {
            const std::string_view type(reinterpret_cast<const char*>(sqlite3_column_text(ends.get(), i)));
            return type == "real" ? std::string_view("integer") : type;
        };
        const bool isMixed = typeAt(0) != typeAt(1);
        const bool isNoTime =
            cursorType().kind == Kind::Timestamp && typeAt(1) == "text" && sqlite3_column_int(ends.get(), 3) != 0;
        if (!isMixed && !isNoTime)
            return {};
        return fail(
            ErrorCode::Data,
            fmt::format("The column '{}' of the {} holds {}, so it cannot be a cursor: rows behind that one would "
                        "never come. Mend the value, or take another cursor.",
                        cursorName(), m_plan.title,
                        isMixed ? fmt::format("{} values beside {} ones", typeAt(1), typeAt(0))
                                : fmt::format("{}, which is no time and sorts behind all times",
                                              literal(sqlite3_column_value(ends.get(), 2)))));
    }

    /// Stamps as texts are compared by the moment they mean, in milliseconds: they may have been written in many ways.
    [[nodiscard]] TimeCursor timeCursor()
    {
        const std::string name = sqlIdentifier(cursorName());
        TimeCursor cursor{timeText(m_now), name, m_query.relation()};
        std::int64_t unit = 1000;
        if (cursorType().kind == Kind::UnixSeconds)
            unit = kMicroseconds;
        cursor.literal = [unit](std::int64_t microseconds) { return std::to_string(microseconds / unit); };
        cursor.ask = asks();
        if (cursorType().kind != Kind::Timestamp)
            return cursor;
        cursor.column = fmt::format("CAST(round((julianday({}) - 2440587.5) * 86400000) AS INTEGER)", name);
        cursor.narrow = [name](std::int64_t microseconds) { // of any way to write it the day comes first
            constexpr std::int64_t kDay = 86'400;
            std::string day;
            appendDate((microseconds / kMicroseconds - kDay) / kDay, day);
            return fmt::format("{} >= '{}'", name, day);
        };
        return cursor;
    }

    Result<bool> startsIndex()
    {
        HEADRACE_TRY(
            const auto found,
            asks()(fmt::format("SELECT count(*) FROM pragma_index_list({0}) AS list JOIN pragma_index_info(list.name) "
                               "AS part WHERE list.partial = 0 AND part.seqno = 0 AND part.name = {1} COLLATE NOCASE",
                               sqlLiteral(m_read.selection.table), sqlLiteral(cursorName())),
                   fmt::format("The keys of the {} could not be read", m_plan.title)));
        const bool isRowId = m_hasRowIdKey && m_choice.keyWasFound && m_choice.columns.size() == 1;
        return found.front() > 0 || isRowId;
    }

    [[nodiscard]] AskIntegers asks()
    {
        return [this](const std::string& sql, const std::string& what) -> Result<std::vector<std::int64_t>> {
            HEADRACE_TRY(const Statement statement, m_database.prepare(sql, what));
            HEADRACE_CHECK(m_database.step(statement));
            std::vector<std::int64_t> integers;
            for (int column = 0; column < sqlite3_column_count(statement.get()); ++column)
                integers.push_back(sqlite3_column_int64(statement.get(), column));
            return integers;
        };
    }

    /// A row with a value that does not fit its column is refused, with NULL there.
    void appendRow(RowBlock& block, std::int64_t row)
    {
        int refusedColumn = -1;
        for (int i = 0; i < static_cast<int>(m_cells.size()); ++i) {
            CellBuffer& cells = m_cells[static_cast<std::size_t>(i)];
            sqlite3_value* value = sqlite3_column_value(m_statement.get(), i);
            const bool isHidden = i >= static_cast<int>(m_types.size());
            if (!appendValue(cells, isHidden ? ColumnType{} : m_types[static_cast<std::size_t>(i)], value)) {
                cells.appendNull();
                refusedColumn = refusedColumn < 0 ? i : refusedColumn;
            }
            if (!isHidden)
                block.wireBytes += cells.lastCellBytes();
        }
        if (refusedColumn >= 0)
            block.refuse(row, record(refusedColumn));
    }

    [[nodiscard]] BadRecord record(int column) const
    {
        const auto valueAt = [this](int i) { return sqlite3_column_value(m_statement.get(), i); };
        BadRecord bad;
        bad.origin = fmt::format("{}, {}, {} {}", m_read.path, m_plan.title, cursorName(),
                                 literal(valueAt(m_plan.cursor.front())));
        bad.reason = fmt::format("The column '{}' is read as {}, which the value {} does not fit.",
                                 m_schema->field(column)->name(), notation(m_types[static_cast<std::size_t>(column)]),
                                 literal(valueAt(column)));
        bad.raw = rowText(*m_plan.schema, [&](int i) { return literal(valueAt(i)); });
        return bad;
    }

    Database m_database;
    CursorRead m_read;
    Query m_query;
    std::vector<ColumnType> m_types;
    std::shared_ptr<arrow::Schema> m_schema; ///< with the hidden columns
    std::vector<CellBuffer> m_cells;
    CursorChoice m_choice;
    bool m_hasRowIdKey = false;
    std::int64_t m_now = 0; ///< in microseconds since 1970, before the snapshot
    Statement m_statement;  ///< last: it goes before its database
};

} // namespace

std::string cursorAt(const Position& position)
{
    std::string value = tableCursorAt(position);
    return value.starts_with('\'') && value.size() > 1 ? value.substr(1, value.size() - 2) : value;
}

Result<std::unique_ptr<TableReader>> openTable(const CursorRead& read, const std::stop_token& stop)
{
    HEADRACE_TRY(auto database, Database::open(read.path, read.busyTimeout));
    auto reader = std::make_unique<SqliteReader>(std::move(database), read);
    HEADRACE_CHECK(reader->lookUp(stop));
    return reader;
}

} // namespace headrace::sqlite
