// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/qtsql/qtsql_reader.h"
#include "connectors/sources/tables/table_access.h"

namespace headrace {

SourceType qtsqlSource()
{
    SourceType source;
    source.type = "qtsql";
    source.label = "Qt SQL driver";
    source.group = "Databases";
    source.help =
        "A table, view or query of a database that Qt has a driver for, such as Firebird, whole or what is new since "
        "the last run. PostgreSQL, MariaDB and SQLite have faster connectors of their own.";
    source.options = qtsql::sourceOptions();
    readThroughTables(source, accessBy(qtsql::readSettings, qtsql::openTable), "qtsql source");
    source.probe = qtsql::probeSource;
    source.describe = qtsql::describeServer;
    return source;
}

} // namespace headrace
