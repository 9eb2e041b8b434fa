// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace::odbc {

/// Keys and values of a connection string in their order; the first of two that are the same one counts. The case of a
/// key means nothing.
class Attributes {
public:
    [[nodiscard]] static Result<Attributes> parse(std::string_view text);

    void add(std::string key, std::string value);
    void append(const Attributes& others);
    /// Puts `value` in the place of the one that is there.
    void replace(std::string_view key, std::string value);

    [[nodiscard]] const std::string* find(std::string_view key) const;
    [[nodiscard]] std::string value(std::string_view key) const;

    /// What has a meaning in the string stands in braces, which a brace within closes unless it is doubled. `plain`:
    /// only names of drivers do.
    [[nodiscard]] std::string text(bool plain) const;

private:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    Pairs m_pairs;
};

} // namespace headrace::odbc
