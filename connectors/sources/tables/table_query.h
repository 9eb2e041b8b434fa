// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/sources/tables/table_position.h"

#include <functional>
#include <string>
#include <vector>

namespace headrace {

/// The SELECT of one read: the rows behind a position by cursor and key, or all of them. All texts are SQL.
struct TableQuery {
    std::string title; ///< of what is read: "table 'shop.orders'"
    std::string from;  ///< the table, or (query) AS input
    std::vector<std::string> columns;
    std::vector<std::string> order; ///< cursor and key, as ORDER BY and comparisons take them; none: rows are counted
    std::vector<std::string> conditions;

    /// Only rows behind these values of cursor and key, if any. `literal` makes SQL of a value of the cursor or key
    /// column `i`; "" when it is none of its type, which is a Conflict.
    Status startBehind(const std::vector<std::string>& above,
                       const std::function<std::string(std::size_t i, const std::string& text)>& literal);

    /// Leaves rows out whose cursor or key is NULL, or refuses them, as no read by cursor would ever reach them:
    /// `isThere` looks whether the condition holds for any row.
    Status excludeNulls(bool skips, const std::function<Result<bool>(const std::string& condition)>& isThere);

    [[nodiscard]] std::string text() const;
    /// Counts the rows, no further than `enough` where the server has a LIMIT.
    [[nodiscard]] std::string countText(std::int64_t enough, bool hasLimit) const;

private:
    [[nodiscard]] std::string fromText() const;
};

} // namespace headrace
