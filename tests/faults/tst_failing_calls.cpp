// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/crash_lane.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>

using namespace headrace::test;

/// The n-th write, fsync or rename below the job's folder fails, n = 1, 2, 3, 5, 8 … until a run no longer reaches it:
/// exit 1 with a sentence, nothing half-written, and the next run finishes with every row once.
class FailingCallsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nthCallFails_data();
    void nthCallFails();

private:
    QTemporaryDir m_folder;
};

void FailingCallsTest::nthCallFails_data()
{
    QTest::addColumn<QString>("lane");
    QTest::addColumn<QString>("call");
    QTest::addColumn<int>("errorNumber");
    for (const char* lane : {"csv-duckdb", "sqlite-parquet"}) {
        QTest::addRow("%s full disk", lane) << lane << "write" << ENOSPC;
        QTest::addRow("%s write error", lane) << lane << "write" << EIO;
        QTest::addRow("%s fsync error", lane) << lane << "fsync" << EIO;
        QTest::addRow("%s rename refused", lane) << lane << "rename" << EACCES;
    }
}

void FailingCallsTest::nthCallFails()
{
    QFETCH(QString, lane);
    QFETCH(QString, call);
    QFETCH(int, errorNumber);
    constexpr std::int64_t kRows = 20'000;
    const CrashJob job(lane == QStringLiteral("csv-duckdb") ? csvToDuckdb(kRows) : sqliteToParquet(kRows),
                       m_folder.filePath(QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-')));
    const QString mark = job.folder() + QStringLiteral("-reached");

    int failures = 0;
    for (int n = 1, following = 2;; n = std::exchange(following, n + following)) {
        job.reset();
        QFile::remove(mark);
        const CrashJob::Outcome failed =
            job.run(std::nullopt,
                    {{QStringLiteral("LD_PRELOAD"), QStringLiteral(HEADRACE_FAILING_CALLS)},
                     {QStringLiteral("HEADRACE_FAIL"), QStringLiteral("%1:%2:%3").arg(call).arg(n).arg(errorNumber)},
                     {QStringLiteral("HEADRACE_FAIL_BELOW"), job.folder()},
                     {QStringLiteral("HEADRACE_FAIL_MARK"), mark}});
        QVERIFY2(!failed.killed, qPrintable(QStringLiteral("crashed at %1 %2").arg(call).arg(n)));
        if (!QFile::exists(mark)) {
            QVERIFY2(failed.exitCode == 0, qPrintable(failed.messages));
            break;
        }
        ++failures;
        if (failed.exitCode != 0) {
            QCOMPARE(failed.exitCode, 1);
            QVERIFY2(failed.messages.contains(job.folder()), qPrintable("names no file: " + failed.messages));
        }
        QCOMPARE(job.halfWritten(), QStringList{});
        const CrashJob::Outcome again = job.run(std::nullopt);
        QVERIFY2(!again.killed && again.exitCode == 0, qPrintable(again.messages));
        const Verdict verdict = job.check();
        QVERIFY2(verdict == Verdict{},
                 qPrintable(QStringLiteral("%1 %2: %3").arg(call).arg(n).arg(verdict.describe())));
    }
    QVERIFY2(failures > 0, "no call was ever reached");
}

QTEST_GUILESS_MAIN(FailingCallsTest)
#include "tst_failing_calls.moc"
