// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_connection.h"

#include <stop_token>
#include <string>

namespace headrace::odbc {

/// How the way to the server is protected, by what the server says of the session: "TLSv1.3, certificate verified,
/// TLS_AES_256_GCM_SHA384", "not encrypted". ODBC has no question for it: "" for a file, and a server that is not known
/// is said to be so.
[[nodiscard]] std::string tlsMode(Connection& connection, const std::stop_token& stop);

/// Fails when the way had to be protected and is not.
[[nodiscard]] Status checkTls(Connection& connection, const std::stop_token& stop);

} // namespace headrace::odbc
