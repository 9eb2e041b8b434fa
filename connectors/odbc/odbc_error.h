// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/odbc/odbc_target.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace::odbc {

/// One of the things that the driver manager or a driver says of a call.
struct Diagnostic {
    std::string state; ///< SQLSTATE
    long number = 0;   ///< the server's own
    std::string text;  ///< without the names of the parts that pass it on
};

/// `kind` is SQL_HANDLE_STMT or another of these.
[[nodiscard]] std::vector<Diagnostic> diagnosticsOf(short kind, void* handle);

/// `cause` follows the colon: "it offers no TLS."
[[nodiscard]] Error unreachable(const Target& target, ErrorCode code, std::string_view cause);
[[nodiscard]] Error connectError(const Target& target, const std::vector<Diagnostic>& diagnostics);
/// `what` opens the sentence: "The table 'x' could not be read".
[[nodiscard]] Error statementError(std::string_view what, const std::vector<Diagnostic>& diagnostics);

/// Whether the connection is gone.
[[nodiscard]] bool isConnectionLost(const std::vector<Diagnostic>& diagnostics);

} // namespace headrace::odbc
