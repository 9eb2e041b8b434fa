// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mariadb/maria_reader.h"

#include "connectors/core/shown_number.h"
#include "connectors/mariadb/maria_connection.h"
#include "connectors/sources/mariadb/table_name.h"
#include "connectors/sources/tables/column_note.h"

#include <fmt/format.h>

namespace headrace::mariadb {

namespace {

constexpr const char* kOthers = "('information_schema', 'mysql', 'performance_schema', 'sys')";

} // namespace

Result<std::vector<Readable>> describeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const Rows rows,
                 connection.query(fmt::format("SELECT table_schema, table_name, table_type FROM "
                                              "information_schema.tables WHERE table_schema NOT IN {} ORDER BY 1, 2",
                                              kOthers),
                                  fmt::format("The tables of {} could not be listed", target.title), stop));
    std::vector<Readable> readables;
    readables.reserve(rows.size());
    Options only = options;
    only.erase("query");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        only.set("table", quoted(rows.text(row, 0)) + '.' + quoted(rows.text(row, 1)));
        readables.push_back(
            {rows.text(row, 0) + '.' + rows.text(row, 1), only, rows.text(row, 2) == "VIEW" ? "view" : "table"});
    }
    return readables;
}

Result<std::map<std::string, std::string>> describeDatabase(const Options& options, const std::string& database,
                                                            std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(
        const Rows rows,
        connection.query(fmt::format("SELECT table_name, table_rows, data_length + index_length FROM "
                                     "information_schema.tables WHERE table_schema = {} AND table_type <> 'VIEW'",
                                     literal(database)),
                         fmt::format("The tables of the database '{}' could not be described", database), stop));
    std::map<std::string, std::string> descriptions;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (!rows.isNull(row, 1))
            descriptions[database + '.' + rows.text(row, 0)] = fmt::format(
                "table, about {}, {}", counted(rows.integer(row, 1), "row"), shownSize(rows.integer(row, 2)));
    return descriptions;
}

Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const Table table, findTable(connection, options.text("table"), stop));
    // Only names that stand there as they are spare the server all other tables.
    HEADRACE_TRY(
        const Rows rows,
        connection.query(
            fmt::format("SELECT c.column_name, c.column_type, c.column_key = 'PRI', c.is_nullable = 'NO', (SELECT "
                        "CONCAT(k.referenced_table_schema, '.', k.referenced_table_name) FROM "
                        "information_schema.key_column_usage k WHERE k.table_schema = {0} AND k.table_name = {1} AND "
                        "k.column_name = c.column_name AND k.referenced_table_name IS NOT NULL LIMIT 1), "
                        "c.column_key = 'UNI' FROM "
                        "information_schema.columns c WHERE c.table_schema = {0} AND c.table_name = {1} ORDER BY "
                        "c.ordinal_position",
                        literal(table.database), literal(table.name)),
            fmt::format("The columns of the {} could not be listed", table.title()), stop));
    std::vector<ReadableColumn> columns;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const ColumnFacts facts{rows.integer(row, 2) != 0, rows.integer(row, 5) != 0, rows.integer(row, 3) != 0,
                                rows.text(row, 4)};
        columns.push_back({rows.text(row, 0), rows.text(row, 1), columnNote(facts), facts.isKey});
    }
    return columns;
}

} // namespace headrace::mariadb
