// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"

namespace headrace::test {

// Lanes through the ODBC drivers of servers, which outlive them. `port`: where the server is reached instead of at its
// own.

[[nodiscard]] CrashLane odbcPostgresToParquet(const PostgresServer& server, std::int64_t rows, int port = 0);
[[nodiscard]] CrashLane csvToOdbcPostgres(const PostgresServer& server, std::int64_t rows, int port = 0);
[[nodiscard]] CrashLane csvReplacesOdbcPostgres(const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane csvToOdbcMariadb(const MariaServer& server, std::int64_t rows, int port = 0);

} // namespace headrace::test
