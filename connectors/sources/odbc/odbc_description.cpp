// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/core/shown_number.h"
#include "connectors/sources/odbc/odbc_reader.h"

#include "connectors/odbc/odbc_connection.h"
#include "connectors/odbc/table_name.h"
#include "connectors/odbc/tls_mode.h"

#include <fmt/format.h>

namespace headrace {

namespace odbc {

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    const auto own = selectionOptions("shop.orders");
    options.insert(options.begin() + kPlainOptions, own.begin(), own.end());
    return options;
}

Result<ReadSettings> readSettings(const Options& options)
{
    ReadSettings settings;
    HEADRACE_TRY(settings.target, Target::from(options, false));
    HEADRACE_TRY(settings.selection, readSelection(options, "odbc source"));
    return settings;
}

namespace {

/// "PostgreSQL 15.18 through psqlodbcw.so 13.02.0000 (TLSv1.3, certificate verified, AES…)"
std::string serverText(Connection& connection, const std::stop_token& stop)
{
    const std::string mode = tlsMode(connection, stop);
    return fmt::format("{} through {}{}", connection.facts().product, connection.facts().driver,
                       mode.empty() ? "" : fmt::format(" ({})", mode));
}

Result<std::string> reachServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options, false));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    return serverText(connection, stop) + '.';
}

} // namespace

Result<std::string> probeSource(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "odbc source"));
    HEADRACE_TRY(const ReadSettings settings, readSettings(checked));
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    HEADRACE_TRY(const auto reader, openTable(settings, stop));
    return fmt::format("{}: the {} has {}.", serverText(connection, stop), reader->plan().title,
                       counted(reader->plan().schema->num_fields(), "column"));
}

Result<std::vector<Readable>> describeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options, false));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_TRY(const auto tables, listTables(connection, stop));
    std::map<std::string, std::string> described; // where no folder will be unfolded
    if (!connection.facts().usesSchemas && !connection.facts().usesCatalogs) {
        HEADRACE_TRY(described, estimates(connection, "", stop));
    }
    std::vector<Readable> readables;
    for (const Table& table : tables) {
        Options only = options;
        only.erase("query");
        only.set("table", qualified(connection, table));
        const auto found = described.find(table.fullName());
        readables.push_back({table.fullName(), std::move(only),
                             found != described.end() ? found->second
                             : table.isView           ? "view"
                                                      : "table"});
    }
    return readables;
}

} // namespace odbc

ConnectionType odbcConnection()
{
    ConnectionType type{"odbc", odbc::connectionOptions(), odbc::reachServer, odbc::describeColumns};
    type.descriptions = odbc::describeFolder;
    return type;
}

} // namespace headrace
