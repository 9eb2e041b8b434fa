// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/ssh_hosts.h"

#include "connectors/core/environment.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <glob.h>
#include <sstream>

namespace headrace {

namespace {

constexpr int kMostNested = 16; // as ssh has it

/// The files that a pattern behind Include means: relative ones lie in ~/.ssh.
std::vector<std::string> included(std::string pattern)
{
    if (pattern.starts_with("~/"))
        pattern = homeFolder() + pattern.substr(1);
    else if (!pattern.starts_with('/'))
        pattern = homeFolder() + "/.ssh/" + pattern;
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return files;
}

void addHosts(const std::string& path, int depth, std::vector<std::string>& hosts)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::ranges::replace(line, '=', ' ');
        std::erase(line, '"');
        std::istringstream words(line);
        std::string keyword;
        words >> keyword;
        std::ranges::transform(keyword, keyword.begin(), [](unsigned char c) { return std::tolower(c); });
        for (std::string word; words >> word;) {
            if (keyword == "include" && depth < kMostNested)
                for (const std::string& other : included(word))
                    addHosts(other, depth + 1, hosts);
            if (keyword == "host" && word.find_first_of("*?!") == std::string::npos &&
                std::ranges::find(hosts, word) == hosts.end())
                hosts.push_back(word);
        }
    }
}

} // namespace

std::vector<std::string> sshHosts(const std::string& file)
{
    std::vector<std::string> hosts;
    addHosts(file, 0, hosts);
    return hosts;
}

OptionSpec sshHostOption(const std::string& more)
{
    return {.key = "ssh",
            .label = "SSH host",
            .help = "A host of ~/.ssh/config, or user@name, through which the server is reached; host and port are as "
                    "seen from there. It must be in known_hosts, and let you in by a key without questions. " +
                    more,
            .advanced = true,
            .findChoices = [] { return sshHosts(homeFolder() + "/.ssh/config"); }};
}

} // namespace headrace
