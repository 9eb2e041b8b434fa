// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_test.h"

#include "tests/faults/kill_checks.h"

#include <QTest>

namespace headrace::test {

KillTest::KillTest(int usualKills)
    : m_usualKills(usualKills)
{
    // QtTest ends a function after five minutes, and 200 kills of a lane may take longer; ctest has a limit of its own.
    qputenv("QTEST_FUNCTION_TIMEOUT", "3600000");
}

void KillTest::initTestCase()
{
    for (KillLane& made : lanes()) {
        const QString name = made.lane.name;
        m_jobs.emplace(name, CrashJob(std::move(made.lane), m_folder.filePath(name)));
        m_points.emplace(name, std::move(made.points));
    }
}

void KillTest::randomKills_data()
{
    QTest::addColumn<QString>("lane");
    for (const auto& [name, job] : m_jobs)
        QTest::newRow(qPrintable(name)) << name;
}

void KillTest::randomKills()
{
    QFETCH(QString, lane);
    checkRandomKills(m_jobs.at(lane), killsWanted(m_usualKills));
}

void KillTest::namedPoints_data()
{
    QTest::addColumn<QString>("lane");
    QTest::addColumn<QString>("point");
    for (const auto& [name, points] : m_points)
        for (const QString& point : points)
            QTest::addRow("%s %s", qPrintable(name), qPrintable(point)) << name << point;
}

void KillTest::namedPoints()
{
    QFETCH(QString, lane);
    QFETCH(QString, point);
    checkNamedPoint(m_jobs.at(lane), point);
}

} // namespace headrace::test
