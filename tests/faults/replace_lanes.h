// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"

#include <vector>

namespace headrace::test {

// CSV with the mode replace into a table that holds other rows: at every moment they are there, or the first batches of
// the new ones. Each twice: `kept` has keys, indexes, grants, triggers, views and the like, which must stay as they
// are, so that its rows are exchanged; the other one has nothing but rows, and is exchanged as a whole. Servers outlive
// them.

[[nodiscard]] CrashLane replacesPostgres(const PostgresServer& server, std::int64_t rows, bool kept);
[[nodiscard]] CrashLane replacesMariadb(const MariaServer& server, std::int64_t rows, bool kept);
[[nodiscard]] CrashLane replacesSqlite(std::int64_t rows, bool kept);
[[nodiscard]] CrashLane replacesDuckdb(std::int64_t rows, bool kept);
// The same through ODBC's drivers.
[[nodiscard]] CrashLane replacesOdbcPostgres(const PostgresServer& server, std::int64_t rows, bool kept);
[[nodiscard]] CrashLane replacesOdbcMariadb(const MariaServer& server, std::int64_t rows, bool kept);

} // namespace headrace::test
