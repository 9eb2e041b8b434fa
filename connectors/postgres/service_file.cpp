// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/service_file.h"

#include "connectors/core/environment.h"

#include <algorithm>
#include <fstream>

namespace headrace::postgres {

namespace {

/// Where Debian's and Ubuntu's libpq looks.
constexpr const char* kSystemFolder = "/etc/postgresql-common";

std::vector<std::string> files()
{
    const std::string own = environment("PGSERVICEFILE");
    const std::string system = environment("PGSYSCONFDIR");
    return {own.empty() ? homeFolder() + "/.pg_service.conf" : own,
            (system.empty() ? kSystemFolder : system) + "/pg_service.conf"};
}

/// Calls `line` with the section and the text of each line that is not a section's name.
template <typename Section, typename Line>
void readLines(const std::string& path, const Section& section, const Line& line)
{
    constexpr const char* kBlanks = " \t\r\v\f";
    std::ifstream file(path);
    for (std::string text; std::getline(file, text);) {
        text.erase(text.find_last_not_of(kBlanks) + 1);
        text.erase(0, text.find_first_not_of(kBlanks));
        if (text.empty() || text.front() == '#')
            continue;
        if (text.front() == '[')
            section(text.substr(1, text.find(']') - 1));
        else
            line(text);
    }
}

} // namespace

std::vector<std::string> serviceNames()
{
    std::vector<std::string> names;
    for (const std::string& file : files())
        readLines(
            file,
            [&names](const std::string& name) {
                if (std::ranges::find(names, name) == names.end())
                    names.push_back(name);
            },
            [](const std::string&) {});
    return names;
}

std::optional<std::map<std::string, std::string>> readService(const std::string& name)
{
    for (const std::string& file : files()) {
        std::map<std::string, std::string> keywords;
        bool isFound = false;
        bool isOurs = false;
        readLines(
            file,
            [&](const std::string& section) {
                isOurs = section == name && !isFound; // the first of that name
                isFound = isFound || isOurs;
            },
            [&](const std::string& line) {
                const auto equals = line.find('=');
                if (isOurs && equals != std::string::npos && !line.starts_with("ldap"))
                    keywords.try_emplace(line.substr(0, equals), line.substr(equals + 1));
            });
        if (isFound)
            return keywords;
    }
    return std::nullopt;
}

} // namespace headrace::postgres
