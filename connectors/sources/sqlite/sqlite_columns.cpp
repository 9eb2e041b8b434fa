// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/sources/sqlite/sqlite_database.h"
#include "connectors/sources/tables/column_note.h"

#include <fmt/format.h>

#include <sqlite3.h>

namespace headrace {

namespace {

std::string textOf(const sqlite::Statement& statement, int column)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
    return text == nullptr ? "" : text;
}

/// A SELECT of name, declared type, place in the primary key, whether NULL is refused, the table that a foreign key
/// refers to, and whether an index over all rows has this column alone; without the hidden columns of virtual tables.
std::string columnsOf(const std::string& table)
{
    return fmt::format(
        "SELECT c.name, c.type, c.pk, c.\"notnull\", (SELECT f.\"table\" FROM pragma_foreign_key_list({0}) AS f WHERE "
        "f.\"from\" = c.name COLLATE NOCASE LIMIT 1), EXISTS (SELECT 1 FROM pragma_index_list({0}) AS l WHERE "
        "l.\"unique\" = 1 AND l.partial = 0 AND (SELECT count(*) FROM pragma_index_info(l.name)) = 1 AND (SELECT "
        "i.name FROM pragma_index_info(l.name) AS i) = c.name COLLATE NOCASE) FROM pragma_table_xinfo({0}) AS c WHERE "
        "c.hidden <> 1 ORDER BY c.cid",
        sqlLiteral(table));
}

} // namespace

Result<std::vector<ReadableColumn>> sqliteColumns(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(auto database, sqlite::Database::open(options.text("path"), std::chrono::seconds{5}));
    const std::stop_callback interrupt(stop, [&database] { sqlite3_interrupt(database.handle()); });
    HEADRACE_TRY(const sqlite::TableInfo table, database.table(options.text("table")));
    HEADRACE_TRY(const auto rows,
                 database.prepare(columnsOf(table.name),
                                  fmt::format("The columns of the table '{}' cannot be listed", table.name)));
    std::vector<ReadableColumn> columns;
    while (true) {
        HEADRACE_TRY(const bool isRow, database.step(rows));
        if (!isRow)
            return columns;
        const ColumnFacts facts{sqlite3_column_int(rows.get(), 2) > 0, sqlite3_column_int(rows.get(), 5) != 0,
                                sqlite3_column_int(rows.get(), 3) != 0, textOf(rows, 4)};
        columns.push_back({textOf(rows, 0), textOf(rows, 1), columnNote(facts), facts.isKey});
    }
}

} // namespace headrace
