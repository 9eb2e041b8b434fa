// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/profile_files.h"

#include "connectors/core/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace headrace::aws {

namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
        text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
        text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// "profile shop" and "profile \"my shop\"" name a profile.
std::optional<std::string> nameBehind(std::string_view section, std::string_view kind)
{
    if (!section.starts_with(kind) || section.size() == kind.size() ||
        !std::isspace(static_cast<unsigned char>(section[kind.size()])))
        return std::nullopt;
    std::string_view name = trimmed(section.substr(kind.size()));
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
        name = name.substr(1, name.size() - 2);
    return std::string(name);
}

std::string pathFrom(const char* variable, std::string_view relative)
{
    std::string path = environment(variable);
    if (path.starts_with("~/"))
        path = homeFolder() + path.substr(1);
    return path.empty() ? awsFolderPath(relative) : path;
}

const std::map<std::string, std::string>& find(const IniSections& sections, const std::string& name)
{
    static const std::map<std::string, std::string> kNone;
    const auto found = sections.find(name);
    return found == sections.end() ? kNone : found->second;
}

} // namespace

std::string awsFolderPath(std::string_view relative)
{
    return fmt::format("{}/.aws/{}", homeFolder(), relative);
}

std::optional<std::string> readSmallFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string valueOf(const std::map<std::string, std::string>& settings, const std::string& key)
{
    const auto found = settings.find(key);
    return found == settings.end() ? "" : found->second;
}

Result<IniSections> parseIni(std::string_view text, const std::string& path)
{
    IniSections sections;
    std::map<std::string, std::string>* section = nullptr;
    std::string* value = nullptr;
    int number = 0;
    const auto wrong = [&](std::string_view line) {
        return fail(ErrorCode::Usage,
                    fmt::format("Line {} of '{}' is neither a [section] nor a setting like key = value: '{}'.", number,
                                path, line));
    };
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        const std::string_view content = trimmed(line);
        if (content.empty() || content.front() == '#' || content.front() == ';')
            continue;
        if (std::isspace(static_cast<unsigned char>(line.front())) && value != nullptr) {
            *value += '\n';
            *value += content;
            continue;
        }
        if (content.front() == '[') {
            if (content.back() != ']')
                return wrong(content);
            section = &sections[std::string(trimmed(content.substr(1, content.size() - 2)))];
            value = nullptr;
            continue;
        }
        const std::size_t sign = content.find_first_of("=:");
        if (section == nullptr || sign == std::string_view::npos)
            return wrong(content.substr(0, sign));
        value = &(*section)[lower(trimmed(content.substr(0, sign)))];
        *value = trimmed(content.substr(sign + 1));
    }
    return sections;
}

Result<ProfileFiles> ProfileFiles::load()
{
    const std::string configPath = pathFrom("AWS_CONFIG_FILE", "config");
    const std::string credentialsPath = pathFrom("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    return parse(readSmallFile(configPath).value_or(""), readSmallFile(credentialsPath).value_or(""));
}

Result<ProfileFiles> ProfileFiles::parse(std::string_view config, std::string_view credentials)
{
    ProfileFiles files;
    HEADRACE_TRY(IniSections sections, parseIni(config, pathFrom("AWS_CONFIG_FILE", "config")));
    for (auto& [section, settings] : sections) {
        if (section == "default")
            files.m_profiles["default"] = std::move(settings);
        else if (const auto profile = nameBehind(section, "profile"))
            files.m_profiles[*profile] = std::move(settings);
        else if (const auto session = nameBehind(section, "sso-session"))
            files.m_ssoSessions[*session] = std::move(settings);
    }
    HEADRACE_TRY(sections, parseIni(credentials, pathFrom("AWS_SHARED_CREDENTIALS_FILE", "credentials")));
    for (const auto& [profile, settings] : sections)
        for (const auto& [key, value] : settings)
            files.m_profiles[profile][key] = value;
    return files;
}

bool ProfileFiles::has(const std::string& profile) const
{
    return m_profiles.contains(profile);
}

std::vector<std::string> ProfileFiles::names() const
{
    std::vector<std::string> names;
    for (const auto& [name, settings] : m_profiles)
        names.push_back(name);
    return names;
}

const std::map<std::string, std::string>& ProfileFiles::profile(const std::string& name) const
{
    return find(m_profiles, name);
}

const std::map<std::string, std::string>& ProfileFiles::ssoSession(const std::string& name) const
{
    return find(m_ssoSessions, name);
}

} // namespace headrace::aws
