// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/maria_server.h"

namespace headrace::test {

// Lanes from and to the server, which outlives them. The source's table is made once. `port`: where the server is
// reached instead of at its own.

[[nodiscard]] CrashLane mariadbToParquet(const MariaServer& server, std::int64_t rows, int port = 0);
[[nodiscard]] CrashLane mariadbCountedToParquet(const MariaServer& server, std::int64_t rows);
[[nodiscard]] CrashLane csvToMariadb(const MariaServer& server, std::int64_t rows, int port = 0);
[[nodiscard]] CrashLane csvReplacesMariadb(const MariaServer& server, std::int64_t rows);

/// Sets destination and check: the table "events" of the database "target".
void toMariadb(CrashLane& lane, const MariaServer& server, int port = 0, const QString& options = {});

} // namespace headrace::test
