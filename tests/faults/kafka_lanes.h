// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"
#include "tests/faults/postgres_lanes.h"
#include "tests/support/kafka/kafka_broker.h"

#include <string>

namespace headrace::test {

// Lanes from and to the broker, which outlives them. The topic that is read is made once.

/// How the program reaches the broker; by default directly.
struct KafkaRoad {
    std::string brokers = {};
    QString more = {}; ///< further options, each behind a comma
};

[[nodiscard]] CrashLane kafkaToDuckdb(KafkaBroker& broker, std::int64_t rows, const KafkaRoad& in = {});
[[nodiscard]] CrashLane kafkaToParquet(KafkaBroker& broker, std::int64_t rows);
[[nodiscard]] CrashLane kafkaToPostgres(KafkaBroker& broker, const PostgresServer& server, std::int64_t rows);
[[nodiscard]] CrashLane kafkaToKafka(KafkaBroker& broker, std::int64_t rows, const KafkaRoad& in = {},
                                     const KafkaRoad& out = {});

} // namespace headrace::test
