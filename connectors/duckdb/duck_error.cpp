// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace headrace {

namespace {

using namespace std::string_view_literals;

constexpr auto kCodes = std::to_array<std::pair<std::string_view, ErrorCode>>({
    {"Parser Error"sv, ErrorCode::Usage},
    {"Syntax Error"sv, ErrorCode::Usage},
    {"Binder Error"sv, ErrorCode::Usage},
    {"Catalog Error"sv, ErrorCode::NotFound},
    {"Conversion Error"sv, ErrorCode::Data},
    {"Out of Range Error"sv, ErrorCode::Data},
    {"Constraint Error"sv, ErrorCode::Data},
    {"Invalid Input Error"sv, ErrorCode::Data},
    {"Mismatch Type Error"sv, ErrorCode::Data},
    {"Permission Error"sv, ErrorCode::Permission},
    {"INTERRUPT Error"sv, ErrorCode::Cancelled},
});

ErrorCode codeOf(std::string_view text)
{
    if (text.find("No space left on device") != std::string_view::npos)
        return ErrorCode::Full;
    if (text.find("Could not set lock on file") != std::string_view::npos)
        return ErrorCode::Unavailable;
    if (text.find("Permission denied") != std::string_view::npos)
        return ErrorCode::Permission;
    const auto found = std::ranges::find_if(kCodes, [&](const auto& code) { return text.starts_with(code.first); });
    return found == kCodes.end() ? ErrorCode::Failed : found->second;
}

} // namespace

std::string duckSentence(std::string_view text)
{
    if (const auto kind = text.find(" Error: "); kind != std::string_view::npos && kind < text.find('\n'))
        text.remove_prefix(kind + " Error: "sv.size());
    text = text.substr(0, std::min(text.find("\n\n"), text.find("\nLINE ")));
    std::string sentence(text);
    std::ranges::replace(sentence, '\n', ' ');
    while (!sentence.empty() && (sentence.back() == ' ' || sentence.back() == '.'))
        sentence.pop_back();
    return sentence.ends_with('!') || sentence.ends_with('?') ? sentence : sentence + '.';
}

Error duckError(std::string_view text, std::string_view what)
{
    const bool isFull = text.find("No space left on device") != std::string_view::npos;
    return {
        isFull ? ErrorCode::Full : codeOf(text),
        fmt::format("{}: {}{}", what, duckSentence(text), isFull ? " Free some space there, then start again." : ""),
        std::string(text), std::nullopt};
}

} // namespace headrace
