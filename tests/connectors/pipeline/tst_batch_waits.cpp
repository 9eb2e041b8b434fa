// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/connectors/pipeline/mill.h"
#include "tests/support/rows.h"

#include <QTest>

namespace headrace::test {

/// How long the rows of a batch waited, and when that ended.
class TestBatchWaits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void waitsAreCountedFromTheArrival()
    {
        Mill mill;
        mill.pipeline.batch.rows = 10;
        mill.stalls[2] = 4s;
        QVERIFY_RESULT(mill.run());
        const auto records = mill.metrics->batchesSince(0);
        QCOMPARE(records.size(), 2);
        QCOMPARE(records[0].waitP50, 0s);
        QCOMPARE(records[0].waitP95, 4s);
        QCOMPARE(records[1].waitP99, 0s);
        QCOMPARE(mill.metrics->batchesSince(1).size(), 1);
    }

    /// Each batch becomes durable when the next one is committed.
    void waitsEndWhenTheBatchIsDurable()
    {
        Mill mill;
        mill.pipeline.batch.rows = 10;
        mill.pipelined = 1;
        mill.stalls[3] = 4s;
        QVERIFY_RESULT(mill.run());
        const auto records = mill.metrics->batchesSince(0);
        QCOMPARE(records.size(), 2);
        QCOMPARE(records[0].waitP50, 4s);
        QCOMPARE(records[0].waitP99, 4s);
        QCOMPARE(records[0].sinkTime, 4s);
        QCOMPARE(records[0].committedAt, records[1].committedAt);
        QCOMPARE(records[1].waitP99, 0s);
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestBatchWaits)
#include "tst_batch_waits.moc"
