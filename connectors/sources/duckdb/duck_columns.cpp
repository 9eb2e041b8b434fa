// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/sources/connections.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/sources/duckdb/duck_query.h"
#include "connectors/sources/tables/column_note.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace headrace {

namespace {

/// What DuckDB's catalog has of the constraints and indexes of a table.
struct TableKeys {
    std::map<std::string, ColumnFacts> columns;
    std::set<std::string> indexed; ///< the expressions of unique indexes, as DuckDB writes them
};

Result<TableKeys> keysOf(DuckConnection& connection, const duck::Query::Settings& table)
{
    const auto isOfTable = fmt::format("database_name = current_database() AND lower(schema_name) = lower({}) AND "
                                       "lower(table_name) = lower({})",
                                       sqlLiteral(table.schema), sqlLiteral(table.table));
    HEADRACE_TRY(DuckResult result,
                 connection.query(fmt::format(
                     "SELECT constraint_type::VARCHAR, unnest(constraint_column_names), "
                     "len(constraint_column_names) = 1, coalesce(referenced_table, '') FROM duckdb_constraints() WHERE "
                     "{0} UNION ALL SELECT 'INDEX', expressions, true, '' FROM duckdb_indexes() WHERE {0} AND "
                     "is_unique",
                     isOfTable)));
    HEADRACE_TRY(const auto rows, result.readAll());
    const auto text = [&rows](int column, std::int64_t row) {
        return static_cast<const arrow::StringArray&>(*rows->column(column)).GetString(row);
    };
    TableKeys keys;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        const std::string kind = text(0, row);
        if (kind == "INDEX") {
            keys.indexed.insert(text(1, row));
            continue;
        }
        ColumnFacts& facts = keys.columns[text(1, row)];
        const bool isAlone = static_cast<const arrow::BooleanArray&>(*rows->column(2)).Value(row);
        facts.isKey = facts.isKey || kind == "PRIMARY KEY";
        facts.isUnique = facts.isUnique || (kind == "UNIQUE" && isAlone);
        facts.isRequired = facts.isRequired || kind == "NOT NULL";
        if (kind == "FOREIGN KEY" && facts.refersTo.empty())
            facts.refersTo = text(3, row);
    }
    return keys;
}

bool isIndexed(const TableKeys& keys, const std::string& column)
{
    return keys.indexed.contains(fmt::format("[{}]", column)) ||
           keys.indexed.contains(fmt::format("['{}']", sqlIdentifier(column)));
}

} // namespace

Result<std::vector<ReadableColumn>> duckdbColumns(const Options& options, std::stop_token stop)
{
    const std::string schema = options.text("schema");
    const duck::Query::Settings table{options.text("path"), schema.empty() ? "main" : schema, options.text("table"),
                                      options.text("query")};
    HEADRACE_TRY(const auto database,
                 sharedDuckDatabase(table.path, DuckAccess::Read, {{"threads", "1"}, {"memory_limit", "32MB"}}));
    HEADRACE_TRY(DuckConnection connection, database->connect());
    const std::stop_callback interrupt(stop, [&connection] { connection.interrupt(); });
    HEADRACE_TRY(const auto query, duck::Query::plan(connection, table));
    HEADRACE_TRY(TableKeys keys, keysOf(connection, table));
    std::vector<ReadableColumn> columns;
    for (const duck::Query::Column& column : query.columns()) {
        ColumnFacts& facts = keys.columns[column.name];
        facts.isUnique = facts.isUnique || isIndexed(keys, column.name);
        columns.push_back({column.name, column.type, columnNote(facts), facts.isKey});
    }
    return columns;
}

} // namespace headrace
