// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>

struct pg_conn;
struct pg_result;

namespace headrace::postgres {

/// The failure of a statement. `what` opens the sentence: "The table 'x' could not be read". The server's own message
/// follows, and goes with its details into Error::detail. The code is chosen by the SQLSTATE.
[[nodiscard]] Error statementError(std::string_view what, const pg_conn* connection, const pg_result* result);

/// Why a connection was not made: the name, the address, TLS, the password, the database. Never holds the password.
[[nodiscard]] Error connectError(const std::string& title, const pg_conn* connection, const std::string& tunnelSaid);

/// SQLSTATE of the failure, "" when the connection itself broke.
[[nodiscard]] std::string sqlState(const pg_result* result);

} // namespace headrace::postgres
