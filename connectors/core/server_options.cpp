// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/server_options.h"

#include <fmt/format.h>

#include <utility>

namespace headrace {

std::vector<OptionSpec> tlsOptions(std::vector<std::string> modes, const std::string& trusted)
{
    return {
        {.key = "sslmode",
         .type = OptionType::Choice,
         .label = "TLS",
         .help =
             "verify-full checks that the server's certificate is trusted and made for this host. It is the default "
             "but for servers on this machine, where TLS is used when the server offers it.",
         .advanced = true,
         .choices = std::move(modes)},
        {.key = "sslrootcert",
         .type = OptionType::Path,
         .label = "Trusted certificates",
         .help = fmt::format("File with the certificates to trust; {} without one.", trusted),
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
    };
}

std::vector<OptionSpec> timeoutOptions(std::string connectHelp, std::string statementHelp)
{
    return {
        {.key = "connect_timeout",
         .type = OptionType::Duration,
         .label = "Connect timeout",
         .help = std::move(connectHelp),
         .defaultText = "15s",
         .advanced = true,
         .minimum = 2,
         .maximum = 3'600},
        {.key = "statement_timeout",
         .type = OptionType::Duration,
         .label = "Statement timeout",
         .help = std::move(statementHelp),
         .defaultText = "0s",
         .advanced = true},
    };
}

std::vector<OptionSpec> sessionOptions(const std::string& shownIn)
{
    auto options =
        timeoutOptions("How long to wait for the server to answer.",
                       "The server ends a statement that takes longer; 0s leaves it to the server's setting.");
    options.push_back({.key = "application_name",
                       .label = "Application name",
                       .help = fmt::format("How the connection is called in {}.", shownIn),
                       .defaultText = "headrace",
                       .advanced = true});
    return options;
}

ServerTimeouts timeoutsOf(const Options& options)
{
    const auto milliseconds = [&options](const char* name) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(options.duration(name));
    };
    return {options.has("connect_timeout") ? milliseconds("connect_timeout") : std::chrono::seconds{15},
            milliseconds("statement_timeout")};
}

} // namespace headrace
