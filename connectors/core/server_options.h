// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <chrono>
#include <string>
#include <vector>

namespace headrace {

// Options that database servers have in common. Each server's own text is a whole sentence or the end of one.

/// sslmode with these choices, sslrootcert, sslcert and sslkey. `trusted`: what counts without sslrootcert, as in "the
/// system's".
[[nodiscard]] std::vector<OptionSpec> tlsOptions(std::vector<std::string> modes, const std::string& trusted);

/// connect_timeout, 15 s without one, and statement_timeout, none without one.
[[nodiscard]] std::vector<OptionSpec> timeoutOptions(std::string connectHelp, std::string statementHelp);

/// The same, and application_name, which the server shows in `shownIn`.
[[nodiscard]] std::vector<OptionSpec> sessionOptions(const std::string& shownIn);

struct ServerTimeouts {
    std::chrono::milliseconds connect{};
    std::chrono::milliseconds statement{}; ///< 0: none of ours
};
/// Also of options that were not checked: 15 s and none then.
[[nodiscard]] ServerTimeouts timeoutsOf(const Options& options);

} // namespace headrace
