// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <string>
#include <vector>

namespace headrace {

/// How a schema registry is reached.
struct RegistrySettings {
    std::string url; ///< empty: there is none
    std::string user;
    std::string password;
    std::string caFile; ///< empty: the system's authorities
};

/// The option 'registry' with the help text, and those that it needs.
[[nodiscard]] std::vector<OptionSpec> registryOptions(std::string help);

/// `options` are checked against specs that hold registryOptions().
[[nodiscard]] RegistrySettings registrySettings(const Options& options);

/// The text of a schema that an option holds, or that of the file which it names. `option` is for the error.
[[nodiscard]] Result<std::string> schemaText(const std::string& given, const std::string& option);

} // namespace headrace
