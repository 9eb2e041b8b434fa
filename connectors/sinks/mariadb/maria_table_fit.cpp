// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/mariadb/maria_table.h"

#include "connectors/core/sql_identifier.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace headrace {

using namespace mariadb;

// How an existing table is looked at and made to fit the incoming rows.

/// Rows in a table without transactions would stay when a batch is undone.
Status MariaTable::checkEngine(const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(fmt::format("SELECT t.table_type, t.engine, e.transactions FROM "
                                                "information_schema.tables t LEFT JOIN information_schema.engines e "
                                                "ON e.engine = t.engine WHERE t.table_schema = {} AND t.table_name = "
                                                "{}",
                                                literal(m_target.database), literal(name)),
                                    m_what, stop));
    if (rows.size() > 0 && rows.text(0, 0) != "BASE TABLE")
        return fail(ErrorCode::Usage, fmt::format("'{}' is no table but a {}. Name a table in the option 'table'.",
                                                  m_target.table, rows.text(0, 0)));
    if (rows.size() == 0 || rows.text(0, 2) == "YES")
        return {};
    return fail(ErrorCode::Usage, fmt::format("The {} is kept by the engine {}, which has no transactions, so rows and "
                                              "position could not be saved together. Change it to InnoDB with ALTER "
                                              "TABLE, or write to another table.",
                                              m_title, rows.text(0, 1)));
}

Result<std::vector<MariaTable::Column>> MariaTable::columnsOf(const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(
        const Rows rows,
        m_connection.query(
            fmt::format("SELECT column_name, column_type, data_type, COALESCE(numeric_precision, datetime_precision, "
                        "0), COALESCE(numeric_scale, 0), character_maximum_length, is_nullable, column_default, extra, "
                        "column_comment FROM information_schema.columns WHERE table_schema = {} AND table_name = {} "
                        "ORDER BY ordinal_position",
                        literal(m_target.database), literal(name)),
            m_what, stop));
    std::vector<Column> columns;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Column column;
        column.name = rows.text(row, 0);
        column.type = ColumnType::parse(rows.text(row, 1));
        column.type.name = rows.text(row, 2);
        column.type.precision = static_cast<int>(rows.integer(row, 3));
        column.type.scale = static_cast<int>(rows.integer(row, 4));
        const bool isLimited = !rows.isNull(row, 5) && column.type.name != "enum" && column.type.name != "set";
        column.type.most = isLimited ? rows.integer(row, 5) : -1;
        const std::string extra = rows.text(row, 8);
        column.isComputed = !extra.empty() && extra != "auto_increment";
        column.rest = rows.text(row, 6) == "NO" ? " NOT NULL" : " NULL";
        if (!rows.isNull(row, 7) && rows.text(row, 7) != "NULL")
            column.rest += " DEFAULT " + rows.text(row, 7);
        column.rest += extra.empty() ? "" : " " + extra;
        if (!rows.text(row, 9).empty())
            column.rest += " COMMENT " + sqlLiteral(rows.text(row, 9));
        columns.push_back(std::move(column));
    }
    return columns;
}

Status MariaTable::fit(const std::vector<Column>& existing, const std::stop_token& stop)
{
    for (const auto& field : m_incoming->fields()) {
        const auto found =
            std::ranges::find_if(existing, [&](const Column& column) { return sameName(column.name, field->name()); });
        if (found != existing.end() && holds(found->type, *field))
            continue;
        std::string change;
        if (found == existing.end()) {
            HEADRACE_TRY(const std::string type, typeFor(*field));
            change = fmt::format("ADD COLUMN {} {} NULL", quoted(field->name()), type);
        } else if (const std::string wider = widened(found->type, *field->type());
                   !wider.empty() && !found->isComputed) {
            change = fmt::format("MODIFY COLUMN {} {}{}", quoted(found->name), wider, found->rest);
        } else {
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' of the {} is {}, which cannot hold the incoming {} exactly. Cast the "
                            "column in the shape, or write to another table.",
                            found->name, m_title, found->type.declaration, field->type()->ToString()));
        }
        if (!m_target.evolve)
            return fail(ErrorCode::Data,
                        fmt::format("The {} does not fit the incoming rows and must not be changed: {} would be "
                                    "needed. Set evolve to true, or change it by hand.",
                                    m_title, change));
        HEADRACE_CHECK(
            m_connection.execute(fmt::format("ALTER TABLE {} {}", qualified(m_target.table), change), m_what, stop));
    }
    return {};
}

Status MariaTable::adopt(const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto existing, columnsOf(name, stop));
    m_types.clear();
    for (const auto& field : m_incoming->fields()) {
        const auto found =
            std::ranges::find_if(existing, [&](const Column& column) { return sameName(column.name, field->name()); });
        if (found == existing.end())
            return fail(ErrorCode::Conflict,
                        fmt::format("The {} has lost its column '{}' meanwhile.", m_title, field->name()));
        m_types.push_back(found->type);
    }
    return {};
}

/// ON DUPLICATE KEY UPDATE takes any unique index for the key: only one over exactly the key may be there.
Status MariaTable::createKey(const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(fmt::format("SELECT index_name, column_name FROM information_schema.statistics "
                                                "WHERE table_schema = {} AND table_name = {} AND non_unique = 0",
                                                literal(m_target.database), literal(m_target.table)),
                                    m_what, stop));
    std::map<std::string, std::vector<std::string>> indexes;
    for (std::size_t row = 0; row < rows.size(); ++row)
        indexes[rows.text(row, 0)].push_back(rows.text(row, 1));
    bool isThere = false;
    for (const auto& [name, columns] : indexes) {
        const bool isKey =
            columns.size() == m_target.key.size() && std::ranges::all_of(columns, [&](const auto& column) {
                return std::ranges::any_of(m_target.key, [&](const auto& key) { return sameName(key, column); });
            });
        isThere = isThere || isKey;
        if (!isKey)
            return fail(ErrorCode::Usage,
                        fmt::format("The {} has the unique index '{}' over {}, by which MariaDB would replace rows of "
                                    "another key. Drop it, or name its columns in the option 'key'.",
                                    m_title, name, fmt::join(columns, ", ")));
    }
    if (isThere)
        return {};
    std::string columns;
    for (const std::string& key : m_target.key)
        columns += (columns.empty() ? "" : ", ") + quoted(key);
    return m_connection.execute(fmt::format("ALTER TABLE {} ADD UNIQUE ({})", qualified(m_target.table), columns),
                                fmt::format("The key of the {} could not be created", m_title), stop);
}

} // namespace headrace
