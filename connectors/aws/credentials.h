// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/profile_files.h"
#include "connectors/http/http_client.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace headrace::aws {

/// What AWS's clients say where a server cannot be reached.
inline const HttpAdvice kHttpAdvice{"the region, the endpoint", "ca_file"};

struct Credentials {
    std::string accessKey;
    std::string secretKey;
    std::string sessionToken; ///< empty for those that do not end
    std::optional<std::chrono::system_clock::time_point> expires;
    std::string origin; ///< for messages: "the environment", "the profile 'shop'"
};

/// Who asks, and from where.
struct CredentialSettings {
    std::string profile; ///< as the user named it; empty: AWS_PROFILE, then "default"
    std::string region;  ///< of the token services
    std::chrono::milliseconds timeout{30'000};
    std::string caFile;
};

/// Finds credentials where the AWS CLI looks for them, in its order: the environment (unless a profile is named), web
/// identity, the profile's keys, role, single sign-on and process, then the container's or the machine's own role.
/// https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html. Thread-safe.
class CredentialProvider {
public:
    explicit CredentialProvider(CredentialSettings settings);

    /// Kept until shortly before they end. Permission, with a sentence that says where it looked, when there are none.
    [[nodiscard]] Result<Credentials> get(const std::stop_token& stop);

    /// They were refused as expired: the next get() finds new ones.
    void forget();

private:
    [[nodiscard]] Result<Credentials> find(const std::stop_token& stop);
    [[nodiscard]] Result<std::optional<Credentials>> ofProfile(const ProfileFiles& files, const std::string& name,
                                                               std::set<std::string>& seen,
                                                               const std::stop_token& stop);
    [[nodiscard]] Result<Credentials> ofRole(const ProfileFiles& files, const std::string& name,
                                             std::set<std::string>& seen, const std::stop_token& stop);
    [[nodiscard]] Result<Credentials> roleSource(const ProfileFiles& files, const std::string& name,
                                                 std::set<std::string>& seen, const std::stop_token& stop);

    CredentialSettings m_settings;
    std::mutex m_mutex;
    HttpClient m_http; ///< guarded by m_mutex, as all below
    std::optional<Credentials> m_current;
};

/// The address of a service: AWS_ENDPOINT_URL_NAME, AWS_ENDPOINT_URL, the profile's endpoint_url, then AWS's own in the
/// region. `name` is the host's first part: "kinesis".
[[nodiscard]] std::string endpointOf(const std::string& name, const std::string& region,
                                     const std::string& profileEndpoint = {});

} // namespace headrace::aws
