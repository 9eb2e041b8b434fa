// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/postgres_server.h"

namespace headrace::test {

// Lanes from and to the server, which outlives them. The source's table is made once. `port`: where the server is
// reached instead of at its own.

[[nodiscard]] CrashLane postgresToDuckdb(const PostgresServer& server, std::int64_t rows, int port = 0);
[[nodiscard]] CrashLane postgresRangesToDuckdb(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane sqliteToPostgres(const PostgresServer& server, std::int64_t rows, int port = 0);
/// One batch, written by two connections.
[[nodiscard]] CrashLane largeBatchToPostgres(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane postgresToPostgres(const PostgresServer& server, std::int64_t rows);

void toPostgres(CrashLane& lane, const PostgresServer& server, int port = 0); ///< sets the destination and its check

} // namespace headrace::test
