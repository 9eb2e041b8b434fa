// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/connectors/pipeline/mill.h"
#include "tests/support/rows.h"

#include <QTest>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

const Error kAway{ErrorCode::Unavailable, "The peer is away.", {}, {}};

std::vector<std::int64_t> firstIds(std::int64_t count)
{
    std::vector<std::int64_t> ids;
    for (std::int64_t id = 0; id < count; ++id)
        ids.push_back(id);
    return ids;
}

} // namespace

class TestPull : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batchesAreCutAndTheCheckpointSaysFinished()
    {
        Mill mill;
        mill.pipeline.batch.rows = 8;
        const auto end = mill.run();
        QVERIFY_RESULT(end);
        QVERIFY(*end == Pull::End::EndOfInput);
        QCOMPARE(mill.printed(), "#1 8 rows 0ms, #2 8 rows 0ms, #3 4 end_of_input 0ms");
        QCOMPARE(mill.destination.ids, firstIds(20));
        QVERIFY(mill.disk.checkpoint == (Checkpoint{{{"20"}, 3}, 20, 0, true}));
        QCOMPARE(mill.acknowledged, (std::vector<std::int64_t>{8, 16, 20}));
        const auto totals = mill.metrics->snapshot();
        QCOMPARE(totals.rowsRead, 20);
        QCOMPARE(totals.rowsCommitted, 20);
        QCOMPARE(totals.bytesRead, totals.bytesCommitted);
        QCOMPARE(totals.batches, 3);
    }

    void aFinishedPipelineGoesOnWhereItEnded()
    {
        Mill mill;
        QVERIFY_RESULT(mill.run());
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.starts, std::vector<std::string>{"20"});
        mill.input.records = 23;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 20 end_of_input 0ms, #2 3 end_of_input 0ms");
        QCOMPARE(mill.destination.ids, firstIds(23));
    }

    void everythingIsReadAgainAndAppended()
    {
        Mill mill;
        mill.pulls = {true, false, ""};
        mill.pipeline.batch.rows = 12;
        QVERIFY_RESULT(mill.run());
        mill.changed = true;
        mill.input.records = 6;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.starts, std::vector<std::string>{"start"});
        QCOMPARE(mill.printed(), "#1 12 rows 0ms, #2 8 end_of_input 0ms, #3 6 end_of_input 0ms");
        QCOMPARE(mill.destination.ids.size(), 26U);
        QVERIFY(mill.disk.checkpoint == (Checkpoint{{{"6"}, 3}, 26, 0, true, 2}));
    }

    void everythingIsReadAgainAndReplaced()
    {
        Mill mill;
        mill.pulls = {true, true, ""};
        mill.destination.replaces = true;
        mill.pipeline.batch.rows = 12;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(20));
        mill.input.records = 14;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(14));
        mill.input.records = 0;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(0));
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(0));
    }

    void anInterruptedPullOfEverythingGoesOn_data()
    {
        QTest::addColumn<bool>("replaces");
        QTest::addColumn<bool>("changed");
        QTest::newRow("appending") << false << false;
        QTest::newRow("replacing") << true << false;
        QTest::newRow("replacing what has changed") << true << true;
    }
    void anInterruptedPullOfEverythingGoesOn()
    {
        QFETCH(bool, replaces);
        QFETCH(bool, changed);
        Mill mill;
        mill.pulls = {true, replaces, ""};
        mill.destination.replaces = replaces;
        mill.pipeline.batch.rows = 5;
        QVERIFY_RESULT(mill.run());
        mill.errors.emplace(3, Error{ErrorCode::Failed, "The power is gone.", {}, {}});
        QVERIFY(!mill.run());
        mill.changed = changed;
        QVERIFY_RESULT(mill.run());
        // The checkpoint lags; the destination knows better.
        QCOMPARE(mill.starts, changed ? (std::vector<std::string>{"start", "10", "start"})
                                      : (std::vector<std::string>{"start", "10"}));
        std::vector<std::int64_t> wanted = firstIds(20);
        if (!replaces)
            wanted.insert(wanted.end(), wanted.begin(), wanted.begin() + 20);
        QCOMPARE(mill.destination.ids, wanted);
    }

    void anInterruptedPullOfEverythingStopsWhereItCannotGoOn()
    {
        Mill mill;
        mill.pulls = {true, false, ""};
        mill.pipeline.batch.rows = 5;
        mill.errors.emplace(3, Error{ErrorCode::Failed, "The power is gone.", {}, {}});
        QVERIFY(!mill.run());
        mill.changed = true;
        const auto end = mill.run();
        QVERIFY(!end && end.error().code == ErrorCode::Conflict);
        QCOMPARE(mill.destination.ids, firstIds(10));
    }

    void aPullThatBeganAnewIsKnownBeforeItsFirstBatch()
    {
        Mill mill;
        mill.pulls = {true, false, ""};
        QVERIFY_RESULT(mill.run());
        mill.errors.emplace(1, Error{ErrorCode::Failed, "The power is gone.", {}, {}});
        QVERIFY(!mill.run());
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.starts, std::vector<std::string>{"start"});
        QCOMPARE(mill.destination.ids.size(), 40U);
    }

    void ageFiresWhileNothingComes()
    {
        Mill mill;
        mill.pipeline.batch.age = 700ms;
        mill.stalls[3] = 5s;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 10 age 700ms, #2 10 end_of_input 0ms");
    }

    void theGridFiresWhileNothingComes()
    {
        Mill mill;
        mill.clock.advance(59min);
        mill.pipeline.batch.grid = 1h;
        mill.stalls[2] = 5min;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 5 grid 60000ms, #2 15 end_of_input 0ms");
    }

    void aRetryIsARewindBehindTheLastDurableRow()
    {
        Mill mill;
        mill.pipeline.batch.rows = 8;
        mill.errors[3] = kAway;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.starts, (std::vector<std::string>{"start", "8"}));
        QCOMPARE(mill.destination.ids, firstIds(20));
        QCOMPARE(mill.metrics->snapshot().rewinds, 1);
    }

    void theDelayDoublesAndHonoursThePeersWish()
    {
        Mill mill;
        mill.pipeline.retry = {5, 100ms, 500ms};
        for (int read = 1; read <= 5; ++read)
            mill.errors[read] = kAway;
        mill.errors[2].retryAfter = 3s;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.control->m_pauses, (std::vector<std::int64_t>{100, 3000, 400, 500, 500}));
        QCOMPARE(mill.metrics->snapshot().message, "");
    }

    void triesWithoutProgressRunOut()
    {
        Mill mill;
        mill.pipeline.retry.attempts = 2;
        for (int read = 1; read <= 3; ++read)
            mill.errors[read] = kAway;
        const auto end = mill.run();
        QVERIFY(!end);
        QCOMPARE(end.error().message, "The peer is away. It was tried 3 times without progress; a higher "
                                      "'attempts' of 'retry' would wait longer.");
        QCOMPARE(mill.destination.ids.size(), 0);
    }

    void progressGivesNewTries()
    {
        Mill mill;
        mill.pipeline.batch.rows = 5;
        mill.pipeline.retry.attempts = 1;
        for (const int read : {2, 4, 6, 8})
            mill.errors[read] = kAway;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(20));
        QCOMPARE(mill.metrics->snapshot().rewinds, 4);
    }

    void otherErrorsAreNotRetried()
    {
        Mill mill;
        mill.errors[2] = {ErrorCode::Data, "The file is cut.", {}, {}};
        const auto end = mill.run();
        QVERIFY(!end);
        QCOMPARE(end.error().message, "The file is cut.");
        QVERIFY(mill.control->m_pauses.empty());
    }

    void theDestinationsPositionWins()
    {
        Mill mill;
        mill.disk.checkpoint = Checkpoint{{{"5"}, 1}, 5, 0, false};
        mill.destination.ids = firstIds(10);
        mill.destination.position = {{"10"}, 2};
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.starts, (std::vector<std::string>{"5", "10"}));
        QCOMPARE(mill.destination.ids, firstIds(20));
        QCOMPARE(mill.printed(), "#3 10 end_of_input 0ms");
    }

    void anEmptiedDestinationIsFilledAgain()
    {
        Mill mill;
        mill.disk.checkpoint = Checkpoint{{{"10"}, 2}, 10, 0, false};
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(20));
        QVERIFY(mill.disk.checkpoint == (Checkpoint{{{"20"}, 1}, 20, 0, true}));
    }

    void aDestinationWithoutPositionsTrustsTheCheckpoint()
    {
        Mill mill;
        mill.disk.checkpoint = Checkpoint{{{"10"}, 2}, 10, 0, false};
        QVERIFY_RESULT(mill.run(false));
        QCOMPARE(mill.starts, std::vector<std::string>{"10"});
        QCOMPARE(mill.destination.ids.size(), 10);
        QVERIFY(mill.disk.checkpoint == (Checkpoint{{{"20"}, 3}, 20, 0, true}));
    }

    void theCheckpointFollowsWhereRepeatsShow_data()
    {
        QTest::addColumn<bool>("exactlyOnce");
        QTest::addColumn<bool>("repeatsShow");
        QTest::addColumn<QList<qint64>>("saved");
        QTest::newRow("rows would come twice") << false << true << QList<qint64>{0, 1, 2, 3};
        QTest::newRow("the destination knows") << true << true << QList<qint64>{0, 0, 0, 0};
        QTest::newRow("nobody can tell") << false << false << QList<qint64>{0, 0, 0, 0};
    }
    /// A kill before a commit's checkpoint repeats that batch and no other.
    void theCheckpointFollowsWhereRepeatsShow()
    {
        QFETCH(const bool, exactlyOnce);
        QFETCH(const bool, repeatsShow);
        QFETCH(const QList<qint64>, saved);
        Mill mill;
        mill.pipeline.batch.rows = 5;
        QVERIFY_RESULT(mill.run(exactlyOnce, repeatsShow));
        QCOMPARE(QList<qint64>(mill.saved.begin(), mill.saved.end()), saved);
        QVERIFY(mill.disk.checkpoint == (Checkpoint{{{"20"}, 4}, 20, 0, true}));
        QCOMPARE(mill.disk.saves, saved.back() > 1 ? 5 : 1);
    }

    void aLaggingCheckpointIsSavedInTime()
    {
        Mill mill;
        mill.pipeline.batch.rows = 5;
        mill.stalls[2] = CommitLedger::kMaxLag;
        QVERIFY_RESULT(mill.run(false, false));
        QCOMPARE(mill.saved, (std::vector<std::int64_t>{0, 0, 2, 2}));
        QCOMPARE(mill.disk.saves, 2);
    }

    void stopsAfterSoManyRows_data()
    {
        QTest::addColumn<int>("rows");
        QTest::newRow("none") << 0;
        QTest::newRow("inside a chunk") << 7;
        QTest::newRow("at a chunk's end") << 10;
        QTest::newRow("all") << 20;
    }
    void stopsAfterSoManyRows()
    {
        QFETCH(int, rows);
        Mill mill;
        mill.input.bad = {8};
        mill.limits.maxRows = rows;
        const auto end = mill.run();
        QVERIFY_RESULT(end);
        QVERIFY(*end == (rows == 20 ? Pull::End::EndOfInput : Pull::End::Limit));
        QCOMPARE(mill.metrics->snapshot().rowsRead, std::min(rows, 19));
        mill.limits = {};
        QVERIFY_RESULT(mill.run());
        auto wanted = firstIds(20);
        wanted.erase(wanted.begin() + 8);
        QCOMPARE(mill.destination.ids, wanted);
        QCOMPARE(mill.disk.quarantined, std::vector<std::int64_t>{8});
    }

    void drainsWhenTheTimeIsUp()
    {
        Mill mill;
        mill.limits.maxTime = 10s;
        mill.stalls[3] = 60s;
        const auto end = mill.run();
        QVERIFY_RESULT(end);
        QVERIFY(*end == Pull::End::Limit);
        QCOMPARE(mill.printed(), "#1 10 stop 10000ms");
    }

    void aStopDrainsAndAnAbortDrops_data()
    {
        QTest::addColumn<bool>("abort");
        QTest::addColumn<int>("delivered");
        QTest::newRow("stop") << false << 15;
        QTest::newRow("abort") << true << 8;
    }
    void aStopDrainsAndAnAbortDrops()
    {
        QFETCH(bool, abort);
        Mill mill;
        mill.pipeline.batch.rows = 8;
        mill.onRead = [abort](int read, RunControl& control) {
            if (read == 3)
                abort ? control.abort() : control.requestStop();
        };
        const auto end = mill.run();
        QVERIFY_RESULT(end);
        QVERIFY(*end == Pull::End::Stopped);
        QTEST(static_cast<int>(mill.destination.ids.size()), "delivered");
        QVERIFY(!mill.disk.checkpoint || !mill.disk.checkpoint->finished);
        mill.onRead = nullptr;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids, firstIds(20));
    }

    void aStopEndsTheWaitForAnotherTry()
    {
        Mill mill;
        mill.errors[1] = kAway;
        mill.onRead = [](int, RunControl& control) { control.requestStop(); };
        const auto end = mill.run();
        QVERIFY_RESULT(end);
        QVERIFY(*end == Pull::End::Stopped);
    }

    void aNewPolicyHoldsFromTheNextBatch()
    {
        Mill mill;
        mill.pipeline.batch.rows = 8;
        mill.onRead = [](int read, RunControl& control) {
            if (read == 1)
                control.setPolicy({.rows = 6});
        };
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 8 rows 0ms, #2 6 rows 0ms, #3 6 rows 0ms");
    }

    void aNewSchemaOpensANewBatch()
    {
        Mill mill;
        mill.input.schemaChange = 12;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 12 schema_change 0ms, #2 8 end_of_input 0ms");
        QCOMPARE(mill.destination.ids, firstIds(20));
    }

    void rowsThatTheShapeDropsMoveThePosition()
    {
        Mill mill;
        mill.pipeline.shapeSql = "SELECT * FROM input WHERE id % 3 <> 0";
        mill.input.records = 1;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.destination.ids.size(), 0);
        QCOMPARE(mill.disk.checkpoint->committed.end.text, "1");
        QCOMPARE(mill.metrics->snapshot().batches, 0);
    }

    void badRecordsAreSetAside()
    {
        Mill mill;
        mill.input.bad = {0, 7, 19};
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.disk.quarantined, (std::vector<std::int64_t>{0, 7, 19}));
        QCOMPARE(mill.destination.ids.size(), 17);
        QCOMPARE(mill.metrics->snapshot().quarantined, 3);
        QCOMPARE(mill.disk.checkpoint->quarantined, 3);
    }

    void tooManyBadRecordsEndTheRun()
    {
        Mill mill;
        mill.input.bad = {1, 2, 3};
        mill.pipeline.badRecords.limit = 2;
        const auto end = mill.run();
        QVERIFY(!end);
        QVERIFY(end.error().code == ErrorCode::Data);
        QCOMPARE(end.error().message, "3 records were bad, more than the limit of 2: see 'the scripted quarantine'. "
                                      "Correct the source's options, or raise 'limit' under 'bad_records'.");
        QCOMPARE(mill.disk.quarantined, (std::vector<std::int64_t>{1, 2, 3}));
        QVERIFY(mill.destination.ids.empty());
    }

    void aBadRecordCanEndTheRun()
    {
        Mill mill;
        mill.input.bad = {7};
        mill.pipeline.badRecords.action = BadRecordPolicy::Action::Fail;
        const auto end = mill.run();
        QVERIFY(!end);
        QVERIFY(end.error().code == ErrorCode::Data);
        QCOMPARE(end.error().message, "A bad record at byte 7 of 'records': It is bad.");
        QVERIFY(mill.disk.quarantined.empty());
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestPull)
#include "tst_pull.moc"
