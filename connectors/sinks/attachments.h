// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <string>

namespace headrace {

/// What would be lost with a table that another one takes the place of: keys, indexes, constraints, defaults, grants,
/// comments, triggers, views and whatever else refers to it. The mode replace exchanges a table without any, and the
/// rows of one that has some, in one transaction: it stays, with all of them.
struct Attachments {
    std::int64_t count = 0; ///< 0: a table as this program makes it, or none at all
    std::string cascades;   ///< foreign keys of other tables that would delete or empty rows with those here

    /// Usage when there are such foreign keys. `title`: "table 'orders'".
    [[nodiscard]] Status checkRowsCanGo(const std::string& title) const;
    /// Conflict when there are any now, where there were none when the exchange began.
    [[nodiscard]] Status checkStillNone(const std::string& title) const;
};

// SELECTs of one row, both members; arguments are literals of SQL.
[[nodiscard]] std::string postgresAttachments(const std::string& table); ///< as to_regclass() takes it
[[nodiscard]] std::string mariaAttachments(const std::string& database, const std::string& table, bool isMariaDb,
                                           const std::string& ownCollation);
[[nodiscard]] std::string sqliteAttachments(const std::string& table);
[[nodiscard]] std::string duckAttachments(const std::string& schema, const std::string& table);

} // namespace headrace
