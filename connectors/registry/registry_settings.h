// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <chrono>
#include <string>
#include <vector>

namespace headrace {

/// How a schema registry is reached.
struct RegistrySettings {
    std::string url; ///< or several with commas between, of one registry's servers; empty: there is none
    std::string user;
    std::string password;
    std::string caFile;                        ///< empty: the system's authorities
    std::string token = {};                    ///< in place of user and password
    std::chrono::milliseconds timeout{15'000}; ///< of one request
};

/// The option 'registry' with the help text, and those that it needs.
[[nodiscard]] std::vector<OptionSpec> registryOptions(std::string help);

/// `options` are checked against specs that hold registryOptions().
[[nodiscard]] RegistrySettings registrySettings(const Options& options);

/// Whether an option's text is a schema, not the path of one.
[[nodiscard]] bool isSchemaText(const std::string& given);

/// The text of a schema that an option holds, or that of the file which it names. `option` is for the error.
[[nodiscard]] Result<std::string> schemaText(const std::string& given, const std::string& option);

} // namespace headrace
