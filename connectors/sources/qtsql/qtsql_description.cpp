// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/core/shown_number.h"
#include "connectors/sources/qtsql/qtsql_reader.h"

#include "connectors/core/type_name.h"
#include "connectors/qtsql/table_names.h"
#include "connectors/sources/tables/column_note.h"

#include <arrow/type.h>

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace qtsql {

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    const auto own = selectionOptions("sales.orders");
    options.insert(options.begin() + kPlainOptions, own.begin(), own.end());
    return options;
}

Result<ReadSettings> readSettings(const Options& options)
{
    ReadSettings settings;
    HEADRACE_TRY(settings.target, Target::from(options));
    HEADRACE_TRY(settings.selection, readSelection(options, "qtsql source"));
    return settings;
}

namespace {

Result<std::string> reachServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_CHECK(Connection::open(target, stop));
    return fmt::format("Connected to {} through Qt's driver {}.", target.title(), target.driver);
}

} // namespace

Result<std::string> probeSource(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "qtsql source"));
    HEADRACE_TRY(const ReadSettings settings, readSettings(checked));
    HEADRACE_TRY(const auto reader, openTable(settings, stop));
    return fmt::format("Connected to {} through Qt's driver {}: the {} has {}.", settings.target.title(),
                       settings.target.driver, reader->plan().title,
                       counted(reader->plan().schema->num_fields(), "column"));
}

Result<std::vector<Readable>> describeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(const auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const auto tables, listTables(*connection, stop));
    std::vector<Readable> readables;
    for (const Table& table : tables) {
        Options only = options;
        only.erase("query");
        only.set("table", table.name);
        readables.push_back({table.name, std::move(only), table.isView ? "view" : "table"});
    }
    return readables;
}

namespace {

/// Types in the words of the rows that are read: Qt does not give the server's own.
Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(const auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const Table table, findTable(*connection, options.text("table"), stop));
    HEADRACE_TRY(const auto key, primaryKey(*connection, table, stop));
    HEADRACE_TRY(const auto required, requiredColumns(*connection, table, stop));
    HEADRACE_TRY(const auto found,
                 connection->columnsOf(fmt::format("SELECT * FROM {} WHERE 1 = 0", qualified(*connection, table)),
                                       fmt::format("The columns of the {} could not be listed", table.title()), stop));
    std::vector<ReadableColumn> columns;
    for (const Column& column : found) {
        const auto field = readColumn(column, connection->quoted(column.name), connection->server()).field;
        ColumnFacts facts;
        facts.isKey = std::ranges::find(key, column.name) != key.end();
        facts.isRequired = column.isRequired || std::ranges::find(required, column.name) != required.end();
        columns.push_back({column.name, typeName(*field->type()), columnNote(facts), facts.isKey});
    }
    return columns;
}

} // namespace

} // namespace qtsql

ConnectionType qtsqlConnection()
{
    return {"qtsql", qtsql::connectionOptions(), qtsql::reachServer, qtsql::describeColumns};
}

} // namespace headrace
