// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/ssh_tunnel.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace headrace::mariadb {

enum class Tls { Disable, Prefer, Require, Verify };

/// Where to connect, and how. Holds secrets.
struct Target {
    std::string host; ///< "" with a socket
    int port = 0;
    std::string socket; ///< "" with a host
    std::string user;
    std::string password;
    std::string database;
    Tls tls = Tls::Prefer;
    std::optional<SshTunnel::Route> tunnel; ///< the way to the server, where it is not straight
    std::string caFile;                     ///< "": what the system trusts
    std::string certificateFile;
    std::string keyFile;
    std::string applicationName;
    std::chrono::milliseconds connectTimeout{};
    std::chrono::milliseconds statementTimeout{}; ///< 0: the server's own
    std::string title;                            ///< "MariaDB at db.example.org:3306", for messages

    /// From the options, then the URI, then the option file, then what the command line client takes. Fails on an URI
    /// that is none, without showing it.
    [[nodiscard]] static Result<Target> from(const Options& options);
};

/// The options that Target::from() reads.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

} // namespace headrace::mariadb
