// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mariadb/table_name.h"

#include "connectors/core/options.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::mariadb {

namespace {

/// The parts of a name: backticks keep dots and stand doubled for themselves.
std::vector<std::string> partsOf(const std::string& name)
{
    std::vector<std::string> parts(1);
    bool quotes = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '`' && quotes && i + 1 < name.size() && name[i + 1] == '`')
            parts.back() += name[i++];
        else if (name[i] == '`')
            quotes = !quotes;
        else if (name[i] == '.' && !quotes && parts.size() == 1)
            parts.emplace_back();
        else
            parts.back() += name[i];
    }
    return parts;
}

} // namespace

std::string Table::title() const
{
    return fmt::format("{} '{}.{}'", isView ? "view" : "table", database, name);
}

std::string Table::quotedName() const
{
    return quoted(database) + '.' + quoted(name);
}

Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop)
{
    const std::string what = fmt::format("The table '{}' could not be looked up", name);
    const auto parts = partsOf(name);
    const std::string database = parts.size() > 1 ? literal(parts.front()) : "DATABASE()";
    HEADRACE_TRY(const Rows found,
                 connection.query(fmt::format("SELECT table_schema, table_name, table_type, table_rows FROM "
                                              "information_schema.tables WHERE table_schema = {} AND table_name = {}",
                                              database, literal(parts.back())),
                                  what, stop));
    if (found.size() > 0)
        return Table{found.text(0, 0), found.text(0, 1), found.text(0, 2) == "VIEW",
                     found.isNull(0, 3) ? -1 : found.integer(0, 3)};
    HEADRACE_TRY(const Rows names,
                 connection.query("SELECT IF(table_schema = DATABASE(), table_name, CONCAT(table_schema, '.', "
                                  "table_name)) FROM information_schema.tables WHERE table_schema NOT IN "
                                  "('information_schema', 'mysql', 'performance_schema', 'sys') LIMIT 10000",
                                  what, stop));
    std::vector<std::string> candidates;
    for (std::size_t row = 0; row < names.size(); ++row)
        candidates.push_back(names.text(row, 0));
    const std::string near = nearest(name, candidates);
    return fail(ErrorCode::NotFound,
                fmt::format("There is no table or view '{}' in {}{}", name, connection.target().title,
                            near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
}

Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table, const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query(fmt::format("SELECT column_name FROM information_schema.statistics WHERE "
                                              "table_schema = {} AND table_name = {} AND index_name = 'PRIMARY' "
                                              "ORDER BY seq_in_index",
                                              literal(table.database), literal(table.name)),
                                  fmt::format("The keys of the {} could not be read", table.title()), stop));
    std::vector<std::string> names;
    for (std::size_t row = 0; row < rows.size(); ++row)
        names.push_back(rows.text(row, 0));
    return names;
}

Result<bool> startsIndex(Connection& connection, const Table& table, const std::string& column,
                         const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query(fmt::format("SELECT 1 FROM information_schema.statistics WHERE table_schema = {} AND "
                                              "table_name = {} AND column_name = {} AND seq_in_index = 1 LIMIT 1",
                                              literal(table.database), literal(table.name), literal(column)),
                                  fmt::format("The keys of the {} could not be read", table.title()), stop));
    return rows.size() > 0;
}

Status addDeclarations(Connection& connection, const Table& table, std::vector<Column>& columns,
                       const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query(fmt::format("SELECT column_name, column_type FROM information_schema.columns WHERE "
                                              "table_schema = {} AND table_name = {}",
                                              literal(table.database), literal(table.name)),
                                  fmt::format("The columns of the {} could not be read", table.title()), stop));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto column = std::ranges::find(columns, rows.text(row, 0), &Column::name);
        if (column != columns.end())
            column->declared = rows.text(row, 1);
    }
    return {};
}

} // namespace headrace::mariadb
