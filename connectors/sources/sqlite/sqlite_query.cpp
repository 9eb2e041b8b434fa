// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sqlite/sqlite_query.h"

#include "connectors/core/options.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sqlite3.h>
#include <strings.h>

namespace headrace::sqlite {

namespace {

bool contains(const std::vector<std::string>& names, const char* wanted)
{
    return std::ranges::any_of(names, [&](const std::string& name) { return ::strcasecmp(name.c_str(), wanted) == 0; });
}

} // namespace

Result<Query> Query::plan(Database& database, const std::string& table, const std::string& sql)
{
    Query query;
    query.m_title = "query";
    query.m_from = sql;
    if (table.empty()) {
        query.m_relation = fmt::format("({}\n) AS input", trimmedQuery(sql)); // a comment may end it
        HEADRACE_CHECK(query.readColumns(database));
        return query;
    }
    HEADRACE_TRY(const TableInfo info, database.table(table));
    query.m_title = fmt::format("{} '{}'", info.isView ? "view" : "table", info.name);
    query.m_relation = sqlIdentifier(info.name);
    query.m_from = fmt::format("SELECT * FROM {}", query.m_relation);
    HEADRACE_CHECK(query.readColumns(database));
    for (const char* name : {"_rowid_", "rowid", "oid"})
        if (info.hasRowId && query.m_rowId.empty() && !contains(query.m_columns, name))
            query.m_rowId = name;
    if (query.hasRowId())
        query.m_from =
            fmt::format("SELECT {0}, * FROM {1} WHERE {0} > ?1 ORDER BY {0}", query.m_rowId, sqlIdentifier(info.name));
    return query;
}

Status Query::readColumns(Database& database)
{
    HEADRACE_TRY(const auto statement, this->statement(database));
    const int count = sqlite3_column_count(statement.get());
    for (int i = 0; i < count; ++i) {
        const char* declaration = sqlite3_column_decltype(statement.get(), i);
        std::string name = sqlite3_column_name(statement.get(), i);
        if (contains(m_columns, name.c_str()))
            return fail(ErrorCode::Usage,
                        fmt::format("The {} of '{}' gives two columns named '{}'; rename one with AS.", m_title,
                                    database.path(), name));
        m_columns.push_back(std::move(name));
        m_declarations.emplace_back(declaration == nullptr ? "" : declaration);
    }
    return {};
}

Result<Statement> Query::statement(Database& database) const
{
    auto statement = database.prepare(m_from, fmt::format("The {} cannot be read from '{}'", m_title, database.path()));
    if (!statement && statement.error().code == ErrorCode::Failed)
        statement.error().code = ErrorCode::Usage; // a mistake in the SQL
    return statement;
}

Result<std::int64_t> Query::countBehind(Database& database, std::int64_t rowId, std::int64_t enough) const
{
    HEADRACE_TRY(const auto statement,
                 database.prepare(fmt::format("SELECT count(*) FROM (SELECT 1 FROM ({}) LIMIT ?2)", m_from),
                                  fmt::format("The new rows of the {} cannot be counted", m_title)));
    sqlite3_bind_int64(statement.get(), 1, rowId);
    sqlite3_bind_int64(statement.get(), 2, enough);
    HEADRACE_TRY(const bool isRow, database.step(statement));
    return isRow ? sqlite3_column_int64(statement.get(), 0) : 0;
}

Result<std::vector<ColumnType>> Query::types(Database& database, const TypeOptions& options) const
{
    for (const auto& [name, type] : options.columns) {
        if (!contains(m_columns, name.c_str())) {
            const std::string near = nearest(name, m_columns);
            return fail(ErrorCode::Usage,
                        fmt::format("The option 'columns' names '{}', which the {} does not have{}.", name, m_title,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
        }
    }
    std::vector<TypeFinder> finders;
    for (const std::string& declaration : m_declarations)
        finders.emplace_back(declaredTypes(declaration));
    HEADRACE_TRY(const auto statement, this->statement(database));
    const int first = hasRowId() ? 1 : 0;
    if (hasRowId())
        sqlite3_bind_int64(statement.get(), 1, std::numeric_limits<std::int64_t>::min());
    for (std::int64_t row = 0; options.detect && row < options.sampleRows; ++row) {
        HEADRACE_TRY(const bool isRow, database.step(statement));
        if (!isRow)
            break;
        for (std::size_t i = 0; i < finders.size(); ++i)
            finders[i].add(sqlite3_column_value(statement.get(), first + static_cast<int>(i)));
    }
    std::vector<ColumnType> types;
    for (std::size_t i = 0; i < finders.size(); ++i) {
        const auto chosen = std::ranges::find_if(options.columns, [&](const auto& option) {
            return ::strcasecmp(option.first.c_str(), m_columns[i].c_str()) == 0;
        });
        ColumnType type = options.detect ? finders[i].found() : ColumnType{};
        if (chosen != options.columns.end()) {
            HEADRACE_TRY(type, parseColumnType(chosen->first, chosen->second));
        }
        types.push_back(type);
    }
    return types;
}

} // namespace headrace::sqlite
