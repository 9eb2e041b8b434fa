// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/shard_schedule.h"

#include <QTest>

using namespace headrace;
using namespace headrace::kinesis;
using namespace std::chrono_literals;

/// Which shard of a Kinesis stream is read when, without a stream and without waiting.
class TestShardSchedule : public QObject {
    Q_OBJECT

private:
    using Time = ShardSchedule::Time;
    static constexpr Time kStart{};

    /// Indexes of all that may be read at a time.
    static std::vector<std::size_t> takeAll(ShardSchedule& schedule, Time now)
    {
        std::vector<std::size_t> taken;
        while (const auto index = schedule.take(now))
            taken.push_back(*index);
        return taken;
    }

private Q_SLOTS:
    void childrenWaitForAllParents();
    void childrenOfWhatIsNotWantedEnd();
    void parentsThatAreGoneHoldUpNobody();
    void readsAndBytesStayWithinTheLimits_data();
    void readsAndBytesStayWithinTheLimits();
    void idleShardsAreAskedLessOften();
    void throttledShardsBackOff();
    void pagesKeepTheirSize();
};

void TestShardSchedule::childrenWaitForAllParents()
{
    ShardSchedule schedule(1s);
    schedule.add({"a", {}, true}, {});
    schedule.add({"b", {}, true}, {});
    schedule.add({"c", {"a", "b"}, false}, {});
    QCOMPARE(takeAll(schedule, kStart), (std::vector<std::size_t>{0, 1}));
    schedule.isDrained(0);
    QVERIFY(takeAll(schedule, kStart + 1h).empty());
    schedule.isDrained(1);
    QVERIFY(!schedule.allEnded());
    QCOMPARE(takeAll(schedule, kStart + 1h), std::vector<std::size_t>{2});
    schedule.isDrained(2);
    QVERIFY(schedule.allEnded());
    QCOMPARE(schedule.at(1).place.toText(), std::string("."));
}

void TestShardSchedule::childrenOfWhatIsNotWantedEnd()
{
    ShardSchedule schedule(1s);
    schedule.add({"a", {}, true}, {});
    schedule.add({"b", {"a"}, true}, {});
    schedule.add({"c", {"b"}, false}, {});
    QCOMPARE(takeAll(schedule, kStart), std::vector<std::size_t>{0});
    schedule.isEnded(0);
    QVERIFY(schedule.allEnded());
}

void TestShardSchedule::parentsThatAreGoneHoldUpNobody()
{
    ShardSchedule schedule(1s);
    schedule.add({"c", {"long-gone"}, false}, {});
    schedule.add({"d", {"e"}, false}, {});
    schedule.add({"e", {}, true}, ShardPlace::end());
    QCOMPARE(takeAll(schedule, kStart), (std::vector<std::size_t>{0, 1}));
}

void TestShardSchedule::readsAndBytesStayWithinTheLimits_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<int>("mostReads"); ///< in ten seconds
    QTest::newRow("small pages: 5 reads a second") << qint64{1000} << 54;
    QTest::newRow("large pages: 2 MiB a second") << qint64{1 << 20} << 20;
    QTest::newRow("the largest pages") << qint64{10 << 20} << 2;
}

void TestShardSchedule::readsAndBytesStayWithinTheLimits()
{
    QFETCH(qint64, bytes);
    QFETCH(int, mostReads);
    ShardSchedule schedule(1s);
    schedule.add({"a", {}, false}, {});
    std::vector<Time> reads;
    for (Time now = kStart; now < kStart + 10s; now += 1ms)
        if (schedule.take(now)) {
            reads.push_back(now);
            schedule.wasRead(0, now, 100, bytes, false);
        }
    QVERIFY2(std::ssize(reads) <= mostReads, std::to_string(reads.size()).c_str());
    QVERIFY2(std::ssize(reads) >= mostReads * 9 / 10, std::to_string(reads.size()).c_str());
    for (std::size_t i = 5; i < reads.size(); ++i)
        QVERIFY(reads[i] - reads[i - 5] >= 1s);
}

void TestShardSchedule::idleShardsAreAskedLessOften()
{
    ShardSchedule schedule(3s);
    schedule.add({"a", {}, false}, {});
    QVERIFY(schedule.take(kStart).has_value());
    QVERIFY(!schedule.nextDue().has_value());
    schedule.wasRead(0, kStart, 0, 0, true);
    QVERIFY(schedule.nextDue() == kStart + 3s);
    QVERIFY(!schedule.take(kStart + 2999ms).has_value());
    QVERIFY(schedule.take(kStart + 3s).has_value());
}

void TestShardSchedule::throttledShardsBackOff()
{
    ShardSchedule schedule(1s);
    schedule.add({"a", {}, false}, {});
    std::vector<std::chrono::nanoseconds> pauses;
    Time now = kStart;
    for (int i = 0; i < 8; ++i) {
        QVERIFY(schedule.take(now).has_value());
        schedule.wasThrottled(0, now);
        pauses.push_back(*schedule.nextDue() - now);
        now = *schedule.nextDue();
    }
    QCOMPARE(pauses.front(), std::chrono::nanoseconds{200ms});
    QCOMPARE(pauses[2], std::chrono::nanoseconds{800ms});
    QCOMPARE(pauses.back(), std::chrono::nanoseconds{5s});
    QVERIFY(schedule.at(0).throttledSince == kStart);
    QVERIFY(schedule.take(now).has_value());
    schedule.wasRead(0, now, 1, 1, false);
    QVERIFY(!schedule.at(0).throttledSince.has_value());
    QVERIFY(*schedule.nextDue() - now < 1s);
}

void TestShardSchedule::pagesKeepTheirSize()
{
    ShardSchedule schedule(1s);
    schedule.add({"a", {}, false}, {});
    const auto limitAfter = [&](std::int64_t records, std::int64_t bytes) {
        schedule.wasRead(0, kStart, records, bytes, false);
        return schedule.at(0).limit;
    };
    QCOMPARE(limitAfter(500, 500 * 1024), 1024); // a MiB of such records
    QCOMPARE(limitAfter(0, 0), 1024);
    QCOMPARE(limitAfter(1, 10), 10'000); // as many as AWS gives at once
    QCOMPARE(limitAfter(5, 50 << 20), 20);
}

QTEST_GUILESS_MAIN(TestShardSchedule)
#include "tst_shard_schedule.moc"
