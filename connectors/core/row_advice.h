// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace headrace {

// What to do about rows that a table of a database does not take, behind the server's own words.

inline constexpr std::string_view kNullAdvice =
    " Fill the column in the shape, or give it a default or let it be NULL in the table.";
inline constexpr std::string_view kDuplicateAdvice =
    " Set the mode upsert and its key to exchange rows that are there already, or write to another table.";

} // namespace headrace
