// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"

#include <QObject>
#include <QTemporaryDir>

#include <map>
#include <vector>

namespace headrace::test {

/// A lane and the points ("before-commit:2": at the second passing) where it is killed besides at random times.
struct KillLane {
    CrashLane lane;
    QStringList points;
};

/// kill -9 at random times and at named points, restarted until done: nothing lost, nothing doubled, nothing altered.
/// A test program says which lanes.
class KillTest : public QObject {
    Q_OBJECT

protected:
    /// `usualKills` a lane; installer/test --long makes 200.
    explicit KillTest(int usualKills);

    /// Called once, before the first kill: starts what the lanes need.
    virtual std::vector<KillLane> lanes() = 0;

private Q_SLOTS:
    void initTestCase();
    void randomKills_data();
    void randomKills();
    void namedPoints_data();
    void namedPoints();

private:
    int m_usualKills;
    QTemporaryDir m_folder;
    std::map<QString, CrashJob> m_jobs;
    std::map<QString, QStringList> m_points; ///< by lane
};

} // namespace headrace::test
