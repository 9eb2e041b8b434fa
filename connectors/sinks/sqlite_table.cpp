// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sqlite_table.h"

#include "connectors/sinks/sqlite_affinity.h"

#include "connectors/core/sql_identifier.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

template <typename Items, typename Text>
std::string joined(const Items& items, std::string_view separator, Text text)
{
    std::string result;
    for (const auto& item : items)
        result += (result.empty() ? "" : std::string(separator)) + text(item);
    return result;
}

} // namespace

SqliteTable::SqliteTable(SqliteWriteDatabase& database, Target target, const std::vector<SqliteColumn>& columns)
    : m_database(database)
    , m_target(std::move(target))
    , m_columns(columns)
{
}

Status SqliteTable::prepare()
{
    HEADRACE_CHECK(m_database.execute("CREATE TABLE IF NOT EXISTS headrace_commits (pipeline TEXT NOT NULL, source "
                                      "TEXT NOT NULL, position TEXT NOT NULL, "
                                      "sequence INTEGER NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY "
                                      "(pipeline, source)) WITHOUT ROWID"));
    HEADRACE_TRY(const auto existing, existingColumns());
    if (!existing.empty() && m_target.mode == WriteMode::Replace) {
        HEADRACE_TRY(const Attachments attached, attachments());
        m_keepsTable = attached.count > 0;
    }
    if (existing.empty())
        HEADRACE_CHECK(createTable());
    else if (m_target.mode != WriteMode::Replace || m_keepsTable)
        HEADRACE_CHECK(evolve(existing));
    return m_target.mode == WriteMode::Upsert ? createKey() : Status();
}

Status SqliteTable::removeRows()
{
    if (m_keepsTable)
        return m_database.execute("DELETE FROM " + sqlIdentifier(m_target.table));
    HEADRACE_TRY(const Attachments attached, attachments());
    HEADRACE_CHECK(attached.checkStillNone(fmt::format("table '{}'", m_target.table)));
    HEADRACE_CHECK(m_database.execute("DROP TABLE IF EXISTS " + sqlIdentifier(m_target.table)));
    return createTable();
}

Result<Attachments> SqliteTable::attachments()
{
    HEADRACE_TRY(SqliteStatement found, m_database.prepare(sqliteAttachments(sqlLiteral(m_target.table))));
    HEADRACE_CHECK(found.step());
    return Attachments{found.integer(0), {}};
}

Result<SqliteStatement> SqliteTable::writer()
{
    const auto name = [](const SqliteColumn& column) { return sqlIdentifier(column.name); };
    std::string sql = fmt::format("INSERT INTO {} ({}) SELECT * FROM {}", sqlIdentifier(m_target.table),
                                  joined(m_columns, ", ", name), SqliteRows::kFunction);
    if (m_target.mode == WriteMode::Upsert) {
        std::vector<std::string> updates;
        for (const SqliteColumn& column : m_columns)
            if (std::ranges::none_of(m_target.key, [&](const auto& key) { return sameName(key, column.name); }))
                updates.push_back(fmt::format("{0} = excluded.{0}", sqlIdentifier(column.name)));
        // WHERE true keeps the parser from taking ON for a join condition.
        sql += fmt::format(" WHERE true ON CONFLICT ({}) DO ", joined(m_target.key, ", ", sqlIdentifier));
        sql +=
            updates.empty() ? "NOTHING" : "UPDATE SET " + joined(updates, ", ", [](const auto& text) { return text; });
    }
    return m_database.prepare(sql);
}

Result<std::optional<CommittedPosition>> SqliteTable::committed(const RunIdentity& identity)
{
    HEADRACE_TRY(SqliteStatement statement, m_database.prepare("SELECT position, sequence FROM headrace_commits WHERE "
                                                               "pipeline = ?1 AND source = ?2"));
    HEADRACE_CHECK(statement.bind(1, identity.pipeline));
    HEADRACE_CHECK(statement.bind(2, identity.source));
    HEADRACE_TRY(const bool found, statement.step());
    if (!found)
        return std::nullopt;
    return CommittedPosition{Position{statement.text(0)}, statement.integer(1)};
}

Status SqliteTable::saveCommit(const RunIdentity& identity, const CommittedPosition& committed)
{
    HEADRACE_TRY(SqliteStatement statement,
                 m_database.prepare("INSERT OR REPLACE INTO headrace_commits VALUES (?1, ?2, ?3, ?4, ?5, "
                                    "strftime('%Y-%m-%d %H:%M:%fZ', 'now'))"));
    HEADRACE_CHECK(statement.bind(1, identity.pipeline));
    HEADRACE_CHECK(statement.bind(2, identity.source));
    HEADRACE_CHECK(statement.bind(3, committed.end.text));
    HEADRACE_CHECK(statement.bind(4, committed.sequence));
    HEADRACE_CHECK(statement.bind(5, identity.run));
    HEADRACE_CHECK(statement.step());
    return {};
}

Result<std::vector<SqliteTable::Existing>> SqliteTable::existingColumns()
{
    HEADRACE_TRY(SqliteStatement statement, m_database.prepare("SELECT name, type FROM pragma_table_info(?1)"));
    HEADRACE_CHECK(statement.bind(1, m_target.table));
    std::vector<Existing> columns;
    while (true) {
        HEADRACE_TRY(const bool found, statement.step());
        if (!found)
            return columns;
        columns.push_back({statement.text(0), statement.text(1)});
    }
}

Status SqliteTable::createTable()
{
    const auto definition = [](const SqliteColumn& column) {
        return sqlIdentifier(column.name) + ' ' + column.declaredType;
    };
    return m_database.execute(
        fmt::format("CREATE TABLE {} ({})", sqlIdentifier(m_target.table), joined(m_columns, ", ", definition)));
}

Status SqliteTable::evolve(const std::vector<Existing>& existing)
{
    for (const SqliteColumn& column : m_columns) {
        const auto found =
            std::ranges::find_if(existing, [&](const Existing& other) { return sameName(other.name, column.name); });
        if (found == existing.end()) {
            HEADRACE_CHECK(
                m_database.execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", sqlIdentifier(m_target.table),
                                               sqlIdentifier(column.name), column.declaredType)));
        } else if (!keepsValues(found->declaredType, column.declaredType)) {
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' of the table '{}' is {}, which would change incoming {} values. Cast "
                            "the column in the shape, or write to another table.",
                            column.name, m_target.table, found->declaredType, column.declaredType));
        }
    }
    return {};
}

Status SqliteTable::createKey()
{
    std::vector<std::string> names;
    for (const SqliteColumn& column : m_columns)
        names.push_back(column.name);
    HEADRACE_CHECK(checkKey(m_target.key, names));
    return m_database.execute(fmt::format("CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} ({})",
                                          sqlIdentifier(m_target.table + "_headrace_key"),
                                          sqlIdentifier(m_target.table), joined(m_target.key, ", ", sqlIdentifier)));
}

} // namespace headrace
