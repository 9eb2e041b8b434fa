// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/shown_number.h"
#include "connectors/odbc/odbc_connection.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/table_catalog.h"
#include "connectors/sources/odbc/odbc_reader.h"
#include "connectors/sources/tables/column_note.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

enum Part : std::size_t { Name = 3, Type = 4, TypeName = 5, Size = 6, Digits = 8, Nullable = 10 };

/// "varchar(40)", "decimal(10,2)", "timestamp": the driver's name and what belongs to it.
std::string declaredType(const Rows& rows, std::size_t row)
{
    constexpr std::int64_t kMostCharacters = 100'000; // above it is the driver's word for no limit
    const std::string name = textOf(rows, row, TypeName);
    const auto size = integerOf(rows, row, Size);
    if (name.find('(') != std::string::npos)
        return name;
    switch (integerOf(rows, row, Type)) {
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        return size > 0 ? fmt::format("{}({},{})", name, size, integerOf(rows, row, Digits)) : name;
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_BINARY:
    case SQL_VARBINARY:
        return size > 0 && size <= kMostCharacters ? fmt::format("{}({})", name, size) : name;
    default:
        return name;
    }
}

/// A SELECT of names as a user tells tables apart by, of estimated rows, none below 0, and of bytes, perhaps NULL; ""
/// where the server is not known. `folder`: "" where the server has none.
std::string estimatesOf(const Connection& connection, const std::string& folder)
{
    switch (connection.facts().dialect) {
    case Dialect::PostgreSql:
        return fmt::format("SELECT n.nspname || '.' || c.relname, CAST(c.reltuples AS bigint), CAST(c.relpages AS "
                           "bigint) * CAST(pg_catalog.current_setting('block_size') AS bigint) FROM "
                           "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
                           "n.nspname = {} AND c.relkind IN ('r', 'p') AND c.reltuples >= 0",
                           connection.literal(folder));
    case Dialect::MySql:
        return fmt::format("SELECT CONCAT(table_schema, '.', table_name), table_rows, data_length + index_length FROM "
                           "information_schema.tables WHERE table_schema = {} AND table_rows IS NOT NULL AND "
                           "table_type <> 'VIEW'",
                           connection.literal(folder));
    case Dialect::Sqlite: // what ANALYZE left
        return "SELECT tbl, max(CAST(stat AS INTEGER)), NULL FROM sqlite_stat1 GROUP BY tbl";
    default:
        return {};
    }
}

} // namespace

Result<std::map<std::string, std::string>> estimates(Connection& connection, const std::string& folder,
                                                     const std::stop_token& stop)
{
    std::map<std::string, std::string> descriptions;
    const std::string sql = estimatesOf(connection, folder);
    if (sql.empty())
        return descriptions;
    const std::string what = fmt::format("The tables of {} could not be described", connection.target().title);
    if (connection.facts().dialect == Dialect::Sqlite) {
        HEADRACE_TRY(const Rows analyzed,
                     connection.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'", what, stop));
        if (analyzed.empty())
            return descriptions;
    }
    HEADRACE_TRY(const Rows rows, connection.query(sql, what, stop));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::string& text = descriptions[textOf(rows, row, 0)];
        text = fmt::format("table, about {} rows", groupedNumber(integerOf(rows, row, 1)));
        if (rows[row][2])
            text += ", " + shownSize(integerOf(rows, row, 2));
    }
    return descriptions;
}

Result<std::map<std::string, std::string>> describeFolder(const Options& options, const std::string& folder,
                                                          std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options, false));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    return estimates(connection, folder, stop);
}

Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options, false));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const Table table, findTable(connection, options.text("table"), stop));
    const std::string what = fmt::format("The columns of the {} could not be listed", table.title());
    HEADRACE_TRY(const auto key, primaryKey(connection, table, stop));
    HEADRACE_TRY(const auto refersTo, references(connection, table, stop));
    HEADRACE_TRY(const auto indexes, uniqueIndexes(connection, table, what, stop));
    HEADRACE_TRY(const Rows rows, columnRows(connection, table, what, stop));
    std::vector<ReadableColumn> columns;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string name = textOf(rows, row, Name);
        ColumnFacts facts;
        facts.isKey = std::ranges::find(key, name) != key.end();
        facts.isUnique = std::ranges::any_of(
            indexes, [&](const auto& index) { return index.second == std::vector<std::string>{name}; });
        facts.isRequired = textOf(rows, row, Nullable) == std::to_string(SQL_NO_NULLS);
        if (const auto found = refersTo.find(name); found != refersTo.end())
            facts.refersTo = found->second;
        columns.push_back({name, declaredType(rows, row), columnNote(facts), facts.isKey});
    }
    return columns;
}

} // namespace headrace::odbc
