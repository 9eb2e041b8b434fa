// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/mariadb/maria_reader.h"
#include "connectors/sources/tables/table_access.h"

namespace headrace {

namespace {

SourceType sourceNamed(const char* type, const char* label)
{
    SourceType source;
    source.type = type;
    source.label = label;
    source.group = "Databases";
    source.help = "A table, view or query of a MariaDB or MySQL database, whole or what is new since the last run, "
                  "read from one snapshot.";
    source.options = mariadb::sourceOptions();
    readThroughTables(source, accessBy(mariadb::readSettings, mariadb::openTable), "mariadb source");
    source.probe = mariadb::probeSource;
    source.describe = mariadb::describeServer;
    return source;
}

} // namespace

SourceType mariadbSource()
{
    return sourceNamed("mariadb", "MariaDB");
}

SourceType mysqlSource()
{
    return sourceNamed("mysql", "MySQL");
}

} // namespace headrace
