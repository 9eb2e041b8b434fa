// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/mariadb/maria_connection.h"
#include "connectors/sources/mariadb/maria_reader.h"

#include <fmt/format.h>

namespace headrace {

namespace {

Result<std::string> reachServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const auto target, mariadb::Target::from(options));
    HEADRACE_TRY(auto connection, mariadb::Connection::open(target, stop));
    HEADRACE_TRY(const auto rows, connection.query("SELECT VERSION(), CURRENT_USER(), DATABASE()",
                                                   fmt::format("{} did not say who it is", target.title), stop));
    return fmt::format("{}, version {}: {} as '{}', {}.", target.title, rows.text(0, 0),
                       rows.isNull(0, 2) ? "no database" : fmt::format("database '{}'", rows.text(0, 2)),
                       rows.text(0, 1), connection.tlsMode());
}

} // namespace

ConnectionType mariadbConnection()
{
    ConnectionType type{"mariadb", mariadb::connectionOptions(), reachServer, mariadb::describeColumns};
    type.descriptions = mariadb::describeDatabase;
    return type;
}

ConnectionType mysqlConnection()
{
    ConnectionType type = mariadbConnection();
    type.type = "mysql";
    return type;
}

} // namespace headrace
