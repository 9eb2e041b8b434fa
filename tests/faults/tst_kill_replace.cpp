// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"
#include "tests/faults/replace_lanes.h"

#include <QTest>

#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;

/// The mode replace over a table with rows, into every database, with and without things attached to the table.
class KillReplaceTest final : public KillTest {
public:
    KillReplaceTest()
        : KillTest(3)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_postgres = std::make_unique<PostgresServer>();
        m_maria = std::make_unique<MariaServer>();
        const QStringList points{"mid-write:1", "after-write:1", "before-commit:1", "after-commit:1"};
        std::vector<KillLane> lanes;
        for (const bool kept : {false, true}) {
            lanes.push_back({replacesPostgres(*m_postgres, kRows, kept), points});
            lanes.push_back({replacesMariadb(*m_maria, kRows, kept),
                             kept ? points : points + QStringList{"before-rename:1", "after-rename:1"}});
            lanes.push_back({replacesSqlite(kRows, kept), points});
            lanes.push_back({replacesDuckdb(kRows, kept), points});
            lanes.push_back({replacesOdbcPostgres(*m_postgres, kRows, kept), points});
            lanes.push_back({replacesOdbcMariadb(*m_maria, kRows, kept), points});
        }
        return lanes;
    }

    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<MariaServer> m_maria;
};

} // namespace

QTEST_GUILESS_MAIN(KillReplaceTest)
