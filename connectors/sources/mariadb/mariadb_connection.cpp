// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/mariadb/maria_target.h"
#include "connectors/sources/tables/table_position.h"

namespace headrace {

namespace {

ConnectionType connectionNamed(const char* type)
{
    ConnectionType connection{type, mariadb::connectionOptions()};
    connection.cursorAt = tableCursorAt;
    connection.lateRows = tableLateRows;
    return connection;
}

} // namespace

ConnectionType mariadbConnection()
{
    return connectionNamed("mariadb");
}

ConnectionType mysqlConnection()
{
    return connectionNamed("mysql");
}

} // namespace headrace
