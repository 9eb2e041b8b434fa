// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace {

/// What a database knows of a column beside its name and type.
struct ColumnFacts {
    bool isKey = false;    ///< part of the primary key
    bool isUnique = false; ///< alone, by a constraint or an index over all rows
    bool isRequired = false;
    std::string refersTo = {}; ///< table of the first foreign key that it is part of
};

/// What stands behind a column's type in the tree of tables: "primary key, refers to customers", "unique, not null".
[[nodiscard]] inline std::string columnNote(const ColumnFacts& facts)
{
    std::string note = facts.isKey ? "primary key" : facts.isUnique ? "unique" : "";
    if (facts.isRequired && !facts.isKey)
        note.append(note.empty() ? "not null" : ", not null");
    if (!facts.refersTo.empty())
        note.append(note.empty() ? "refers to " : ", refers to ").append(facts.refersTo);
    return note;
}

} // namespace headrace
