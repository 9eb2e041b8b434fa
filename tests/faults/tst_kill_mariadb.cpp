// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"
#include "tests/faults/mariadb_lanes.h"

#include <QTest>

#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;

/// From and to a MariaDB server that stays.
class KillMariadbTest final : public KillTest {
public:
    KillMariadbTest()
        : KillTest(20)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_server = std::make_unique<MariaServer>();
        const QStringList reading{"after-read:2", "after-write:1", "before-rename:1", "after-rename:2",
                                  "after-commit:1"};
        const QStringList writing{"after-read:2",  "before-write:1",  "mid-write:2",
                                  "after-write:1", "before-commit:1", "after-commit:1"};
        return {{mariadbToParquet(*m_server, kRows), reading},
                {mariadbCountedToParquet(*m_server, kRows), reading},
                {csvToMariadb(*m_server, kRows), writing},
                {csvReplacesMariadb(*m_server, kRows), writing + QStringList{"before-rename:1", "after-rename:1"}}};
    }

    std::unique_ptr<MariaServer> m_server;
};

} // namespace

QTEST_GUILESS_MAIN(KillMariadbTest)
