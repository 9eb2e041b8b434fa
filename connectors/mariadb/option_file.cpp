// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/option_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace headrace::mariadb {

namespace {

constexpr std::array<std::string_view, 4> kSections{"[client]", "[client-server]", "[client-mariadb]", "[headrace]"};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Quotes around a value fall away; within it, backslashes escape as the manual's "Option files" lists.
std::string valueOf(std::string_view text)
{
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        constexpr std::string_view kEscapes = "btnrs\\\"'";
        constexpr std::string_view kMeanings = "\b\t\n\r \\\"'";
        const auto escape =
            text[i] == '\\' && i + 1 < text.size() ? kEscapes.find(text[i + 1]) : std::string_view::npos;
        value += escape == std::string_view::npos ? text[i] : kMeanings[escape];
        i += escape == std::string_view::npos ? 0 : 1;
    }
    return value;
}

} // namespace

std::map<std::string, std::string> readOptionFile(const std::string& path)
{
    std::map<std::string, std::string> found;
    std::ifstream file(path);
    bool ours = false;
    for (std::string line; std::getline(file, line);) {
        const std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#' || text.front() == ';' || text.front() == '!')
            continue;
        if (text.front() == '[') {
            ours = std::ranges::find(kSections, text) != kSections.end();
            continue;
        }
        if (!ours)
            continue;
        const auto equals = text.find('=');
        std::string name(trimmed(text.substr(0, equals)));
        std::ranges::replace(name, '-', '_');
        found[name] = equals == std::string_view::npos ? "" : valueOf(trimmed(text.substr(equals + 1)));
    }
    return found;
}

} // namespace headrace::mariadb
