// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/table_catalog.h"

#include "connectors/odbc/name_argument.h"
#include "connectors/odbc/odbc_library.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

/// The parts of a table's name as ODBC's functions take them.
struct TableArguments {
    explicit TableArguments(const Table& table)
        : catalog(table.catalog)
        , schema(table.schema)
        , name(table.name)
    {
    }

    NameArgument catalog;
    NameArgument schema;
    NameArgument name;
};

std::string keysUnread(const Table& table)
{
    return fmt::format("The keys of the {} could not be read", table.title());
}

/// IM001 of the driver manager, HYC00 of a driver.
bool isUnknownCall(const Error& error)
{
    return error.detail.starts_with("IM001") || error.detail.starts_with("HYC00");
}

/// A SELECT of the indexes over some rows only, which drivers list among the others; "" where the server has none or is
/// not known.
std::string partialIndexes(const Connection& connection, const Table& table)
{
    switch (connection.facts().dialect) {
    case Dialect::PostgreSql:
        return fmt::format("SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = "
                           "i.indexrelid WHERE i.indrelid = pg_catalog.to_regclass({}) AND i.indpred IS NOT NULL",
                           connection.literal(qualified(connection, table)));
    case Dialect::Sqlite:
        return fmt::format("SELECT name FROM pragma_index_list({}) WHERE partial = 1", connection.literal(table.name));
    default:
        return {};
    }
}

} // namespace

Result<Rows> columnRows(Connection& connection, const Table& table, std::string_view what, const std::stop_token& stop)
{
    TableArguments of(table);
    HEADRACE_TRY(Rows rows, connection.ask(
                                [&](void* statement) {
                                    return SQLColumnsW(statement, of.catalog.data(), of.catalog.size(),
                                                       of.schema.data(), of.schema.size(), of.name.data(),
                                                       of.name.size(), nullptr, 0);
                                },
                                what, stop));
    // Schema and name are patterns there.
    std::erase_if(rows, [&table](const auto& row) {
        return row[2].value_or("") != table.name || (!table.schema.empty() && row[1].value_or("") != table.schema);
    });
    return rows;
}

Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table, const std::stop_token& stop)
{
    TableArguments of(table);
    HEADRACE_TRY(const Rows rows, connection.ask(
                                      [&](void* statement) {
                                          return SQLPrimaryKeysW(statement, of.catalog.data(), of.catalog.size(),
                                                                 of.schema.data(), of.schema.size(), of.name.data(),
                                                                 of.name.size());
                                      },
                                      keysUnread(table), stop));
    constexpr std::size_t kName = 3;
    constexpr std::size_t kPlace = 4;
    std::vector<std::pair<std::int64_t, std::string>> columns;
    for (std::size_t row = 0; row < rows.size(); ++row)
        columns.emplace_back(integerOf(rows, row, kPlace), textOf(rows, row, kName));
    std::ranges::sort(columns);
    std::vector<std::string> names;
    for (auto& [place, column] : columns)
        names.push_back(std::move(column));
    return names;
}

Result<UniqueIndexes> uniqueIndexes(Connection& connection, const Table& table, std::string_view what,
                                    const std::stop_token& stop)
{
    TableArguments of(table);
    HEADRACE_TRY(const Rows rows, connection.ask(
                                      [&](void* statement) {
                                          return SQLStatisticsW(statement, of.catalog.data(), of.catalog.size(),
                                                                of.schema.data(), of.schema.size(), of.name.data(),
                                                                of.name.size(), SQL_INDEX_UNIQUE, SQL_QUICK);
                                      },
                                      what, stop));
    enum Part : std::size_t { NonUnique = 3, Index = 5, Column = 8 };
    UniqueIndexes indexes;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (rows[row][Index] && integerOf(rows, row, NonUnique) == 0)
            indexes[textOf(rows, row, Index)].push_back(textOf(rows, row, Column));
    if (const std::string sql = partialIndexes(connection, table); !sql.empty() && !indexes.empty()) {
        HEADRACE_TRY(const Rows partial, connection.query(sql, what, stop));
        for (std::size_t row = 0; row < partial.size(); ++row)
            indexes.erase(textOf(partial, row, 0));
    }
    return indexes;
}

Result<std::map<std::string, std::string>> references(Connection& connection, const Table& table,
                                                      const std::stop_token& stop)
{
    TableArguments of(table);
    const auto rows = connection.ask(
        [&](void* statement) {
            return SQLForeignKeysW(statement, nullptr, 0, nullptr, 0, nullptr, 0, of.catalog.data(), of.catalog.size(),
                                   of.schema.data(), of.schema.size(), of.name.data(), of.name.size());
        },
        keysUnread(table), stop);
    std::map<std::string, std::string> tables;
    if (!rows && isUnknownCall(rows.error()))
        return tables;
    if (!rows)
        return fail(rows.error());
    enum Part : std::size_t { Catalog = 0, Schema = 1, Name = 2, Column = 7 };
    for (std::size_t row = 0; row < rows->size(); ++row) {
        Table other{textOf(*rows, row, Catalog), textOf(*rows, row, Schema), textOf(*rows, row, Name), false};
        if (!connection.facts().usesCatalogs)
            other.catalog.clear();
        tables.try_emplace(textOf(*rows, row, Column), other.catalog == table.catalog && other.schema == table.schema
                                                           ? other.name
                                                           : other.fullName());
    }
    return tables;
}

} // namespace headrace::odbc
