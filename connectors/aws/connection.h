// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/credentials.h"
#include "connectors/core/options.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::aws {

/// The options by which every AWS connector reaches its service.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

/// Where a service is and who asks. Made of the options once, then shared by all clients. Thread-safe.
class Connection {
public:
    /// `service` is the host's first part: "kinesis". The error says where a region was looked for, or which profile
    /// does not exist. Nothing is connected yet.
    [[nodiscard]] static Result<std::shared_ptr<Connection>> from(const Options& options, const std::string& service);

    [[nodiscard]] const std::string& region() const { return m_region; }
    [[nodiscard]] const std::string& url() const { return m_url; }
    [[nodiscard]] const std::string& caFile() const { return m_caFile; }
    [[nodiscard]] std::chrono::milliseconds timeout() const { return m_timeout; }
    [[nodiscard]] CredentialProvider& credentials() { return *m_credentials; }

private:
    std::string m_region;
    std::string m_url;
    std::string m_caFile;
    std::chrono::milliseconds m_timeout{};
    std::unique_ptr<CredentialProvider> m_credentials;
};

} // namespace headrace::aws
