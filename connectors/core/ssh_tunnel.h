// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace headrace {

/// A port of this machine whose connections go through an SSH host, kept by the system's ssh: what ~/.ssh/config,
/// known_hosts and the agent say holds. The host must be known already, and nothing is asked for. It ends with the
/// last one who holds it.
class SshTunnel {
public:
    struct Route {
        std::string sshHost; ///< as `ssh` takes it: a Host of ~/.ssh/config, or user@name
        std::string host;    ///< as seen from there
        int port = 0;

        auto operator<=>(const Route&) const = default;

        /// Fails on what ssh would take for something else: options, sockets, lists of hosts.
        [[nodiscard]] static Result<Route> through(const std::string& sshHost, const std::string& host, int port);
    };

    /// Those who ask for one route at a time share a tunnel. Blocks until it stands; thread-safe.
    [[nodiscard]] static Result<std::shared_ptr<SshTunnel>> open(const Route& route, std::chrono::milliseconds timeout,
                                                                 std::stop_token stop);

    ~SshTunnel();
    SshTunnel(const SshTunnel&) = delete;
    SshTunnel& operator=(const SshTunnel&) = delete;

    /// Of 127.0.0.1.
    [[nodiscard]] int port() const;
    /// False when ssh has ended.
    [[nodiscard]] bool stands() const;
    /// What ssh has said since it began, for messages about a connection through the tunnel that failed: what it says
    /// about that is waited for, half a second at most.
    [[nodiscard]] std::string said() const;
    /// Why the SSH host could not reach the server, when that is what ssh said. `title` names the server.
    [[nodiscard]] static std::optional<Error> failureBehind(const std::string& said, const std::string& title);

private:
    class Child;

    explicit SshTunnel(std::unique_ptr<Child> child);

    std::unique_ptr<Child> m_child;
};

} // namespace headrace
