// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/ssh_tunnel.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace::postgres {

/// Where to connect, and how. What the options leave open libpq takes from the URI, the environment (PGHOST …),
/// pg_service.conf and ~/.pgpass.
struct Target {
    std::map<std::string, std::string> parameters; ///< libpq's connection keywords; holds secrets
    std::chrono::milliseconds statementTimeout{};  ///< 0: the server's own
    std::optional<SshTunnel::Route> tunnel;        ///< the way to the server, where it is not straight
    std::string title;                             ///< "PostgreSQL at db.example.org:5432", for messages

    /// Fails on an URI that libpq does not understand, without showing it.
    [[nodiscard]] static Result<Target> from(const Options& options);
};

/// The options that Target::from() reads; `statement_timeout` is among them.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

} // namespace headrace::postgres
