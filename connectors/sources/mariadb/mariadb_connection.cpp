// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/mariadb/maria_target.h"

namespace headrace {

ConnectionType mariadbConnection()
{
    return {"mariadb", mariadb::connectionOptions()};
}

ConnectionType mysqlConnection()
{
    return {"mysql", mariadb::connectionOptions()};
}

} // namespace headrace
