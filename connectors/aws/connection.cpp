// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/connection.h"

#include "connectors/core/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace headrace::aws {

namespace {

std::string firstOf(std::initializer_list<std::string> texts)
{
    for (const std::string& text : texts)
        if (!text.empty())
            return text;
    return {};
}

bool isRegion(std::string_view text)
{
    return std::ranges::all_of(
        text, [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; });
}

} // namespace

std::vector<OptionSpec> connectionOptions()
{
    return {
        {.key = "region",
         .label = "Region",
         .help = "The AWS region, as eu-central-1; by default AWS_REGION or the profile's."},
        {.key = "profile",
         .label = "Profile",
         .help = "A profile of ~/.aws/config and ~/.aws/credentials; by default the environment's credentials, then "
                 "AWS_PROFILE, then the profile default."},
        {.key = "endpoint",
         .label = "Endpoint",
         .help = "Address of another server, as http://localhost:4567 of an emulator; by default AWS's own.",
         .advanced = true},
        {.key = "ca_file",
         .type = OptionType::Path,
         .label = "Certificate authority",
         .help = "Certificates by which the server is trusted, instead of the system's.",
         .advanced = true},
        {.key = "timeout",
         .type = OptionType::Duration,
         .label = "Timeout",
         .help = "How long a request may take.",
         .defaultText = "30s",
         .advanced = true,
         .minimum = 0.1,
         .maximum = 600},
    };
}

std::string endpointOf(const std::string& name, const std::string& region, const std::string& profileEndpoint)
{
    std::string variable = "AWS_ENDPOINT_URL_";
    for (const char c : name.substr(name.rfind('.') + 1))
        variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const std::string set = firstOf({environment(variable.c_str()), environment("AWS_ENDPOINT_URL"), profileEndpoint});
    if (!set.empty())
        return set.substr(0, set.find_last_not_of('/') + 1);
    if (region.empty())
        return fmt::format("https://{}.amazonaws.com", name);
    return fmt::format("https://{}.{}.amazonaws.com{}", name, region, region.starts_with("cn-") ? ".cn" : "");
}

Result<std::shared_ptr<Connection>> Connection::from(const Options& options, const std::string& service)
{
    HEADRACE_TRY(const ProfileFiles files, ProfileFiles::load());
    const std::string named = options.text("profile");
    const std::string profile = firstOf({named, environment("AWS_PROFILE"), "default"});
    if (!named.empty() && !files.has(named)) {
        const std::string near = nearest(named, files.names());
        return fail(ErrorCode::Usage,
                    fmt::format("The option 'profile' names '{}', which is in neither ~/.aws/config nor "
                                "~/.aws/credentials{}",
                                named, near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
    }
    const auto& settings = files.profile(profile);
    auto connection = std::make_shared<Connection>();
    connection->m_region = firstOf({options.text("region"), environment("AWS_REGION"),
                                    environment("AWS_DEFAULT_REGION"), valueOf(settings, "region")});
    const std::string endpoint = options.text("endpoint");
    if (connection->m_region.empty() && !endpoint.empty())
        connection->m_region = "us-east-1"; // an emulator has one, whatever it is called
    if (connection->m_region.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The AWS region is not known: set the option 'region', AWS_REGION, or 'region' in the "
                                "profile '{}'.",
                                profile));
    if (!isRegion(connection->m_region))
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' is no AWS region; write it like eu-central-1.", connection->m_region));
    connection->m_url =
        endpoint.empty() ? endpointOf(service, connection->m_region, valueOf(settings, "endpoint_url")) : endpoint;
    if (!connection->m_url.starts_with("https://") && !connection->m_url.starts_with("http://"))
        return fail(ErrorCode::Usage, fmt::format("The option 'endpoint': '{}' is no address like https://host:port.",
                                                  connection->m_url));
    connection->m_caFile =
        firstOf({options.text("ca_file"), environment("AWS_CA_BUNDLE"), valueOf(settings, "ca_bundle")});
    connection->m_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("timeout"));
    connection->m_credentials = std::make_unique<CredentialProvider>(
        CredentialSettings{named, connection->m_region, connection->m_timeout, connection->m_caFile});
    return connection;
}

} // namespace headrace::aws
