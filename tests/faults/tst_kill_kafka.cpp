// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kafka_lanes.h"
#include "tests/faults/kill_test.h"

#include <QTest>

#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;

/// From and to a Kafka broker that stays.
class KillKafkaTest final : public KillTest {
public:
    KillKafkaTest()
        : KillTest(2)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_broker.start();
        m_server = std::make_unique<PostgresServer>();
        return {{kafkaToDuckdb(m_broker, kRows), {}},
                {kafkaToParquet(m_broker, kRows), {}},
                {kafkaToPostgres(m_broker, *m_server, kRows), {}},
                {kafkaToKafka(m_broker, kRows), {"mid-write:2", "before-commit:1", "after-commit:1"}}};
    }

    KafkaBroker m_broker;
    std::unique_ptr<PostgresServer> m_server;
};

} // namespace

QTEST_GUILESS_MAIN(KillKafkaTest)
