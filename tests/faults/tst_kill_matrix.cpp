// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/crash_lane.h"
#include "tests/faults/kill_checks.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <vector>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 120'000;

const std::map<QString, CrashLane>& lanes()
{
    static const std::map<QString, CrashLane> lanes{{QStringLiteral("csv-duckdb"), csvToDuckdb(kRows)},
                                                    {QStringLiteral("sqlite-parquet"), sqliteToParquet(kRows)}};
    return lanes;
}

} // namespace

/// kill -9 at random times and at every named point, restarted until done: nothing lost, nothing doubled.
class KillMatrixTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomKills_data();
    void randomKills();
    void namedPoints_data();
    void namedPoints();

private:
    /// One job a lane for the whole test, so that its input is made once.
    const CrashJob& job(const QString& lane);

    QTemporaryDir m_folder;
    std::map<QString, CrashJob> m_jobs;
};

const CrashJob& KillMatrixTest::job(const QString& lane)
{
    const auto found = m_jobs.find(lane);
    if (found != m_jobs.end())
        return found->second;
    return m_jobs.emplace(lane, CrashJob(lanes().at(lane), m_folder.filePath(lane))).first->second;
}

void KillMatrixTest::randomKills_data()
{
    QTest::addColumn<QString>("lane");
    for (const auto& [name, lane] : lanes())
        QTest::newRow(qPrintable(name)) << name;
}

void KillMatrixTest::randomKills()
{
    QFETCH(QString, lane);
    checkRandomKills(job(lane), killsWanted(20));
}

void KillMatrixTest::namedPoints_data()
{
    QTest::addColumn<QString>("lane");
    QTest::addColumn<QString>("point");
    for (const auto& [name, lane] : lanes()) {
        // Checkpoints, and the renames that make them durable, are rarer than batches where the destination keeps its
        // own position: only the one at the end is sure to come.
        for (const auto& [point, passes] :
             std::vector<std::pair<const char*, std::vector<int>>>{{"after-read", {1, 2}},
                                                                   {"before-write", {1, 2, 7}},
                                                                   {"mid-write", {1, 2, 7}},
                                                                   {"after-write", {1, 2, 7}},
                                                                   {"before-commit", {1, 2, 7}},
                                                                   {"after-commit", {1, 2, 7}},
                                                                   {"before-rename", {1}},
                                                                   {"after-rename", {1}},
                                                                   {"before-checkpoint", {1}},
                                                                   {"after-checkpoint", {1}}})
            for (const int pass : passes)
                QTest::addRow("%s %s:%d", qPrintable(name), point, pass)
                    << name << QStringLiteral("%1:%2").arg(QLatin1String(point)).arg(pass);
    }
}

void KillMatrixTest::namedPoints()
{
    QFETCH(QString, lane);
    QFETCH(QString, point);
    checkNamedPoint(job(lane), point);
}

QTEST_GUILESS_MAIN(KillMatrixTest)
#include "tst_kill_matrix.moc"
