// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/odbc/table_facts.h"

#include <fmt/format.h>

namespace headrace::odbc {

namespace {

/// A SELECT of one row: the estimate, below 0 for none, and how many indexes begin with the column.
std::string question(const Connection& connection, const Table& table, const std::string& column)
{
    const auto literal = [&](const std::string& text) { return connection.literal(text); };
    switch (connection.facts().dialect) {
    case Dialect::PostgreSql:
        return fmt::format("SELECT CAST(c.reltuples AS bigint), (SELECT count(*) FROM pg_catalog.pg_index i JOIN "
                           "pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE "
                           "i.indrelid = c.oid AND i.indpred IS NULL AND a.attname = {}) FROM pg_catalog.pg_class c "
                           "WHERE c.oid = pg_catalog.to_regclass({})",
                           literal(column), literal(qualified(connection, table)));
    case Dialect::MySql:
        return fmt::format("SELECT COALESCE(t.table_rows, -1), (SELECT COUNT(*) FROM information_schema.statistics s "
                           "WHERE s.table_schema = t.table_schema AND s.table_name = t.table_name AND s.seq_in_index = "
                           "1 AND s.column_name = {}) FROM information_schema.tables t WHERE t.table_schema = {} AND "
                           "t.table_name = {}",
                           literal(column), literal(table.catalog), literal(table.name));
    case Dialect::Sqlite:
        return fmt::format("SELECT -1, count(*) FROM pragma_index_list({0}) AS l JOIN pragma_index_info(l.name) AS i "
                           "WHERE l.partial = 0 AND i.seqno = 0 AND i.name = {1} COLLATE NOCASE",
                           literal(table.name), literal(column));
    default:
        return {};
    }
}

} // namespace

Result<TableFacts> tableFacts(Connection& connection, const Table& table, const std::string& column,
                              const std::stop_token& stop)
{
    TableFacts facts;
    const std::string sql = question(connection, table, column);
    if (sql.empty())
        return facts;
    HEADRACE_TRY(const Rows rows,
                 connection.query(sql, fmt::format("The keys of the {} could not be read", table.title()), stop));
    if (rows.empty())
        return facts;
    if (integerOf(rows, 0, 0) >= 0)
        facts.rows = integerOf(rows, 0, 0);
    facts.isIndexed = integerOf(rows, 0, 1) > 0;
    return facts;
}

} // namespace headrace::odbc
