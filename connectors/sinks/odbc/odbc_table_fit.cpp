// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/odbc/odbc_table.h"

#include "connectors/core/stable_hash.h"
#include "connectors/odbc/table_catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

using namespace odbc;

// How an existing table is looked at and made to fit the incoming rows.

Result<bool> OdbcTable::exists(const Table& table, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto columns, m_types->columnsOf(table, m_what, stop));
    return !columns.empty();
}

Status OdbcTable::prepare(std::stop_token stop)
{
    HEADRACE_TRY(auto existing, m_types->columnsOf(m_table, m_what, stop));
    if (existing.empty())
        HEADRACE_CHECK(createTable(stop));
    HEADRACE_CHECK(checkEngine(stop));
    if (!existing.empty())
        HEADRACE_CHECK(fit(existing, stop));
    HEADRACE_CHECK(adoptColumns(stop));
    return m_target.mode == WriteMode::Upsert ? createKey(stop) : Status();
}

/// The destination's columns for the incoming ones.
Status OdbcTable::adoptColumns(const std::stop_token& stop)
{
    HEADRACE_TRY(const auto existing, m_types->columnsOf(written(), m_what, stop));
    m_columns.clear();
    const bool countsCase = m_connection.facts().dialect == Dialect::PostgreSql;
    for (const auto& field : m_incoming->fields()) {
        const auto found = std::ranges::find_if(existing, [&](const ExistingColumn& column) {
            return countsCase ? column.name == field->name() : sameName(column.name, field->name());
        });
        if (found == existing.end())
            return fail(ErrorCode::Conflict,
                        fmt::format("The {} has lost its column '{}' meanwhile.", m_title, field->name()));
        m_columns.push_back(*found);
    }
    return {};
}

Status OdbcTable::createTable(const std::stop_token& stop)
{
    std::string columns;
    for (const auto& field : m_incoming->fields()) {
        HEADRACE_TRY(const std::string type, typeFor(*field));
        columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", m_connection.quoted(field->name()), type);
        if (m_connection.facts().dialect == Dialect::MySql) // whose timestamps are NOT NULL unless told
            columns += " NULL";
    }
    if (columns.empty())
        return fail(ErrorCode::Data,
                    fmt::format("The {} would have no columns. Give the rows one in the shape.", m_title));
    // Texts that differ by case, accents or blanks at the end are different keys.
    const bool isMySql = m_connection.facts().dialect == Dialect::MySql;
    return m_connection.execute(
        fmt::format("CREATE TABLE {} ({}){}", name(), columns,
                    isMySql ? " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : ""),
        m_what, stop);
}

Status OdbcTable::checkTypes() const
{
    for (const auto& field : m_incoming->fields())
        HEADRACE_CHECK(typeFor(*field));
    return {};
}

Result<std::string> OdbcTable::typeFor(const arrow::Field& field) const
{
    const bool isKeyColumn = m_target.mode == WriteMode::Upsert && isKey(field.name());
    std::string type = m_types->newType(field, isKeyColumn);
    if (!type.empty() && makeParameter(*field.type(), m_connection.facts().dialect, -1) != nullptr)
        return type;
    return fail(ErrorCode::Data,
                fmt::format("The column '{}' is {}, for which {} has no type that ODBC can write. Cast it "
                            "in the shape.",
                            field.name(), field.type()->ToString(), m_connection.facts().product));
}

/// Rows in a table without transactions would stay when a batch is undone.
Status OdbcTable::checkEngine(const std::stop_token& stop)
{
    if (m_connection.facts().dialect != Dialect::MySql)
        return {};
    HEADRACE_TRY(
        const Rows rows,
        m_connection.query(fmt::format("SELECT t.table_type, t.engine, e.transactions FROM "
                                       "information_schema.tables t LEFT JOIN information_schema.engines e ON "
                                       "e.engine = t.engine WHERE t.table_schema = {} AND t.table_name = {}",
                                       m_connection.literal(m_table.catalog), m_connection.literal(m_table.name)),
                           m_what, stop));
    if (rows.empty() || textOf(rows, 0, 2) == "YES")
        return {};
    return fail(ErrorCode::Usage, fmt::format("The {} is kept by the engine {}, which has no transactions, so rows and "
                                              "position could not be saved together. Write to another table.",
                                              m_title, textOf(rows, 0, 1)));
}

Status OdbcTable::fit(const std::vector<ExistingColumn>& existing, const std::stop_token& stop)
{
    const bool countsCase = m_connection.facts().dialect == Dialect::PostgreSql;
    for (const auto& field : m_incoming->fields()) {
        HEADRACE_TRY(const std::string type, typeFor(*field));
        const auto found = std::ranges::find_if(existing, [&](const ExistingColumn& column) {
            return countsCase ? column.name == field->name() : sameName(column.name, field->name());
        });
        if (found != existing.end() && m_types->holds(*found, *field))
            continue;
        const std::string change = found == existing.end()
                                       ? fmt::format("ADD {} {}", m_connection.quoted(field->name()), type)
                                       : m_types->widening(*found, *field);
        if (change.empty())
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' of the {} is {}, which cannot hold the incoming {} exactly. Cast the "
                            "column in the shape, or write to another table.",
                            found->name, m_title, found->declaration, field->type()->ToString()));
        if (!m_target.evolve)
            return fail(
                ErrorCode::Data,
                fmt::format("The {} does not fit the incoming rows and must not be changed: {} would be needed. "
                            "Set evolve to true, or change it by hand.",
                            m_title, change));
        HEADRACE_CHECK(m_connection.execute(fmt::format("ALTER TABLE {} {}", name(), change), m_what, stop));
    }
    return {};
}

/// An upsert needs a unique index over exactly the key; MySQL would take any other one for the key, too.
Status OdbcTable::createKey(const std::stop_token& stop)
{
    const Dialect dialect = m_connection.facts().dialect;
    if (dialect == Dialect::Standard)
        return {}; // rows of a key are deleted by its values
    HEADRACE_TRY(const UniqueIndexes indexes, uniqueIndexes(m_connection, m_table, m_what, stop));
    bool isThere = false;
    for (const auto& [index, columns] : indexes) {
        const bool isOfKey = columns.size() == m_target.key.size() &&
                             std::ranges::all_of(columns, [&](const std::string& column) { return isKey(column); });
        isThere = isThere || isOfKey;
        if (!isOfKey && dialect == Dialect::MySql)
            return fail(
                ErrorCode::Usage,
                fmt::format("The {} has the unique index '{}' over {}, by which MySQL would replace rows of another "
                            "key. Drop it, or name its columns in the option 'key'.",
                            m_title, index, fmt::join(columns, ", ")));
    }
    if (isThere)
        return {};
    const std::string index = fmt::format("headrace_key_{:016x}", stableHash(m_target.table + ':' + keyList()));
    return m_connection.execute(
        fmt::format("CREATE UNIQUE INDEX {} ON {} ({})", m_connection.quoted(index), name(), keyList()),
        fmt::format("The key of the {} could not be created", m_title), stop);
}

} // namespace headrace
