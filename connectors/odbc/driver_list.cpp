// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/driver_list.h"

#include "connectors/odbc/environment.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <algorithm>
#include <array>

namespace headrace::odbc {

namespace {

constexpr SQLSMALLINT kMostCharacters = 512;

/// What SQLDrivers and SQLDataSources list alike: names, and a text that belongs to each.
template <typename List>
std::vector<Entry> listed(const List& list, bool hasDriver)
{
    std::vector<Entry> entries;
    const auto environment = Environment::create();
    if (!environment)
        return entries;
    std::array<SQLWCHAR, kMostCharacters> name{};
    std::array<SQLWCHAR, kMostCharacters> more{};
    SQLSMALLINT nameLength = 0;
    SQLSMALLINT moreLength = 0;
    SQLUSMALLINT direction = SQL_FETCH_FIRST;
    while (SQL_SUCCEEDED(list(environment->handle(), direction, name.data(), kMostCharacters, &nameLength, more.data(),
                              kMostCharacters, &moreLength))) {
        direction = SQL_FETCH_NEXT;
        const auto text = [](const auto& buffer, SQLSMALLINT length) {
            const auto units = std::min<std::size_t>(buffer.size() - 1, static_cast<std::size_t>(length));
            return narrowed({reinterpret_cast<const char16_t*>(buffer.data()), units});
        };
        entries.push_back({text(name, nameLength), hasDriver ? text(more, moreLength) : ""});
    }
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
}

std::string setting(const std::string& section, const char* key, const char* file)
{
    if (section.empty() || !odbcInstallerLibrary.load())
        return {};
    std::array<char, kMostCharacters> value{};
    const int length = SQLGetPrivateProfileString(section.c_str(), key, "", value.data(), kMostCharacters, file);
    return {value.data(), static_cast<std::size_t>(std::clamp<int>(length, 0, kMostCharacters - 1))};
}

} // namespace

std::vector<Entry> installedDrivers()
{
    return odbcLibrary.load() ? listed(SQLDriversW, false) : std::vector<Entry>();
}

std::vector<Entry> dataSources()
{
    return odbcLibrary.load() ? listed(SQLDataSourcesW, true) : std::vector<Entry>();
}

std::vector<std::string> namesOf(const std::vector<Entry>& entries)
{
    std::vector<std::string> names;
    std::ranges::transform(entries, std::back_inserter(names), &Entry::name);
    return names;
}

std::string sourceSetting(const std::string& source, const char* key)
{
    return setting(source, key, "odbc.ini");
}

std::string libraryOf(const std::string& driver)
{
    const std::string file = setting(driver, "Driver", "odbcinst.ini");
    return file.empty() ? driver : file;
}

std::string packageOf(const std::string& driver)
{
    std::string lower = driver;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    struct Package {
        const char* part;
        const char* name;
    };
    static constexpr std::array kPackages{
        Package{"postgres", "odbc-postgresql"}, Package{"psqlodbc", "odbc-postgresql"},
        Package{"maria", "odbc-mariadb"},       Package{"maodbc", "odbc-mariadb"},
        Package{"mysql", "odbc-mariadb"},       Package{"sqlite", "libsqliteodbc"},
        Package{"freetds", "tdsodbc"},          Package{"tdsodbc", "tdsodbc"},
        Package{"mdb", "odbc-mdbtools"},        Package{"virtuoso", "libvirtodbc0"},
    };
    const auto* const found =
        std::ranges::find_if(kPackages, [&](const Package& package) { return lower.find(package.part) != lower.npos; });
    return found == kPackages.end() ? "" : found->name;
}

} // namespace headrace::odbc
