// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"

#include <string>
#include <vector>

namespace headrace {

/// The names behind `Host` in an SSH configuration and in those that it includes, in their order, without patterns.
[[nodiscard]] std::vector<std::string> sshHosts(const std::string& file);

/// The option `ssh` of a server that is reached through an SSH host; those of ~/.ssh/config are suggested. `more` ends
/// its help.
[[nodiscard]] OptionSpec sshHostOption(const std::string& more);

} // namespace headrace
