// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace headrace::csv {

/// How UTF-8 text splits into records and cells. The rules, which every part of this folder shares:
///
/// - A record ends at "\n", "\r\n", "\r\r\n" or "\r" outside quotes; the last one may end with the text.
/// - A quote opens a quoted cell only as the cell's first character; elsewhere in an unquoted cell it is literal.
/// - Inside quotes the doubled quote (or, with `escape`, the escaped one) is literal. After the closing quote only
///   spaces may follow; anything else makes the record malformed, and the rest of the cell counts as unquoted.
/// - An unquoted empty cell is NULL, a quoted one empty text.
/// - An empty line is no record, except in a file of one column, where it is a NULL.
struct Dialect {
    char delimiter = ',';
    std::optional<char> quote = '"';
    std::optional<char> escape;  ///< a character other than the quote; nullopt: quotes are doubled
    std::optional<char> comment; ///< lines that start with it are no records

    friend bool operator==(const Dialect&, const Dialect&) = default;
};

/// A character as options write it: "," "\t" "\x01", and "none" for an absent one.
[[nodiscard]] std::string notation(std::optional<char> character);

} // namespace headrace::csv
