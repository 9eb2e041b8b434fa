// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sources/postgres/read_plan.h"

#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace::postgres {

namespace {

/// "public.orders" as the parts of a name: quotes keep dots.
std::string wholeName(const std::string& table)
{
    if (table.find('"') != std::string::npos)
        return table;
    std::string name;
    std::size_t from = 0;
    while (true) {
        const std::size_t dot = table.find('.', from);
        name += quoted(table.substr(from, dot - from));
        if (dot == std::string::npos)
            return name;
        name += '.';
        from = dot + 1;
    }
}

} // namespace

Result<ReadPlan> ReadPlan::make(Connection& connection, const ReadSettings& settings, std::stop_token stop)
{
    ReadPlan plan;
    if (settings.selection.table.empty()) {
        plan.m_title = "query";
        plan.m_from = fmt::format("({}) AS input", trimmedQuery(settings.selection.query));
    } else {
        HEADRACE_CHECK(plan.readTable(connection, settings.selection.table, stop));
    }
    HEADRACE_CHECK(plan.readColumns(connection, settings, stop));
    if (!settings.selection.cursor.empty())
        HEADRACE_CHECK(plan.chooseCursor(connection, settings, stop));
    return plan;
}

Status ReadPlan::readTable(Connection& connection, const std::string& table, const std::stop_token& stop)
{
    const std::string what = fmt::format("The table '{}' could not be looked up", table);
    // A name as it stands first, then with upper case and blanks kept.
    HEADRACE_TRY(
        const Rows found,
        connection.query(
            "SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples::bigint, c.relkind IN ('r', 'm', 'p'), "
            "c.relkind IN ('r', 'm') AND coalesce(a.amname, 'heap') = 'heap' FROM pg_catalog.pg_class c JOIN "
            "pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam "
            "WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'm', 'p', 'v', 'f')",
            {wholeName(table)}, what, stop));
    if (found.size() == 0) {
        HEADRACE_TRY(
            const Rows names,
            connection.query("SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN relname ELSE nspname "
                             "|| '.' || relname END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
                             "ON n.oid = c.relnamespace WHERE relkind IN ('r', 'm', 'p', 'v', 'f') AND nspname "
                             "NOT IN ('pg_catalog', 'information_schema', 'pg_toast') LIMIT 10000",
                             {}, what, stop));
        std::vector<std::string> candidates;
        for (int row = 0; row < names.size(); ++row)
            candidates.push_back(names.text(row, 0));
        const std::string near = nearest(table, candidates);
        return fail(ErrorCode::NotFound,
                    fmt::format("There is no table or view '{}' in {}{}", table, connection.target().title,
                                near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
    }
    m_table = static_cast<unsigned>(found.integer(0, 0));
    m_from = quoted(found.text(0, 1)) + '.' + quoted(found.text(0, 2));
    m_title = fmt::format("{} '{}.{}'", found.text(0, 3) == "v" ? "view" : "table", found.text(0, 1), found.text(0, 2));
    if (found.integer(0, 4) >= 0)
        m_estimate = found.integer(0, 4);
    m_hasTransactions = found.boolean(0, 5);
    m_hasPages = found.boolean(0, 6);
    return {};
}

Status ReadPlan::readColumns(Connection& connection, const ReadSettings& settings, const std::stop_token& stop)
{
    const std::string what = fmt::format("The {} cannot be read", m_title);
    HEADRACE_TRY(const auto columns,
                 columnsOf(connection,
                           m_table == 0 ? trimmedQuery(settings.selection.query) : "SELECT * FROM " + m_from, what,
                           stop));
    std::vector<std::string> names;
    std::ranges::transform(columns, std::back_inserter(names), &Column::name);
    HEADRACE_CHECK(checkColumnNames(names, m_title));
    for (const Column& column : columns) {
        ReadOptions options = settings.values;
        for (const auto& exact : {settings.selection.cursor, settings.selection.key})
            if (std::ranges::find(exact, column.name) != exact.end())
                options.numeric = ReadOptions::Numeric::Exact;
        m_columns.push_back(readColumn(column, options));
    }
    return {};
}

Result<int> ReadPlan::columnNamed(const std::string& option, const std::string& name) const
{
    std::vector<std::string> names;
    for (const ReadColumn& column : m_columns)
        names.push_back(column.field->name());
    const auto found = std::ranges::find(names, name);
    if (found != names.end())
        return static_cast<int>(found - names.begin());
    const std::string near = nearest(name, names);
    return fail(ErrorCode::Usage,
                fmt::format("The option '{}' names the column '{}', which the {} does not have{}", option, name,
                            m_title, near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
}

Status ReadPlan::chooseCursor(Connection& connection, const ReadSettings& settings, const std::stop_token& stop)
{
    m_estimate.reset();
    m_skipNullCursor = settings.selection.skipNullCursor;
    for (const std::string& name : settings.selection.cursor) {
        HEADRACE_TRY(const int column, columnNamed("cursor", name));
        m_cursor.push_back(column);
    }
    std::vector<std::string> key = settings.selection.key;
    std::vector<std::string> required; // columns that cannot be null
    if (m_table != 0) {
        const std::string what = fmt::format("The keys of the {} could not be read", m_title);
        HEADRACE_TRY(
            const Rows names,
            connection.query("SELECT attname, attnotnull, coalesce(attnum = ANY (conkey), false) FROM "
                             "pg_catalog.pg_attribute LEFT JOIN pg_catalog.pg_constraint ON conrelid = attrelid "
                             "AND contype = 'p' WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped "
                             "ORDER BY pg_catalog.array_position(conkey, attnum), attnum",
                             {std::to_string(m_table)}, what, stop));
        m_keyWasFound = key.empty();
        for (int row = 0; row < names.size(); ++row) {
            if (names.boolean(row, 1))
                required.push_back(names.text(row, 0));
            if (names.boolean(row, 2) && m_keyWasFound)
                key.push_back(names.text(row, 0));
        }
    }
    if (key.empty())
        return fail(
            ErrorCode::Usage,
            fmt::format("The {} has no primary key, so rows with the same cursor '{}' could be lost between two "
                        "batches. Name the columns that tell them apart in the option 'key'.",
                        m_title, fmt::join(settings.selection.cursor, ", ")));
    for (const std::string& name : key) {
        HEADRACE_TRY(const int column, columnNamed("key", name));
        if (std::ranges::find(m_cursor, column) == m_cursor.end())
            m_cursor.push_back(column);
    }
    for (const int column : m_cursor)
        if (m_columns[static_cast<std::size_t>(column)].field->type()->id() == arrow::Type::LIST)
            return fail(ErrorCode::Usage, fmt::format("The column '{}' is an array, which cannot be a cursor or key.",
                                                      m_columns[static_cast<std::size_t>(column)].field->name()));
    m_nullCursorChecked = std::ranges::all_of(m_cursor, [&](int column) {
        const std::string& name = m_columns[static_cast<std::size_t>(column)].field->name();
        return std::ranges::find(required, name) != required.end();
    });
    return {};
}

std::string ReadPlan::list() const
{
    std::string text;
    for (const ReadColumn& column : m_columns)
        text += (text.empty() ? "" : ", ") + column.expression;
    return text;
}

std::string ReadPlan::cursorList() const
{
    std::string text;
    for (const int column : m_cursor)
        text += (text.empty() ? "" : ", ") + quoted(m_columns[static_cast<std::size_t>(column)].field->name());
    return text;
}

std::string ReadPlan::valuesOf(const Step& step) const
{
    std::string text;
    for (std::size_t i = 0; i < m_cursor.size(); ++i)
        text += fmt::format("{}{}::{}", i == 0 ? "" : ", ", literal(step.until.at(i)),
                            m_columns[static_cast<std::size_t>(m_cursor[i])].type.name);
    return text;
}

bool ReadPlan::hasOpenSteps(const ReadPosition& position)
{
    return std::ranges::any_of(position.steps, [](const Step& step) { return !step.open.isEmpty(); });
}

std::string ReadPlan::whereByCursor(const ReadPosition& position, const Snapshot& snapshot,
                                    const std::string& latest) const
{
    const std::string cursor = cursorList();
    // xmin has 32 bits; rows so old that their transaction number seems to lie ahead have a negative age.
    const auto xid = [](std::uint64_t transaction) {
        return fmt::format("age('{}'::xid)", static_cast<std::uint32_t>(transaction));
    };
    std::string ranges;
    std::string above;
    for (const Step& each : position.steps) {
        const std::string upTo = fmt::format("({}) <= ({})", cursor, valuesOf(each));
        if (m_hasTransactions && !each.open.isEmpty())
            ranges += fmt::format("({}{} AND age(xmin) <= {} AND age(xmin) > {}) OR ", above, upTo, xid(each.open.from),
                                  xid(each.open.until));
        above = fmt::format("({}) > ({}) AND ", cursor, valuesOf(each));
    }
    std::string where;
    if (!above.empty())
        where = fmt::format("({}{})", ranges, above.substr(0, above.size() - 5));
    const auto add = [&where](const std::string& condition) { where += (where.empty() ? "" : " AND ") + condition; };
    if (m_hasTransactions && snapshot.horizon < snapshot.next)
        add(fmt::format("(age(xmin) > {} OR age(xmin) < 0)", xid(snapshot.horizon)));
    const std::string first = quoted(m_columns[static_cast<std::size_t>(m_cursor.front())].field->name());
    if (!latest.empty() && cursorIsTime())
        add(fmt::format("{} <= {}::timestamptz{}", first, literal(latest),
                        m_columns[static_cast<std::size_t>(m_cursor.front())].type.oid == kTimestamp ? "::timestamp"
                                                                                                     : ""));
    for (const int column : m_cursor)
        if (m_skipNullCursor)
            add(quoted(m_columns[static_cast<std::size_t>(column)].field->name()) + " IS NOT NULL");
    return where.empty() ? where : " WHERE " + where;
}

std::string ReadPlan::selectByCursor(const ReadPosition& position, const Snapshot& snapshot,
                                     const std::string& latest) const
{
    std::string step;
    if (hasOpenSteps(position)) {
        step = ", CASE ";
        for (std::size_t i = 0; i < position.steps.size(); ++i)
            step += fmt::format("WHEN ({}) <= ({}) THEN {} ", cursorList(), valuesOf(position.steps[i]), i);
        step += fmt::format("ELSE {} END", position.steps.size());
    }
    return fmt::format("SELECT {}{} FROM {}{} ORDER BY {}", list(), step, m_from,
                       whereByCursor(position, snapshot, latest), cursorList());
}

std::string ReadPlan::countByCursor(const ReadPosition& position, const Snapshot& snapshot, const std::string& latest,
                                    std::int64_t enough) const
{
    return fmt::format("SELECT count(*) FROM (SELECT FROM {}{} LIMIT {}) AS found", m_from,
                       whereByCursor(position, snapshot, latest), enough);
}

Status ReadPlan::checkFits(const ReadPosition& position) const
{
    if (std::ranges::all_of(position.steps, [this](const Step& step) { return step.until.size() == m_cursor.size(); }))
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("The saved position does not fit the cursor and key of the {}; reset the pipeline's state "
                            "to start again.",
                            m_title));
}

std::string ReadPlan::selectCounted(std::uint64_t fromPage, std::uint64_t untilPage, std::int64_t skip) const
{
    std::string text = fmt::format("SELECT {} FROM {}", list(), m_from);
    if (fromPage > 0)
        text += fmt::format(" WHERE ctid >= '({},0)'", fromPage);
    if (untilPage > 0)
        text += fmt::format(" {} ctid < '({},0)'", fromPage > 0 ? "AND" : "WHERE", untilPage);
    if (skip > 0)
        text += fmt::format(" OFFSET {}", skip);
    return text;
}

bool ReadPlan::cursorIsTime() const
{
    const unsigned oid = m_columns[static_cast<std::size_t>(m_cursor.front())].type.oid;
    return oid == kTimestamp || oid == kTimestamptz;
}

Status ReadPlan::checkUnchanged(Connection& connection, const ReadPosition& position, std::stop_token stop) const
{
    if (!m_hasTransactions)
        return {};
    HEADRACE_TRY(
        const Rows written,
        connection.query(fmt::format("SELECT EXISTS (SELECT FROM {} WHERE age(xmin) BETWEEN 0 AND age('{}'::xid))",
                                     m_from, static_cast<std::uint32_t>(position.horizon)),
                         {}, fmt::format("The {} could not be compared with the last run", m_title), stop));
    if (!written.boolean(0, 0))
        return {};
    return fail(
        ErrorCode::Conflict,
        fmt::format("The {} has been written to since it was read, so its rows cannot be counted off again. Name a "
                    "cursor to read what is new, or reset the pipeline's state to read all of it again.",
                    m_title));
}

Status ReadPlan::checkNoNullCursor(Connection& connection, std::stop_token stop) const
{
    if (m_nullCursorChecked || m_skipNullCursor)
        return {};
    std::string condition;
    for (const int column : m_cursor)
        condition += (condition.empty() ? "" : " OR ") +
                     quoted(m_columns[static_cast<std::size_t>(column)].field->name()) + " IS NULL";
    HEADRACE_TRY(const Rows found,
                 connection.query(fmt::format("SELECT EXISTS (SELECT FROM {} WHERE {})", m_from, condition), {},
                                  fmt::format("The {} could not be searched for rows without a cursor", m_title),
                                  stop));
    if (!found.boolean(0, 0))
        return {};
    return fail(rowsWithoutCursor(m_title, cursorList()));
}

} // namespace headrace::postgres
