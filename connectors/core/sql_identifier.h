// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

namespace detail {

inline std::string quoted(std::string_view text, char quote)
{
    std::string result(1, quote);
    for (const char c : text)
        result.append(c == quote ? 2 : 1, c);
    return result + quote;
}

} // namespace detail

/// A name as a delimited identifier of standard SQL: in double quotes, those within it doubled.
[[nodiscard]] inline std::string sqlIdentifier(std::string_view name)
{
    return detail::quoted(name, '"');
}

/// A text as a literal of standard SQL: in single quotes, those within it doubled.
[[nodiscard]] inline std::string sqlLiteral(std::string_view text)
{
    return detail::quoted(text, '\'');
}

} // namespace headrace
