// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/postgres/pg_connection.h"
#include "connectors/sources/tables/column_note.h"

#include <fmt/format.h>

namespace headrace {

namespace {

using namespace postgres;

Result<std::string> reachServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const Rows rows, connection.query("SELECT pg_catalog.current_database(), current_user, "
                                                   "pg_catalog.current_setting('server_version')",
                                                   {}, fmt::format("{} did not say who it is", target.title), stop));
    return fmt::format("{}, version {}: database '{}' as '{}', {}.", target.title, rows.text(0, 2), rows.text(0, 0),
                       rows.text(0, 1), connection.tlsMode());
}

Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    const std::string table = options.text("table");
    HEADRACE_TRY(
        const Rows rows,
        connection.query(
            "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, EXISTS (SELECT FROM "
            "pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)), "
            "(SELECT c.confrelid::pg_catalog.regclass FROM pg_catalog.pg_constraint c WHERE c.conrelid = a.attrelid "
            "AND c.contype = 'f' AND a.attnum = ANY (c.conkey) LIMIT 1), EXISTS (SELECT FROM pg_catalog.pg_index i "
            "WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND "
            "i.indpred IS NULL) FROM pg_catalog.pg_attribute a WHERE "
            "a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            {table}, fmt::format("The columns of '{}' could not be listed", table), stop));
    if (rows.size() == 0) { // or a table without columns
        const std::string what = fmt::format("The table '{}' could not be looked up", table);
        HEADRACE_TRY(const Rows found, connection.query("SELECT pg_catalog.to_regclass($1)", {table}, what, stop));
        if (found.isNull(0, 0))
            return fail(ErrorCode::NotFound, fmt::format("There is no table or view '{}' in {}.", table, target.title));
    }
    std::vector<ReadableColumn> columns;
    for (int row = 0; row < rows.size(); ++row) {
        const ColumnFacts facts{rows.boolean(row, 3), rows.boolean(row, 5), rows.boolean(row, 2),
                                rows.isNull(row, 4) ? "" : rows.text(row, 4)};
        columns.push_back({rows.text(row, 0), rows.text(row, 1), columnNote(facts), facts.isKey});
    }
    return columns;
}

} // namespace

ConnectionType postgresConnection()
{
    return {"postgres", connectionOptions(), reachServer, describeColumns};
}

} // namespace headrace
