// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/odbc/odbc_reader.h"
#include "connectors/sources/tables/table_access.h"

namespace headrace {

SourceType odbcSource()
{
    SourceType source;
    source.type = "odbc";
    source.label = "ODBC";
    source.group = "Databases";
    source.help = "A table, view or query of any database that has an ODBC driver, whole or what is new since the last "
                  "run.";
    source.options = odbc::sourceOptions();
    readThroughTables(source, accessBy(odbc::readSettings, odbc::openTable), "odbc source");
    source.probe = odbc::probeSource;
    source.describe = odbc::describeServer;
    return source;
}

} // namespace headrace
