// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/registry/registry_settings.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace headrace {

std::vector<OptionSpec> registryOptions(std::string help)
{
    return {
        {.key = "registry", .label = "Schema registry", .help = std::move(help)},
        {.key = "registry_user",
         .label = "Registry user",
         .help = "Name for the schema registry, where it asks for one.",
         .advanced = true},
        {.key = "registry_password",
         .label = "Registry password",
         .help = "Password for the schema registry.",
         .advanced = true,
         .secret = true},
        {.key = "registry_ca_file",
         .type = OptionType::Path,
         .label = "Registry CA file",
         .help = "Certificates that are trusted for the schema registry in place of the system's.",
         .advanced = true},
    };
}

RegistrySettings registrySettings(const Options& options)
{
    return {options.text("registry"), options.text("registry_user"), options.text("registry_password"),
            options.text("registry_ca_file")};
}

Result<std::string> schemaText(const std::string& given, const std::string& option)
{
    if (given.find_first_of("{[\"") != std::string::npos)
        return given;
    std::ifstream file(given);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file || text.empty())
        return fail(ErrorCode::NotFound,
                    fmt::format("The file '{}', which the option '{}' names, cannot be read.", given, option));
    return text;
}

} // namespace headrace
