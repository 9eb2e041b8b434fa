// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/support/aws/kinesis_server.h"

namespace headrace::test {

/// From the server, which outlives the lane; half of the records stand in shards that were split and merged since. The
/// stream is made once.
[[nodiscard]] CrashLane kinesisToDuckdb(KinesisServer& server, std::int64_t rows);

} // namespace headrace::test
