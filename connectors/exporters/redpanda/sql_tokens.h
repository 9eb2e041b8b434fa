// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace::redpanda {

struct SqlToken {
    enum class Kind { Word, QuotedName, Text, Number, Symbol, End };
    Kind kind = Kind::End;
    std::string text; ///< unquoted
};

/// Splits a SELECT into tokens; comments are dropped. The last token is End. Unterminated quotes are errors.
[[nodiscard]] Result<std::vector<SqlToken>> tokenizeSql(std::string_view sql);

} // namespace headrace::redpanda
