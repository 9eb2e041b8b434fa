// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/odbc/odbc_table.h"

#include "connectors/core/stable_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

using namespace odbc;

namespace {

/// Not headrace_commits: the connectors of PostgreSQL, MariaDB and SQLite have theirs in the same place, with other
/// columns.
constexpr const char* kCommits = "headrace_odbc_commits";

} // namespace

Status checkTransactions(const Connection& connection)
{
    if (connection.facts().hasTransactions)
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("{} has no transactions through the driver {}, so rows and position could not be saved "
                            "together. Write to another database, or to files, and load those with its own tools.",
                            connection.facts().product, connection.facts().driver));
}

OdbcTable::OdbcTable(Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming)
    : m_connection(connection)
    , m_target(std::move(target))
    , m_incoming(std::move(incoming))
    , m_title(fmt::format("table '{}'", m_target.table))
    , m_what(fmt::format("The {} could not be prepared", m_title))
    , m_table(namedTable(connection, m_target.table))
{
    if (m_table.catalog.empty() && connection.facts().usesCatalogs && !connection.facts().usesSchemas)
        m_table.catalog = connection.facts().catalog;
}

Status OdbcTable::checkServer(const std::stop_token& stop)
{
    HEADRACE_CHECK(checkTransactions(m_connection));
    HEADRACE_TRY(m_types, columnTypes(m_connection, stop));
    return {};
}

Status OdbcTable::checkNames() const
{
    for (const std::string& column : m_incoming->field_names())
        if (column.empty() || column.size() > m_connection.facts().longestName)
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' cannot be written to {}, whose names have 1 to {} characters. Rename "
                            "it in the shape.",
                            column, m_connection.facts().product, m_connection.facts().longestName));
    if (m_table.name.size() > m_connection.facts().longestName)
        return fail(ErrorCode::Usage,
                    fmt::format("The name of the {} is longer than the {} characters that {} allows. "
                                "Name a table in the option 'table'.",
                                m_title, m_connection.facts().longestName, m_connection.facts().product));
    if (m_connection.facts().dialect != Dialect::PostgreSql)
        HEADRACE_CHECK(checkDistinct(m_incoming->field_names(), m_connection.facts().product));
    return m_target.mode == WriteMode::Upsert ? checkKey(m_target.key, m_incoming->field_names()) : Status();
}

Result<std::optional<CommittedPosition>> OdbcTable::takeOver(const RunIdentity& identity, std::stop_token stop)
{
    HEADRACE_CHECK(checkServer(stop));
    HEADRACE_CHECK(checkNames());
    const std::string what = fmt::format("The position of the pipeline '{}' could not be read from {}",
                                         identity.pipeline, m_connection.target().title);
    HEADRACE_CHECK(createCommits(stop));
    // Waits for a commit that an older run has under way: its outcome is known afterwards.
    const std::string claim =
        fmt::format("UPDATE {} SET run = {} WHERE {}", commits(), m_connection.literal(identity.run), where(identity));
    HEADRACE_CHECK(m_connection.execute(claim, what, stop));
    const std::string quoted = m_connection.quoted("position");
    const std::string select =
        fmt::format("SELECT {}, sequence_number FROM {} WHERE {}", quoted, commits(), where(identity));
    HEADRACE_TRY(Rows rows, m_connection.query(select, what, stop));
    if (rows.empty()) {
        HEADRACE_CHECK(m_connection.execute(
            fmt::format("INSERT INTO {} (pipeline, source, {}, sequence_number, run) VALUES ({}, {}, '', 0, {})",
                        commits(), quoted, m_connection.literal(identity.pipeline),
                        m_connection.literal(identity.source), m_connection.literal(identity.run)),
            what, stop));
        return std::nullopt;
    }
    if (integerOf(rows, 0, 1) == 0)
        return std::nullopt;
    return CommittedPosition{Position{textOf(rows, 0, 0)}, integerOf(rows, 0, 1)};
}

Status OdbcTable::createCommits(const std::stop_token& stop)
{
    Table table = m_table;
    table.name = kCommits;
    HEADRACE_TRY(const bool isThere, exists(table, stop));
    if (isThere)
        return {};
    const std::string key = m_types->textType(true);
    const std::string number = m_types->newType(*arrow::field("", arrow::int64()), false);
    return m_connection.execute(
        fmt::format(
            "CREATE TABLE {} (pipeline {} NOT NULL, source {} NOT NULL, {} {}, sequence_number {}, run {}, PRIMARY "
            "KEY (pipeline, source))",
            commits(), key, key, m_connection.quoted("position"), m_types->textType(false), number, key),
        fmt::format("The table {} could not be created", kCommits), stop);
}

Result<Attachments> OdbcTable::attachments(const std::stop_token& stop)
{
    const auto literal = [this](const std::string& text) { return m_connection.literal(text); };
    std::string sql;
    switch (m_connection.facts().dialect) {
    case Dialect::PostgreSql:
        sql = postgresAttachments(literal(qualified(m_connection, m_table)));
        break;
    case Dialect::Sqlite:
        sql = sqliteAttachments(literal(m_table.name));
        break;
    case Dialect::MySql:
        sql = mariaAttachments(literal(m_table.catalog), literal(m_table.name), false, {});
        break;
    default:
        return Attachments{};
    }
    HEADRACE_TRY(const Rows rows, m_connection.query(sql, m_what, stop));
    return rows.empty() ? Attachments{} : Attachments{integerOf(rows, 0, 0), textOf(rows, 0, 1)};
}

Result<bool> OdbcTable::canExchange(const std::stop_token& stop)
{
    HEADRACE_TRY(const Attachments attached, attachments(stop));
    HEADRACE_CHECK(attached.checkRowsCanGo(m_title));
    const Facts& facts = m_connection.facts();
    const bool isKnown = facts.dialect == Dialect::PostgreSql || facts.dialect == Dialect::Sqlite;
    return isKnown && facts.changesInTransactions && attached.count == 0;
}

Status OdbcTable::beginReplacement()
{
    m_replacing = true;
    HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + name(), m_what));
    HEADRACE_CHECK(createTable({}));
    return adoptColumns({});
}

Status OdbcTable::finishReplacement()
{
    if (!m_replacing)
        return {};
    const std::string what = fmt::format("The {} could not be exchanged", m_title);
    const std::string replacement = name();
    m_replacing = false;
    HEADRACE_TRY(const Attachments attached, attachments({}));
    HEADRACE_CHECK(attached.checkStillNone(m_title));
    HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + name(), what));
    return m_connection.execute(
        fmt::format("ALTER TABLE {} RENAME TO {}", replacement, m_connection.quoted(m_table.name)), what);
}

Status OdbcTable::removeAllRows()
{
    const std::string what = fmt::format("The rows of the {} could not be replaced", m_title);
    if (m_connection.facts().dialect == Dialect::PostgreSql)
        HEADRACE_CHECK(m_connection.execute("SET CONSTRAINTS ALL DEFERRED", what));
    return m_connection.execute("DELETE FROM " + name(), what);
}

Status OdbcTable::saveCommit(const RunIdentity& identity, const CommittedPosition& committed)
{
    HEADRACE_TRY(
        const std::int64_t changed,
        m_connection.change(fmt::format("UPDATE {} SET {} = {}, sequence_number = {} WHERE {} AND run = {}", commits(),
                                        m_connection.quoted("position"), m_connection.literal(committed.end.text),
                                        committed.sequence, where(identity), m_connection.literal(identity.run)),
                            fmt::format("The position of the pipeline '{}' could not be saved", identity.pipeline)));
    if (changed == 1)
        return {};
    return fail(ErrorCode::Conflict, fmt::format("Another run of the pipeline '{}' has taken over; this one ends "
                                                 "without its last batch.",
                                                 identity.pipeline));
}

std::unique_ptr<RowWriter> OdbcTable::writer()
{
    std::vector<RowWriter::Column> columns;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const auto& field = *m_incoming->field(static_cast<int>(i));
        const std::string& cast = m_columns[i].cast;
        columns.push_back({field.name(), cast.empty() ? "?" : fmt::format("CAST(? AS {})", cast),
                           makeParameter(*field.type(), m_connection.facts().dialect, m_columns[i].most)});
    }
    return std::make_unique<RowWriter>(m_connection, std::move(columns), statements(), m_title);
}

RowWriter::Statements OdbcTable::statements() const
{
    std::string list;
    for (const ExistingColumn& column : m_columns)
        list += (list.empty() ? "" : ", ") + m_connection.quoted(column.name);
    RowWriter::Statements statements;
    statements.insert = fmt::format("INSERT INTO {} ({}) VALUES ", name(), list);
    const Dialect dialect = m_connection.facts().dialect;
    statements.takesMany = dialect != Dialect::Standard;
    if (m_target.mode != WriteMode::Upsert)
        return statements;
    if (dialect == Dialect::Standard) {
        std::string conditions;
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            if (isKey(m_columns[i].name)) {
                conditions += (conditions.empty() ? "" : " AND ") + m_connection.quoted(m_columns[i].name) + " = ?";
                statements.keyColumns.push_back(i);
            }
        statements.remove = fmt::format("DELETE FROM {} WHERE {}", name(), conditions);
        return statements;
    }
    if (dialect == Dialect::PostgreSql) { // which takes a key once in a statement: the last row of it
        statements.numbersRows = true;
        statements.insert =
            fmt::format("INSERT INTO {} ({}) SELECT DISTINCT ON ({}) {} FROM (VALUES ", name(), list, keyList(), list);
        statements.end = fmt::format(") AS input (headrace_row, {}) ORDER BY {}, headrace_row DESC", list, keyList());
    }
    statements.end += upsertEnd();
    return statements;
}

std::string OdbcTable::upsertEnd() const
{
    std::vector<std::string> updates;
    const bool isMySql = m_connection.facts().dialect == Dialect::MySql;
    for (const ExistingColumn& column : m_columns) {
        const std::string quoted = m_connection.quoted(column.name);
        if (isMySql)
            updates.push_back(fmt::format("{0} = VALUES({0})", quoted));
        else if (!isKey(column.name))
            updates.push_back(fmt::format("{0} = excluded.{0}", quoted));
    }
    if (isMySql)
        return fmt::format(" ON DUPLICATE KEY UPDATE {}", fmt::join(updates, ", "));
    return fmt::format(" ON CONFLICT ({}) DO {}", keyList(),
                       updates.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(updates, ", ")));
}

bool OdbcTable::isKey(const std::string& column) const
{
    return std::ranges::any_of(m_target.key, [&](const std::string& key) { return sameName(key, column); });
}

std::string OdbcTable::keyList() const
{
    std::string list;
    for (const ExistingColumn& column : m_columns)
        if (isKey(column.name))
            list += (list.empty() ? "" : ", ") + m_connection.quoted(column.name);
    return list;
}

Table OdbcTable::written() const
{
    Table table = m_table;
    if (m_replacing)
        table.name = fmt::format("headrace_replacement_{:016x}", stableHash(m_table.name));
    return table;
}

std::string OdbcTable::name() const
{
    return qualified(m_connection, written());
}

std::string OdbcTable::commits() const
{
    Table table = m_table;
    table.name = kCommits;
    return qualified(m_connection, table);
}

std::string OdbcTable::where(const RunIdentity& identity) const
{
    return fmt::format("pipeline = {} AND source = {}", m_connection.literal(identity.pipeline),
                       m_connection.literal(identity.source));
}

} // namespace headrace
