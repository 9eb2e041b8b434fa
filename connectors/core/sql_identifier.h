// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

/// A name as a delimited identifier of standard SQL: in double quotes, those within it doubled.
[[nodiscard]] inline std::string sqlIdentifier(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

} // namespace headrace
