// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

/// The text between two such characters, each of them in it doubled.
[[nodiscard]] inline std::string sqlQuoted(std::string_view text, char quote)
{
    std::string result(1, quote);
    for (const char c : text)
        result.append(c == quote ? 2 : 1, c);
    return result + quote;
}

[[nodiscard]] inline std::string sqlIdentifier(std::string_view name)
{
    return sqlQuoted(name, '"');
}

[[nodiscard]] inline std::string sqlLiteral(std::string_view text)
{
    return sqlQuoted(text, '\'');
}

/// Whether a text may stand in SQL as it is, because it has none but these characters, and at least one.
[[nodiscard]] inline bool consistsOf(std::string_view text, std::string_view characters)
{
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

} // namespace headrace
