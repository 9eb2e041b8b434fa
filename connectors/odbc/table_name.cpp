// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/table_name.h"

#include "connectors/core/options.h"
#include "connectors/odbc/name_argument.h"
#include "connectors/odbc/odbc_library.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

/// The parts of a name: quotes keep dots and stand doubled for themselves.
std::vector<std::string> partsOf(const std::string& name, char quote)
{
    std::vector<std::string> parts(1);
    bool quotes = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == quote && quotes && i + 1 < name.size() && name[i + 1] == quote)
            parts.back() += name[i++];
        else if (name[i] == quote)
            quotes = !quotes;
        else if (name[i] == '.' && !quotes)
            parts.emplace_back();
        else
            parts.back() += name[i];
    }
    return parts;
}

/// Tables and views, of the catalog if one is given, and with names that fit if a pattern is.
Result<std::vector<Table>> tablesOf(Connection& connection, const std::string& catalog, const std::string& pattern,
                                    std::string_view what, const std::stop_token& stop)
{
    NameArgument inCatalog(catalog);
    NameArgument named(pattern);
    NameArgument kinds("TABLE,VIEW");
    HEADRACE_TRY(const Rows rows, connection.ask(
                                      [&](void* statement) {
                                          return SQLTablesW(statement, inCatalog.data(), inCatalog.size(), nullptr, 0,
                                                            named.data(), named.size(), kinds.data(), kinds.size());
                                      },
                                      what, stop));
    std::vector<Table> tables;
    for (std::size_t row = 0; row < rows.size(); ++row)
        tables.push_back({textOf(rows, row, 0), textOf(rows, row, 1), textOf(rows, row, 2),
                          textOf(rows, row, 3).find("VIEW") != std::string::npos});
    if (!connection.facts().usesCatalogs)
        for (Table& table : tables)
            table.catalog.clear();
    return tables;
}

bool isSame(const std::string& left, const std::string& right, bool exactly)
{
    const auto lower = [exactly](unsigned char c) { return exactly ? c : static_cast<unsigned char>(std::tolower(c)); };
    return std::ranges::equal(left, right, {}, lower, lower);
}

constexpr int kFits = 1;
constexpr int kFitsExactly = 3;

/// How good a table is for what a user wrote: 0 for no fit.
int fitOf(const Connection& connection, const Table& wanted, const Table& table)
{
    for (const bool exactly : {true, false}) {
        if (!isSame(wanted.name, table.name, exactly) ||
            (!wanted.schema.empty() && !isSame(wanted.schema, table.schema, exactly)) ||
            (!wanted.catalog.empty() && !isSame(wanted.catalog, table.catalog, exactly)))
            continue;
        const bool isHere = (table.catalog.empty() || table.catalog == connection.facts().catalog) &&
                            (table.schema.empty() || table.schema == "public" || table.schema == "dbo");
        return (exactly ? kFitsExactly : kFits) + (isHere ? 1 : 0);
    }
    return 0;
}

} // namespace

std::string Table::fullName() const
{
    return schema.empty() ? (catalog.empty() ? name : catalog + '.' + name) : schema + '.' + name;
}

std::string Table::title() const
{
    return fmt::format("{} '{}'", isView ? "view" : "table", fullName());
}

std::string qualified(const Connection& connection, const Table& table)
{
    std::string text;
    const bool hasSchema = connection.facts().usesSchemas && !table.schema.empty();
    // A schema is enough within the database that the connection is for.
    if (connection.facts().usesCatalogs && !table.catalog.empty() &&
        (!hasSchema || table.catalog != connection.facts().catalog))
        text += connection.quoted(table.catalog) + '.';
    if (hasSchema)
        text += connection.quoted(table.schema) + '.';
    return text + connection.quoted(table.name);
}

Result<std::vector<Table>> listTables(Connection& connection, const std::stop_token& stop)
{
    // MariaDB's catalogs are what others call schemas: those that can be read are listed, not only the current one.
    const bool isMySql = connection.facts().dialect == Dialect::MySql;
    const std::string catalog = isMySql ? "%" : connection.facts().usesSchemas ? "" : connection.facts().catalog;
    HEADRACE_TRY(auto tables,
                 tablesOf(connection, catalog, "",
                          fmt::format("The tables of {} could not be listed", connection.target().title), stop));
    static const std::vector<std::string> kOwn{"information_schema", "mysql", "performance_schema", "sys"};
    if (isMySql)
        std::erase_if(tables, [](const Table& table) { return std::ranges::find(kOwn, table.catalog) != kOwn.end(); });
    return tables;
}

Table namedTable(const Connection& connection, const std::string& name)
{
    const std::string& quote = connection.facts().quote;
    auto parts = partsOf(name, quote.size() == 1 ? quote.front() : '"');
    Table table;
    table.name = parts.back();
    parts.pop_back();
    const bool hasSchemas = connection.facts().usesSchemas;
    if (hasSchemas && !parts.empty()) {
        table.schema = parts.back();
        parts.pop_back();
    }
    if (!parts.empty())
        table.catalog = parts.back();
    return table;
}

Result<std::optional<Table>> lookUpTable(Connection& connection, const std::string& name, const std::stop_token& stop)
{
    const std::string what = fmt::format("The table '{}' could not be looked up", name);
    const Table wanted = namedTable(connection, name);
    const std::string catalog =
        connection.facts().usesSchemas || !wanted.catalog.empty() ? wanted.catalog : connection.facts().catalog;
    // The name as a pattern fits itself, and few others. Written in another case it is found among all.
    for (const std::string& pattern : {wanted.name, std::string()}) {
        HEADRACE_TRY(const auto tables, tablesOf(connection, catalog, pattern, what, stop));
        const auto fit = [&](const Table& table) { return fitOf(connection, wanted, table); };
        const auto best = std::ranges::max_element(tables, {}, fit);
        const bool isLast = pattern.empty();
        if (best != tables.end() && fit(*best) >= (isLast ? kFits : kFitsExactly))
            return *best;
    }
    return std::nullopt;
}

Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto found, lookUpTable(connection, name, stop));
    if (found)
        return *found;
    HEADRACE_TRY(const auto tables, listTables(connection, stop));
    std::vector<std::string> candidates;
    for (const Table& table : tables) {
        candidates.push_back(table.fullName());
        candidates.push_back(table.name);
    }
    const std::string near = nearest(name, candidates);
    return fail(ErrorCode::NotFound,
                fmt::format("There is no table or view '{}' in {}{}", name, connection.target().title,
                            near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
}

} // namespace headrace::odbc
