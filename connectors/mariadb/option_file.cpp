// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/option_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace headrace::mariadb {

namespace {

constexpr std::array<std::string_view, 4> kSections{"[client]", "[client-server]", "[client-mariadb]", "[headrace]"};
constexpr int kMostNested = 10;

using Settings = std::map<std::string, std::string>;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view withoutComment(std::string_view line)
{
    char quote = 0;
    bool isEscaped = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if ((c == '\'' || c == '"') && !isEscaped && (quote == 0 || quote == c))
            quote = quote == 0 ? c : '\0';
        if (c == '#' && quote == 0)
            return line.substr(0, i);
        isEscaped = quote != 0 && c == '\\' && !isEscaped;
    }
    return line;
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

Status readInto(Settings& found, const std::string& path, int depth);

/// "!include FILE" and "!includedir FOLDER", of which the files that end in .cnf count.
Status include(Settings& found, std::string_view line, int depth)
{
    const auto blank = line.find_first_of(" \t");
    const std::string_view word = line.substr(0, blank);
    const std::string place(blank == std::string_view::npos ? "" : trimmed(line.substr(blank)));
    if (depth >= kMostNested || place.empty())
        return {};
    if (word == "!include")
        return readInto(found, place, depth + 1);
    if (word != "!includedir")
        return {};
    std::error_code error;
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(place, error))
        if (entry.path().extension() == ".cnf")
            files.push_back(entry.path().string());
    std::ranges::sort(files);
    for (const std::string& file : files)
        HEADRACE_CHECK(readInto(found, file, depth + 1));
    return {};
}

Status readInto(Settings& found, const std::string& path, int depth)
{
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return {};
    if (S_ISREG(facts.st_mode) && (facts.st_mode & S_IWOTH) != 0)
        return fail(ErrorCode::Usage, fmt::format("The option file '{}' may be written by everyone, so it is not read. "
                                                  "Run chmod o-w on it.",
                                                  path));
    std::ifstream file(path);
    if (!file || S_ISDIR(facts.st_mode))
        return fail(ErrorCode::Usage, fmt::format("The option file '{}' cannot be read.", path));
    bool ours = false;
    for (std::string line; std::getline(file, line);) {
        std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#' || text.front() == ';')
            continue;
        if (text.front() == '!') {
            HEADRACE_CHECK(include(found, text, depth));
            continue;
        }
        text = trimmed(withoutComment(text));
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
    return {};
}

} // namespace

Result<Settings> readOptionFile(const std::string& path)
{
    Settings found;
    HEADRACE_CHECK(readInto(found, path, 0));
    return found;
}

} // namespace headrace::mariadb
