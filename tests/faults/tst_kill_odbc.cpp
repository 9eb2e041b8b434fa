// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"
#include "tests/faults/odbc_lanes.h"

#include <QTest>

#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;

/// From and to servers that stay, through their ODBC drivers.
class KillOdbcTest final : public KillTest {
public:
    KillOdbcTest()
        : KillTest(10)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_postgres = std::make_unique<PostgresServer>();
        m_maria = std::make_unique<MariaServer>();
        const QStringList reading{"after-read:2", "after-write:1", "before-rename:1", "after-rename:2",
                                  "after-commit:1"};
        const QStringList writing{"after-read:2",  "before-write:1",  "mid-write:2",
                                  "after-write:1", "before-commit:1", "after-commit:1"};
        return {{odbcPostgresToParquet(*m_postgres, kRows), reading},
                {csvToOdbcPostgres(*m_postgres, kRows), writing},
                {csvReplacesOdbcPostgres(*m_postgres, kRows), writing},
                {csvToOdbcMariadb(*m_maria, kRows), writing}};
    }

    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<MariaServer> m_maria;
};

} // namespace

QTEST_GUILESS_MAIN(KillOdbcTest)
