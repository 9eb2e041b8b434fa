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
        {.key = "registry_token",
         .label = "Registry token",
         .help = "A bearer token for the schema registry, in place of a user and a password.",
         .advanced = true,
         .secret = true},
        {.key = "registry_timeout",
         .type = OptionType::Duration,
         .label = "Registry time limit",
         .help = "How long a server of the schema registry may take for an answer before the next one is asked.",
         .defaultText = "15s",
         .advanced = true,
         .minimum = 0.1,
         .maximum = 600},
        {.key = "registry_ca_file",
         .type = OptionType::Path,
         .label = "Registry CA file",
         .help = "Certificates that are trusted for the schema registry in place of the system's.",
         .advanced = true},
    };
}

RegistrySettings registrySettings(const Options& options)
{
    RegistrySettings settings;
    settings.url = options.text("registry");
    settings.user = options.text("registry_user");
    settings.password = options.text("registry_password");
    settings.caFile = options.text("registry_ca_file");
    settings.token = options.text("registry_token");
    settings.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("registry_timeout"));
    return settings;
}

bool isSchemaText(const std::string& given)
{
    const auto first = given.find_first_not_of(" \t\r\n");
    return first != std::string::npos && std::string_view("{[\"").find(given[first]) != std::string_view::npos;
}

Result<std::string> schemaText(const std::string& given, const std::string& option)
{
    if (isSchemaText(given))
        return given;
    std::ifstream file(given);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file || text.empty())
        return fail(ErrorCode::NotFound,
                    fmt::format("The file '{}', which the option '{}' names, cannot be read.", given, option));
    return text;
}

} // namespace headrace
