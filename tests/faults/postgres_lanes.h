// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/postgres_server.h"

namespace headrace::test {

// Lanes from and to the server, which outlives them. The source's table is made once.

[[nodiscard]] CrashLane postgresToDuckdb(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane postgresRangesToDuckdb(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane sqliteToPostgres(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane postgresToPostgres(const PostgresServer& server, std::int64_t rows);

void toPostgres(CrashLane& lane, const PostgresServer& server); ///< sets the destination and its check

} // namespace headrace::test
