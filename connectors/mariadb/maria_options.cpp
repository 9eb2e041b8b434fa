// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_target.h"

#include "connectors/core/ssh_hosts.h"

namespace headrace::mariadb {

std::vector<OptionSpec> connectionOptions()
{
    return {
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
        {.key = "sslmode",
         .type = OptionType::Choice,
         .label = "TLS",
         .help =
             "verify-full checks that the server's certificate is trusted and made for this host. It is the default "
             "but for servers on this machine, where TLS is used when the server offers it.",
         .advanced = true,
         .choices = {"disable", "prefer", "require", "verify-full"}},
        {.key = "sslrootcert",
         .type = OptionType::Path,
         .label = "Trusted certificates",
         .help = "File with the certificates to trust; the system's without one.",
         .advanced = true},
        {.key = "sslcert",
         .type = OptionType::Path,
         .label = "Own certificate",
         .help = "File with the certificate to log in with.",
         .advanced = true},
        {.key = "sslkey",
         .type = OptionType::Path,
         .label = "Own key",
         .help = "File with the certificate's key.",
         .advanced = true},
        {.key = "connect_timeout",
         .type = OptionType::Duration,
         .label = "Connect timeout",
         .help = "How long to wait for the server to answer.",
         .defaultText = "15s",
         .advanced = true,
         .minimum = 2,
         .maximum = 3'600},
        {.key = "statement_timeout",
         .type = OptionType::Duration,
         .label = "Statement timeout",
         .help = "The server ends a statement that takes longer; 0s leaves it to the server's setting.",
         .defaultText = "0s",
         .advanced = true},
        {.key = "application_name",
         .label = "Application name",
         .help = "How the connection is called in performance_schema.session_connect_attrs.",
         .defaultText = "headrace",
         .advanced = true},
    };
}

} // namespace headrace::mariadb
