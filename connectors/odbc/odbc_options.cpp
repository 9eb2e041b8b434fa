// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/odbc_target.h"

#include "connectors/core/server_options.h"
#include "connectors/odbc/driver_list.h"

namespace headrace::odbc {

std::vector<OptionSpec> connectionOptions()
{
    std::vector<OptionSpec> options{
        {.key = "dsn",
         .label = "Data source",
         .help = "Name of a data source in ~/.odbc.ini or /etc/odbc.ini, which says the driver and the server. What is "
                 "set below goes before it.",
         .findChoices = [] { return namesOf(dataSources()); }},
        {.key = "driver",
         .label = "Driver",
         .help = "Instead of a data source: name of a driver in /etc/odbcinst.ini, or the path of its library.",
         .findChoices = [] { return namesOf(installedDrivers()); }},
        {.key = "server", .label = "Server", .help = "Name or address of the server, where the driver wants one."},
        {.key = "port",
         .type = OptionType::Integer,
         .label = "Port",
         .help = "TCP port of the server; the driver's own without one.",
         .minimum = 1,
         .maximum = 65'535},
        {.key = "database",
         .label = "Database",
         .help = "Name of the database; the path of its file for drivers of files, such as SQLite's."},
        {.key = "user", .label = "User", .help = "Name to log in with."},
        {.key = "password", .label = "Password", .help = "Password of this user.", .secret = true},
        {.key = "connection_string",
         .label = "Connection string",
         .help = "Driver={…};Server=…;Database=… as the driver's manual has it, without a password; fields that are "
                 "set go before it.",
         .advanced = true},
        {.key = "attributes",
         .type = OptionType::Map,
         .label = "Driver settings",
         .help =
             "More keywords of the driver, such as ReadOnly: 1 for PostgreSQL. What they say of TLS goes before the "
             "default.",
         .advanced = true},
        {.key = "sslmode",
         .type = OptionType::Choice,
         .label = "TLS",
         .help =
             "verify-full checks that the server's certificate is trusted and made for this host. It is the default "
             "with the drivers of PostgreSQL and MariaDB, but for servers on this machine and where the driver's "
             "own settings say otherwise. A server off this machine that says it is not encrypted is left, unless "
             "this is disable or prefer.",
         .advanced = true,
         .choices = {"disable", "prefer", "require", "verify-full"}},
        {.key = "sslrootcert",
         .type = OptionType::Path,
         .label = "Trusted certificates",
         .help = "File with the certificates to trust; the system's without one.",
         .advanced = true},
        {.key = "dialect",
         .type = OptionType::Choice,
         .label = "SQL dialect",
         .help = "How SQL is written and values are read; auto goes by what the driver says of its server.",
         .defaultText = "auto",
         .advanced = true,
         .choices = {"auto", "standard", "postgresql", "mysql", "sqlite"}},
    };
    const auto timeouts =
        timeoutOptions("How long the driver may wait for the server to answer, where it can be told.",
                       "A statement that takes longer ends, where the driver can do that; 0s is no limit.");
    options.insert(options.end(), timeouts.begin(), timeouts.end());
    return options;
}

} // namespace headrace::odbc
