// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/faults/postgres_lanes.h"
#include "tests/support/kafka/kafka_broker.h"

namespace headrace::test {

// Lanes from and to the broker, which outlives them. The topic that is read is made once.

[[nodiscard]] CrashLane kafkaToDuckdb(KafkaBroker& broker, std::int64_t rows);
[[nodiscard]] CrashLane kafkaToParquet(KafkaBroker& broker, std::int64_t rows);
[[nodiscard]] CrashLane kafkaToPostgres(KafkaBroker& broker, const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane kafkaToKafka(KafkaBroker& broker, std::int64_t rows);

} // namespace headrace::test
