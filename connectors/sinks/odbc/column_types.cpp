// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/odbc/column_types.h"

namespace headrace::odbc {

Result<std::unique_ptr<ColumnTypes>> columnTypes(Connection& connection, const std::stop_token& stop)
{
    switch (connection.facts().dialect) {
    case Dialect::PostgreSql:
        return postgresTypes(connection);
    case Dialect::MySql:
        return mysqlTypes(connection);
    case Dialect::Sqlite:
        return sqliteTypes(connection);
    case Dialect::Standard:
        break;
    }
    return standardTypes(connection, stop);
}

} // namespace headrace::odbc
