// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::aws {

/// Sections by name, each with its keys in lower case.
using IniSections = std::map<std::string, std::map<std::string, std::string>>;

/// Reads the text of an AWS configuration file by the rules that the AWS CLI uses: "#" and ";" begin a comment only at
/// the start of a line, an indented line goes on with the value before it. The error names the line.
[[nodiscard]] Result<IniSections> parseIni(std::string_view text, const std::string& path);

/// What ~/.aws/config and ~/.aws/credentials say (AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name others). A file
/// that does not exist is empty. The layout: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
class ProfileFiles {
public:
    [[nodiscard]] static Result<ProfileFiles> load();
    [[nodiscard]] static Result<ProfileFiles> parse(std::string_view config, std::string_view credentials);

    [[nodiscard]] bool has(const std::string& profile) const;
    [[nodiscard]] std::vector<std::string> names() const;

    /// Settings of a profile; where both files set a key, the credentials file counts. Empty when there is none.
    [[nodiscard]] const std::map<std::string, std::string>& profile(const std::string& name) const;
    /// [sso-session NAME]
    [[nodiscard]] const std::map<std::string, std::string>& ssoSession(const std::string& name) const;

private:
    IniSections m_profiles;
    IniSections m_ssoSessions;
};

/// The value, or "" when the key is not there.
[[nodiscard]] std::string valueOf(const std::map<std::string, std::string>& settings, const std::string& key);

/// A path below the user's .aws folder.
[[nodiscard]] std::string awsFolderPath(std::string_view relative);

/// The text of a small file; nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> readSmallFile(const std::string& path);

} // namespace headrace::aws
