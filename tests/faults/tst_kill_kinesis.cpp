// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"
#include "tests/faults/kinesis_lanes.h"

#include <QTest>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 12'000;

/// From an emulator of Kinesis that stays.
class KillKinesisTest final : public KillTest {
public:
    KillKinesisTest()
        : KillTest(4)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        m_server.start();
        return {{kinesisToDuckdb(m_server, kRows), {"after-read:5", "before-commit:1", "after-commit:1"}}};
    }

    KinesisServer m_server;
};

} // namespace

QTEST_GUILESS_MAIN(KillKinesisTest)
