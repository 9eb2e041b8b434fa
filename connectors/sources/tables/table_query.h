// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/sources/tables/table_position.h"

#include <functional>
#include <string>
#include <vector>

namespace headrace {

/// Runs a SELECT of one row of integers; `what` opens the sentence of an error.
using AskIntegers = std::function<Result<std::vector<std::int64_t>>(const std::string& sql, const std::string& what)>;

/// The SELECT of one read: the rows behind a position by cursor and key, or all of them. All texts are SQL.
struct TableQuery {
    std::string title; ///< of what is read: "table 'shop.orders'"
    std::string from;  ///< the table, or (query) AS input
    std::vector<std::string> columns;
    std::vector<std::string> order; ///< cursor and key, as ORDER BY and comparisons take them; none: rows are counted
    std::vector<std::string> conditions;
    bool mayBeNull = false; ///< one of the order's columns
    bool hasLimit = true;   ///< the server knows LIMIT

    /// Only rows behind these values of cursor and key, if any. `literal` makes SQL of a value of the cursor or key
    /// column `i`; "" when it is none of its type, which is a Conflict.
    Status startBehind(const std::vector<std::string>& above,
                       const std::function<std::string(std::size_t i, const std::string& text)>& literal);

    /// Leaves rows out whose cursor or key is NULL, or refuses them, as no read by cursor would ever reach them.
    Status excludeNulls(bool skips, const AskIntegers& ask);

    [[nodiscard]] std::string text() const;
    /// Counts the rows that have a cursor and key, no further than `enough` where the server has a LIMIT.
    [[nodiscard]] Result<std::int64_t> count(std::int64_t enough, const AskIntegers& ask) const;

private:
    [[nodiscard]] std::string fromText() const;
    [[nodiscard]] std::string countText(std::int64_t enough) const;
    void leaveNullsOut();
};

} // namespace headrace
