// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/batch_queue.h"
#include "tests/support/rows.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace headrace;

namespace {

BatchQueue::Rows oneRow()
{
    return test::rowsOf(test::schemaOf("id:int64"), {{"1"}});
}

} // namespace

/// Both sides on one thread, so that every interleaving is written down.
class TestBatchQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsThenTheirEnd();
    void endedBatchesShareATransaction();
    void unfinishedBatchDoesNotJoin();
    void unfinishedBatchMayWait();
    void dropBeforeTheWorkerTookRows();
    void errorEmptiesTheQueue();
    void companyIsWaitedFor_data();
    void companyIsWaitedFor();
};

void TestBatchQueue::rowsThenTheirEnd()
{
    BatchQueue queue;
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    QVERIFY(queue.waitForWork());
    QVERIFY(std::holds_alternative<BatchQueue::Rows>(queue.next()));
    QVERIFY_RESULT(queue.end({{"p1"}, 1}));
    QVERIFY(std::get<CommittedPosition>(queue.next()) == CommittedPosition({{"p1"}, 1}));
    QVERIFY(!queue.durable()->has_value());
    queue.transactionEnded({}, CommittedPosition{{"p1"}, 1});
    QVERIFY(*queue.durable() == CommittedPosition({{"p1"}, 1}));
    QVERIFY_RESULT(queue.flush({}));
    queue.close();
    QVERIFY(!queue.waitForWork());
}

void TestBatchQueue::endedBatchesShareATransaction()
{
    BatchQueue queue;
    QVERIFY(*queue.durable() == std::nullopt);
    QVERIFY_RESULT(queue.end({{"p1"}, 1}));
    QVERIFY(queue.waitForWork());
    QVERIFY(std::get<CommittedPosition>(queue.next()).sequence == 1); // after a pause: at once
    queue.transactionEnded({}, CommittedPosition{{"p1"}, 1});
    for (int sequence = 2; sequence <= 4; ++sequence) {
        QVERIFY_RESULT(queue.push(oneRow(), {}));
        QVERIFY_RESULT(queue.end({{"p"}, sequence}));
    }
    queue.close();
    QVERIFY(queue.waitForWork());
    for (int sequence = 2; sequence <= 4; ++sequence)
        QVERIFY(std::holds_alternative<BatchQueue::Rows>(queue.next()));
    QCOMPARE(std::get<CommittedPosition>(queue.next()).sequence, 4);
}

void TestBatchQueue::unfinishedBatchDoesNotJoin()
{
    BatchQueue queue;
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    QVERIFY_RESULT(queue.end({{"p1"}, 1}));
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    QVERIFY(queue.waitForWork());
    QVERIFY(std::holds_alternative<BatchQueue::Rows>(queue.next()));
    QCOMPARE(std::get<CommittedPosition>(queue.next()).sequence, 1);
}

/// While a worker waits for as much as can wait, nothing begins: it would hang here, were there no end.
void TestBatchQueue::unfinishedBatchMayWait()
{
    BatchQueue queue;
    std::atomic<bool> hasBegun = false;
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    {
        const std::jthread worker([&] { hasBegun = queue.waitForWork(true); });
        QVERIFY_RESULT(queue.push(oneRow(), {}));
        QVERIFY(!hasBegun);
        QVERIFY_RESULT(queue.end({{"p1"}, 1}));
    }
    QVERIFY(hasBegun);
    BatchQueue full;
    const std::vector<std::vector<std::string>> cells{{std::string(5 << 20, 'x')}};
    QVERIFY_RESULT(full.push(test::rowsOf(test::schemaOf("v:string"), cells), {}));
    QVERIFY(full.waitForWork(true));
    BatchQueue pieces;
    for (int i = 0; i < 5000; ++i)
        QVERIFY_RESULT(pieces.push(oneRow(), {}));
    QVERIFY(pieces.waitForWork(true));
}

void TestBatchQueue::dropBeforeTheWorkerTookRows()
{
    BatchQueue queue;
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    QVERIFY(queue.waitForWork());
    queue.drop();
    QVERIFY_RESULT(queue.flush({}));
    queue.close();
    QVERIFY(std::holds_alternative<BatchQueue::Dropped>(queue.next()));
}

void TestBatchQueue::errorEmptiesTheQueue()
{
    BatchQueue queue;
    QVERIFY_RESULT(queue.push(oneRow(), {}));
    QVERIFY_RESULT(queue.end({{"p1"}, 1}));
    QVERIFY(queue.waitForWork());
    queue.transactionEnded(fail(ErrorCode::Full, "No space."), std::nullopt);
    QVERIFY(!queue.waitForWork());
    for (const Status& status : {queue.push(oneRow(), {}), queue.end({{"p2"}, 2}), queue.flush({})}) {
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Full);
    }
    QVERIFY(!queue.durable());
    queue.drop();
}

void TestBatchQueue::companyIsWaitedFor_data()
{
    QTest::addColumn<int>("commitCost");
    QTest::addColumn<qint64>("rows");
    QTest::addColumn<bool>("isSaturated");
    QTest::addColumn<int>("wait");
    QTest::newRow("a quick commit") << 1 << qint64{5} << false << 10;
    QTest::newRow("a slow commit of a stream") << 30 << qint64{5} << false << 20;
    QTest::newRow("a slow commit of many rows") << 30 << qint64{10'000} << false << 300;
    QTest::newRow("a very slow commit") << 3'000 << qint64{10'000} << false << 1'000;
    QTest::newRow("rows that wait for room") << 1 << qint64{5} << true << 1'000;
}

void TestBatchQueue::companyIsWaitedFor()
{
    QFETCH(int, commitCost);
    QFETCH(qint64, rows);
    QFETCH(bool, isSaturated);
    QFETCH(int, wait);
    const auto waited = BatchQueue::companyWait(std::chrono::milliseconds{commitCost}, rows, isSaturated);
    QCOMPARE(std::chrono::duration_cast<std::chrono::milliseconds>(waited).count(), qint64{wait});
}

QTEST_GUILESS_MAIN(TestBatchQueue)
#include "tst_batch_queue.moc"
