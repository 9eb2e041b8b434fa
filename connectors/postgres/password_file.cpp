// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/password_file.h"

#include "connectors/core/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <sys/stat.h>

namespace headrace::postgres {

namespace {

/// Takes a field off the line; a backslash keeps a colon or itself.
std::string takeField(std::string_view& line)
{
    std::string field;
    std::size_t i = 0;
    for (; i < line.size() && line[i] != ':'; ++i) {
        i += line[i] == '\\' && i + 1 < line.size() ? 1 : 0;
        field += line[i];
    }
    line.remove_prefix(std::min(line.size(), i + 1));
    return field;
}

} // namespace

std::string passwordFile()
{
    if (const char* file = std::getenv("PGPASSFILE"))
        return file;
    return homeFolder() + "/.pgpass";
}

std::string passwordFrom(const std::string& file, const Login& login)
{
    if (!whyPassedOver(file).empty())
        return {};
    std::ifstream lines(file);
    for (std::string text; std::getline(lines, text);) {
        if (text.empty() || text.front() == '#')
            continue;
        if (text.back() == '\r')
            text.pop_back();
        std::string_view line = text;
        bool fits = true;
        for (const std::string* wanted : std::array{&login.host, &login.port, &login.database, &login.user}) {
            const bool isAny = line.starts_with("*:");
            const std::string field = takeField(line);
            fits = fits && (isAny || field == *wanted);
        }
        if (fits)
            return takeField(line);
    }
    return {};
}

std::string whyPassedOver(const std::string& file)
{
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0)
        return {};
    if (!S_ISREG(facts.st_mode))
        return fmt::format("'{}' is not read, because it is no plain file.", file);
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fmt::format("'{0}' is not read, because others may read it: run chmod 600 '{0}'.", file);
    return {};
}

} // namespace headrace::postgres
