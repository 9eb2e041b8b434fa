// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_target.h"

#include "connectors/core/server_options.h"
#include "connectors/core/ssh_hosts.h"

namespace headrace::mariadb {

std::vector<OptionSpec> connectionOptions()
{
    std::vector<OptionSpec> options{
        {.key = "host",
         .label = "Host",
         .help = "Name or address of the server. Without one, or with localhost and no port, its socket is used."},
        {.key = "port",
         .type = OptionType::Integer,
         .label = "Port",
         .help = "TCP port of the server; 3306 without one.",
         .minimum = 1,
         .maximum = 65'535},
        {.key = "database", .label = "Database", .help = "Name of the database."},
        {.key = "user", .label = "User", .help = "Name to log in with; that of the operating system without one."},
        {.key = "password",
         .label = "Password",
         .help = "Better left to ~/.my.cnf, which is read when this is empty.",
         .secret = true},
        {.key = "uri",
         .label = "URI",
         .help = "mysql://user@host:3306/database?sslmode=…, instead of the fields above or before them.",
         .advanced = true,
         .secret = true},
        {.key = "socket",
         .type = OptionType::Path,
         .label = "Socket",
         .help = "The server's socket on this machine; /run/mysqld/mysqld.sock without host and port.",
         .advanced = true},
        {.key = "defaults_file",
         .type = OptionType::Path,
         .label = "Option file",
         .help = "Its sections [client] and [headrace] give what the fields leave open: host, port, socket, protocol, "
                 "user, password, database, ssl-ca, ssl-cert, ssl-key, ssl-verify-server-cert, skip-ssl. It is read as "
                 "MariaDB's own programs do: a # ends the line but within quotes. /dev/null for none.",
         .defaultText = "~/.my.cnf",
         .advanced = true},
        sshHostOption(
            "The name in the server's certificate cannot be checked then, only with a host of localhost it need "
            "not be."),
    };
    const auto tls = tlsOptions({"disable", "prefer", "require", "verify-full"}, "the system's");
    const auto session = sessionOptions("performance_schema.session_connect_attrs");
    options.insert(options.end(), tls.begin(), tls.end());
    options.insert(options.end(), session.begin(), session.end());
    return options;
}

} // namespace headrace::mariadb
