// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/credentials.h"

namespace headrace::aws {

// The services that give credentials for a while. Errors are Permission with the service's own words.

struct RoleRequest {
    std::string arn;
    std::string sessionName; ///< empty: "headrace"
    std::string externalId;
    std::string durationSeconds; ///< empty: the service's default
    std::string region;
};

/// STS AssumeRole, signed by `source`. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
[[nodiscard]] Result<Credentials> assumeRole(HttpClient& http, const RoleRequest& role, const Credentials& source,
                                             const std::stop_token& stop);

/// STS AssumeRoleWithWebIdentity with the token that the file holds now.
[[nodiscard]] Result<Credentials> assumeRoleWithWebIdentity(HttpClient& http, const RoleRequest& role,
                                                            const std::string& tokenFile, const std::stop_token& stop);

/// Credentials of a role from IAM Identity Center, by the token that `aws sso login` left in ~/.aws/sso/cache.
/// `session` is the [sso-session] of a profile, empty for a profile that names the start URL itself.
[[nodiscard]] Result<Credentials> ssoCredentials(HttpClient& http, const std::map<std::string, std::string>& profile,
                                                 const std::map<std::string, std::string>& session,
                                                 const std::string& profileName, const std::stop_token& stop);

/// What a program of the user's own prints (the profile's credential_process).
[[nodiscard]] Result<Credentials> processCredentials(const std::string& command);

/// The role of the container (ECS, EKS), or of the machine (EC2, by IMDSv2); nullopt where there is none.
[[nodiscard]] Result<std::optional<Credentials>> hostCredentials(const std::stop_token& stop);

/// JSON with AccessKeyId, SecretAccessKey, Token or SessionToken, and Expiration, as several of them answer.
[[nodiscard]] Result<Credentials> credentialsFromJson(const std::string& json, const std::string& origin);

} // namespace headrace::aws
