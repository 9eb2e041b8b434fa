// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"
#include "tests/faults/postgres_lanes.h"

#include <QTest>

#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;
constexpr std::int64_t kManyRows = 500'000;

/// From and to a PostgreSQL server that stays.
class KillPostgresTest final : public KillTest {
public:
    KillPostgresTest()
        : KillTest(4)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_server = std::make_unique<PostgresServer>();
        const QStringList reading{"after-read:2", "after-write:1", "after-commit:1"};
        const QStringList writing = reading + QStringList{"before-write:1", "mid-write:2", "before-commit:1"};
        return {{postgresToDuckdb(*m_server, kRows), reading},
                {postgresRangesToDuckdb(*m_server, kRows), reading},
                {sqliteToPostgres(*m_server, kRows), writing},
                {largeBatchToPostgres(*m_server, kManyRows),
                 {"mid-write:4", "before-help-commit:1", "after-help-commit:1", "before-commit:1", "after-commit:1"}},
                {postgresToPostgres(*m_server, kRows), writing}};
    }

    std::unique_ptr<PostgresServer> m_server;
};

} // namespace

QTEST_GUILESS_MAIN(KillPostgresTest)
