// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"

#include <QTest>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 120'000;

QStringList everyPoint()
{
    QStringList points{"after-read:1", "after-read:2"};
    for (const char* point : {"before-append", "after-append", "before-end", "after-end"})
        for (const int pass : {1, 7})
            points << QStringLiteral("%1:%2").arg(QLatin1String(point)).arg(pass);
    // Batches that come while a destination commits share its next transaction.
    for (const char* point : {"before-write", "mid-write", "after-write", "before-commit", "after-commit"})
        for (const int pass : {1, 2})
            points << QStringLiteral("%1:%2").arg(QLatin1String(point)).arg(pass);
    // Checkpoints, and the renames that make them durable, are rarer than batches where the destination keeps its own
    // position: only the one at the end is sure to come.
    return points + QStringList{"before-rename:1", "after-rename:1", "before-checkpoint:1", "after-checkpoint:1"};
}

/// Between files, at every named point.
class KillMatrixTest final : public KillTest {
public:
    KillMatrixTest()
        : KillTest(20)
    {
    }

private:
    std::vector<KillLane> lanes() override
    {
        return {{csvToDuckdb(kRows), everyPoint()}, {sqliteToParquet(kRows), everyPoint()}};
    }
};

} // namespace

QTEST_GUILESS_MAIN(KillMatrixTest)
