// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/mariadb/maria_target.h"

#include <string>
#include <string_view>

namespace headrace::mariadb {

/// What the library or the server said of a failure.
struct Failure {
    unsigned number = 0; ///< of the server (1000 …) or of the library (2000 …)
    std::string state;   ///< SQLSTATE
    std::string text;
};

/// The failure of a statement. `what` opens the sentence: "The table 'x' could not be read". The server's own message
/// follows, and goes with its number into Error::detail, whose code is chosen by the number.
[[nodiscard]] Error statementError(std::string_view what, const Failure& failure);

/// Why a connection was not made: the name, the address, TLS, the password, the database. Never holds the password.
/// `tunnelSaid` is what ssh said where the server is behind an SSH host.
[[nodiscard]] Error connectError(const Target& target, const Failure& failure, const std::string& tunnelSaid = {});

} // namespace headrace::mariadb
