// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

/// What stands behind a column's type in the tree of tables: "primary key, refers to customers", "not null".
[[nodiscard]] inline std::string columnNote(bool isKey, bool isRequired, std::string_view refersTo)
{
    std::string note = isKey ? "primary key" : isRequired ? "not null" : "";
    if (!refersTo.empty())
        note.append(note.empty() ? "refers to " : ", refers to ").append(refersTo);
    return note;
}

} // namespace headrace
