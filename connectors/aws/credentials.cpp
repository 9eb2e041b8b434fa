// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/credentials.h"

#include "connectors/aws/token_services.h"
#include "connectors/core/environment.h"
#include "connectors/core/options.h"

#include <fmt/format.h>

namespace headrace::aws {

namespace {

/// How long before their end credentials are renewed.
constexpr std::chrono::minutes kMargin{2};

std::optional<Credentials> ofEnvironment()
{
    Credentials found;
    found.accessKey = environment("AWS_ACCESS_KEY_ID");
    found.secretKey = environment("AWS_SECRET_ACCESS_KEY");
    found.sessionToken = environment("AWS_SESSION_TOKEN");
    found.origin = "the environment";
    if (found.accessKey.empty() || found.secretKey.empty())
        return std::nullopt;
    return found;
}

Error noProfile(const ProfileFiles& files, const std::string& name)
{
    const std::string near = nearest(name, files.names());
    return {ErrorCode::NotFound,
            fmt::format("There is no profile '{}' in ~/.aws/config or ~/.aws/credentials{}", name,
                        near.empty() ? "; 'aws configure' makes one." : fmt::format("; did you mean '{}'?", near)),
            {},
            std::nullopt};
}

std::string profileName(const CredentialSettings& settings)
{
    for (const std::string& name : {settings.profile, environment("AWS_PROFILE"), environment("AWS_DEFAULT_PROFILE")})
        if (!name.empty())
            return name;
    return "default";
}

} // namespace

CredentialProvider::CredentialProvider(CredentialSettings settings)
    : m_settings(std::move(settings))
    , m_http(m_settings.timeout, m_settings.caFile, kHttpAdvice)
{
}

Result<Credentials> CredentialProvider::get(const std::stop_token& stop)
{
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::system_clock::now();
    if (!m_current || (m_current->expires && *m_current->expires - now < kMargin)) {
        HEADRACE_TRY(m_current, find(stop));
    }
    return *m_current;
}

void CredentialProvider::forget()
{
    const std::lock_guard lock(m_mutex);
    m_current.reset();
}

Result<Credentials> CredentialProvider::find(const std::stop_token& stop)
{
    if (m_settings.profile.empty())
        if (auto found = ofEnvironment())
            return *std::move(found);
    HEADRACE_TRY(const ProfileFiles files, ProfileFiles::load());
    const std::string name = profileName(m_settings);
    const bool isNamed = name != "default";
    if (isNamed && !files.has(name))
        return fail(noProfile(files, name));
    if (m_settings.profile.empty() && !environment("AWS_WEB_IDENTITY_TOKEN_FILE").empty()) {
        const RoleRequest role{
            environment("AWS_ROLE_ARN"), environment("AWS_ROLE_SESSION_NAME"), {}, {}, m_settings.region};
        return assumeRoleWithWebIdentity(m_http, role, environment("AWS_WEB_IDENTITY_TOKEN_FILE"), stop);
    }
    std::set<std::string> seen;
    HEADRACE_TRY(auto found, ofProfile(files, name, seen, stop));
    if (found)
        return *std::move(found);
    HEADRACE_TRY(found, hostCredentials(stop));
    if (found)
        return *std::move(found);
    return fail(ErrorCode::Permission,
                fmt::format("There are no AWS credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the "
                            "environment, nor keys, a role or single sign-on in the profile '{}'. Set them, or run "
                            "'aws configure'.",
                            name));
}

Result<std::optional<Credentials>> CredentialProvider::ofProfile(const ProfileFiles& files, const std::string& name,
                                                                 std::set<std::string>& seen,
                                                                 const std::stop_token& stop)
{
    const auto& profile = files.profile(name);
    const bool isSeen = !seen.insert(name).second;
    if (!valueOf(profile, "role_arn").empty() && !isSeen) {
        HEADRACE_TRY(auto found, ofRole(files, name, seen, stop));
        return found;
    }
    Credentials keys{valueOf(profile, "aws_access_key_id"), valueOf(profile, "aws_secret_access_key"),
                     valueOf(profile, "aws_session_token"), std::nullopt, fmt::format("the profile '{}'", name)};
    if (!keys.accessKey.empty() && !keys.secretKey.empty())
        return keys;
    if (!valueOf(profile, "sso_account_id").empty()) {
        const auto& session = files.ssoSession(valueOf(profile, "sso_session"));
        HEADRACE_TRY(auto found, ssoCredentials(m_http, profile, session, name, stop));
        return found;
    }
    if (const std::string command = valueOf(profile, "credential_process"); !command.empty()) {
        HEADRACE_TRY(auto found, processCredentials(command));
        return found;
    }
    return std::nullopt;
}

Result<Credentials> CredentialProvider::ofRole(const ProfileFiles& files, const std::string& name,
                                               std::set<std::string>& seen, const std::stop_token& stop)
{
    const auto& profile = files.profile(name);
    const RoleRequest role{valueOf(profile, "role_arn"), valueOf(profile, "role_session_name"),
                           valueOf(profile, "external_id"), valueOf(profile, "duration_seconds"), m_settings.region};
    if (const std::string file = valueOf(profile, "web_identity_token_file"); !file.empty())
        return assumeRoleWithWebIdentity(m_http, role, file, stop);
    if (!valueOf(profile, "mfa_serial").empty())
        return fail(ErrorCode::Permission,
                    fmt::format("The profile '{}' asks for a code of the device '{}', which a pipeline cannot type in; "
                                "put credentials of a session into the environment instead.",
                                name, valueOf(profile, "mfa_serial")));
    HEADRACE_TRY(const Credentials source, roleSource(files, name, seen, stop));
    return assumeRole(m_http, role, source, stop);
}

/// By whom the role of a profile is taken.
Result<Credentials> CredentialProvider::roleSource(const ProfileFiles& files, const std::string& name,
                                                   std::set<std::string>& seen, const std::stop_token& stop)
{
    const auto& profile = files.profile(name);
    const std::string source = valueOf(profile, "source_profile");
    if (!source.empty()) {
        if (!files.has(source))
            return fail(noProfile(files, source));
        HEADRACE_TRY(auto found, ofProfile(files, source, seen, stop));
        if (found)
            return *std::move(found);
        return fail(ErrorCode::Permission, fmt::format("The profile '{}' takes its role by the profile '{}', which has "
                                                       "no credentials.",
                                                       name, source));
    }
    const std::string kind = valueOf(profile, "credential_source");
    std::optional<Credentials> found;
    if (kind == "Environment") {
        found = ofEnvironment();
    } else if (kind == "Ec2InstanceMetadata" || kind == "EcsContainer") {
        HEADRACE_TRY(found, hostCredentials(stop));
    } else {
        return fail(ErrorCode::Usage,
                    fmt::format("The profile '{}' has the role '{}' but neither 'source_profile' nor a "
                                "'credential_source' of Environment, Ec2InstanceMetadata or EcsContainer; set one.",
                                name, valueOf(profile, "role_arn")));
    }
    if (found)
        return *std::move(found);
    return fail(ErrorCode::Permission, fmt::format("The profile '{}' takes its role by credentials of {}, where there "
                                                   "are none.",
                                                   name, kind));
}

} // namespace headrace::aws
