// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/sources/tables/cursor_audit.h"
#include "connectors/sources/tables/table_query.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace headrace {

/// How the rows of a table are asked for by the time in their cursor. All texts are SQL but `now`.
struct TimeCursor {
    std::string now;    ///< the server's, as the column has it: "2026-11-25 10:00:00.123456"
    std::string column; ///< as comparisons take it
    std::string from;
    bool hasLimit = true; ///< the server knows LIMIT
    /// A time as the column is compared with it, in microseconds since 1970 on the clock of `now`.
    std::function<std::string(std::int64_t)> literal = {};
    /// A condition that an index serves, for rows not older than a time; empty function: the comparison itself is one.
    std::function<std::string(std::int64_t)> narrow = {};
    AskIntegers ask = {};
    std::string what = "The late rows could not be counted"; ///< opens the sentence of an error
};

/// "2026-11-25 10:00:00.123456" of microseconds since 1970.
[[nodiscard]] std::string timeText(std::int64_t microseconds);

/// Microseconds since 1970 of this machine's clock, which is that of databases without a server.
[[nodiscard]] std::int64_t clockMicroseconds();

/// Settles the audit's last look if its time has come, and then looks anew. Within the snapshot of the read, which
/// began at or after `cursor.now`.
Status lookForLateRows(CursorAudit& audit, const TimeCursor& cursor, std::chrono::milliseconds lag);

/// Rows whose cursor is of the last `span`, counted no further than `enough` where the server has a LIMIT.
[[nodiscard]] Result<std::int64_t> countRecent(const TimeCursor& cursor, std::chrono::microseconds span,
                                               std::int64_t enough);

} // namespace headrace
