// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/pipeline/delivery_line.h"
#include "connectors/pipeline/pull.h"
#include "connectors/pipeline/pull_kind.h"
#include "tests/support/rows.h"
#include "tests/support/scripted_shape.h"
#include "tests/support/scripted_sink.h"
#include "tests/support/scripted_source.h"
#include "tests/support/scripted_state.h"
#include "tests/support/virtual_control.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::int64_t kRecordsPerSecond = 10;
constexpr std::int64_t kLargestChunk = 500;
constexpr nanoseconds kRun = 2h;
constexpr nanoseconds kOutageBegin = 30min;
constexpr nanoseconds kOutageEnd = 90min;

/// One type of source, that may never end.
Registry streams()
{
    Registry registry;
    SourceType stream;
    stream.type = "stream";
    stream.unbounded = true;
    registry.add(stream);
    return registry;
}

/// A stream of two hours, of which one end is away for one.
struct Outage {
    explicit Outage(const BatchPolicy& policy)
    {
        input.records = kRecordsPerSecond * std::chrono::duration_cast<std::chrono::seconds>(kRun).count();
        pipeline.name = "outage";
        pipeline.batch = policy;
        pipeline.source.type = "stream";
        pipeline.retry = retryPolicy(pipeline, streams());
    }

    [[nodiscard]] nanoseconds elapsed() const { return clock.now() - m_started; }
    [[nodiscard]] bool isOutage() const { return elapsed() >= kOutageBegin && elapsed() < kOutageEnd; }

    Result<Pull::End> run()
    {
        FaultPlan plan = FaultPlan::calm();
        const auto complain = [](const std::string& what) { QFAIL(what.c_str()); };
        VirtualControl control(clock);
        control.m_onPause = [this] { note(); };
        ScriptedSource source({.input = input,
                               .plan = plan,
                               .clock = clock,
                               .complain = complain,
                               .onRead = [this] { produce(); },
                               .smallestChunk = kLargestChunk,
                               .largestChunk = kLargestChunk,
                               .isAway = [this] { return isSourceAway && isOutage(); },
                               .stallPercent = 0});
        ScriptedSink sink({.destination = destination,
                           .plan = plan,
                           .complain = complain,
                           .onAppend = [this](std::int64_t) { ++m_open; },
                           .onLand = [this] { m_open = 0; },
                           .isAway = [this] { return !isSourceAway && isOutage(); },
                           .exactlyOnce = exactlyOnce});
        ScriptedStore store(disk, plan);
        ScriptedQuarantine quarantine(disk, plan);
        DirectFeed feed(source, clock);
        DeliveryLine line({.pipeline = pipeline,
                           .sink = sink,
                           .sinkKeepsPosition = exactlyOnce,
                           .repeatsShow = true,
                           .pulls = {},
                           .quarantine = quarantine,
                           .checkpoints = store,
                           .metrics = metrics,
                           .clock = clock,
                           .run = "run",
                           .abort = control.abortToken(),
                           .compileShape = &ScriptedShape::compile});
        Pull pull({feed, line, control, metrics, clock, pipeline.retry, {}, m_started, jitter});
        return pull.run();
    }

    void produce()
    {
        const auto seconds = std::chrono::duration<double>(elapsed()).count();
        input.arrived = std::min(input.records, static_cast<std::int64_t>(seconds * kRecordsPerSecond));
    }

    void note()
    {
        attempts.push_back(elapsed());
        told = metrics.snapshot().message;
        held.push_back(std::exchange(m_open, 0));
    }

    /// The most attempts within any minute.
    [[nodiscard]] std::int64_t mostPerMinute() const
    {
        std::ptrdiff_t most = 0;
        for (auto begin = attempts.begin(); begin != attempts.end(); ++begin)
            most = std::max(most, std::upper_bound(begin, attempts.end(), *begin + nanoseconds{1min} - 1ns) - begin);
        return most;
    }

    bool isSourceAway = false;
    bool exactlyOnce = true;
    Retries::Jitter jitter;
    ScriptedInput input;
    ScriptedDestination destination;
    ScriptedDisk disk;
    VirtualClock clock;
    Pipeline pipeline;
    Metrics metrics;
    std::vector<nanoseconds> attempts; ///< when one had failed
    std::string told;                  ///< at the last of them
    std::vector<std::int64_t> held;    ///< rows that were read and not durable, when an attempt had failed

private:
    nanoseconds m_started = clock.now();
    std::int64_t m_open = 0;
};

BatchPolicy policyOf(const QString& regime)
{
    BatchPolicy policy;
    if (regime == QLatin1String("streaming"))
        policy.age = 200ms;
    else if (regime == QLatin1String("micro-batch"))
        policy.age = 10s;
    else
        policy.grid = 1h;
    return policy;
}

} // namespace

/// An hour in which one end is away, in virtual time.
class TestOutage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anHourIsOutlasted_data()
    {
        QTest::addColumn<QString>("regime");
        QTest::addColumn<bool>("isSourceAway");
        QTest::addColumn<bool>("exactlyOnce");
        for (const char* regime : {"streaming", "micro-batch", "grid"})
            for (const bool isSourceAway : {false, true})
                for (const bool exactlyOnce : {true, false})
                    QTest::addRow("%s, %s away, %s", regime, isSourceAway ? "source" : "destination",
                                  exactlyOnce ? "exactly once" : "at least once")
                        << regime << isSourceAway << exactlyOnce;
    }

    void anHourIsOutlasted()
    {
        QFETCH(QString, regime);
        QFETCH(bool, isSourceAway);
        QFETCH(bool, exactlyOnce);
        Outage outage(policyOf(regime));
        outage.isSourceAway = isSourceAway;
        outage.exactlyOnce = exactlyOnce;
        outage.jitter = [] { return 0.5; };
        const auto end = outage.run();
        QVERIFY_RESULT(end);
        QCOMPARE(*end, Pull::End::EndOfInput);

        // Nothing is lost, doubled or out of order; here not even with at least once, as no answer was lost.
        std::vector<std::int64_t> all(static_cast<std::size_t>(outage.input.records));
        std::iota(all.begin(), all.end(), 0);
        QVERIFY(outage.destination.ids == all);

        // It is tried often enough to notice the end within a minute, and no more often than that.
        QVERIFY2(outage.mostPerMinute() <= 7, std::to_string(outage.mostPerMinute()).c_str());
        QVERIFY2(outage.attempts.size() >= 60 && outage.attempts.size() <= 130,
                 std::to_string(outage.attempts.size()).c_str());
        QVERIFY(outage.attempts.front() >= kOutageBegin && outage.attempts.back() < kOutageEnd);

        // What waits in memory does not grow with the outage: the source keeps it.
        const auto openFor = regime == QLatin1String("grid") ? kOutageBegin : nanoseconds{11s};
        QVERIFY2(outage.held.front() <= kRecordsPerSecond * (openFor / 1s),
                 std::to_string(outage.held.front()).c_str());
        const std::int64_t most = *std::max_element(outage.held.begin() + 1, outage.held.end());
        QVERIFY2(most <= kLargestChunk, std::to_string(most).c_str());

        const std::string away = isSourceAway ? "The scripted source is away." : "The scripted destination is away.";
        QCOMPARE(QString::fromStdString(outage.told),
                 QString::fromStdString(away) +
                     QStringLiteral(" Attempt %1 of 1,000 follows in 45 s.").arg(outage.attempts.size()));
        QCOMPARE(outage.metrics.snapshot().message, "");

        // It is told once that it is away, and once that it is back.
        QCOMPARE(outage.metrics.snapshot().outages, 1);
        QVERIFY(!outage.metrics.snapshot().outage);
        const QString recovery = QString::fromStdString(outage.metrics.snapshot().recovery);
        QVERIFY2(recovery.startsWith(QStringLiteral("The run goes on, after 1 h")) ||
                     recovery.startsWith(QStringLiteral("The run goes on, after 59 min")),
                 qPrintable(recovery));
    }

    void fewAttemptsEndTheRunWithASentence()
    {
        Outage outage(policyOf(QStringLiteral("micro-batch")));
        outage.pipeline.retry = {};
        const auto end = outage.run();
        QVERIFY(!end);
        QCOMPARE(QString::fromStdString(end.error().message),
                 QString("The scripted destination is away. It was tried 6 times without progress; a higher "
                         "'attempts' of 'retry' would wait longer."));
        // The next run goes on where this one was.
        outage.clock.advance(kOutageEnd);
        QVERIFY_RESULT(outage.run());
        QCOMPARE(static_cast<std::int64_t>(outage.destination.ids.size()), outage.input.records);
    }

    void attemptsFitTheRun_data()
    {
        QTest::addColumn<Trigger::Kind>("trigger");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("until");
        QTest::addColumn<int>("attempts");
        QTest::newRow("a stream") << Trigger::Kind::Once << "stream"
                                  << "" << 1'000;
        QTest::newRow("a stream, and said so") << Trigger::Kind::Once << "stream"
                                               << "never" << 1'000;
        QTest::newRow("a stream up to now") << Trigger::Kind::Once << "stream"
                                            << "now" << 5;
        QTest::newRow("a stream up to now, again and again") << Trigger::Kind::Every << "stream"
                                                             << "now" << 1'000;
        QTest::newRow("a table") << Trigger::Kind::Once << "table"
                                 << "" << 5;
        QTest::newRow("a table, again and again") << Trigger::Kind::Cron << "table"
                                                  << "" << 1'000;
        QTest::newRow("a table's new rows") << Trigger::Kind::NewRows << "table"
                                            << "" << 1'000;
    }

    void attemptsFitTheRun()
    {
        QFETCH(Trigger::Kind, trigger);
        QFETCH(QString, source);
        QFETCH(QString, until);
        QFETCH(int, attempts);
        Registry registry = streams();
        SourceType table;
        table.type = "table";
        registry.add(table);
        Pipeline pipeline;
        pipeline.trigger.kind = trigger;
        pipeline.source.type = source.toStdString();
        if (!until.isEmpty())
            pipeline.source.options.set("until", until.toStdString());
        pipeline.retry.maximum = 7s;
        const RetryPolicy policy = retryPolicy(pipeline, registry);
        QCOMPARE(policy.attempts.value_or(-1), attempts);
        QCOMPARE(policy.maximum, pipeline.retry.maximum);
        pipeline.retry.attempts = 0;
        QCOMPARE(retryPolicy(pipeline, registry).attempts.value_or(-1), 0);
    }

    void whatIsBackIsToldAlsoWhereNothingHappens()
    {
        const RetryPolicy policy{1'000, 1s, 60s};
        VirtualClock clock;
        VirtualControl control(clock);
        Metrics metrics;
        Retries retries(policy, control, metrics, clock);
        const auto fails = [&](const char* why) {
            QVERIFY_RESULT(retries.backOff({ErrorCode::Unavailable, why, {}, {}}));
        };
        fails("Away.");
        const std::string first = metrics.snapshot().outage->sentence;
        QCOMPARE(QString::fromStdString(first), QStringLiteral("Away. Attempt 1 of 1,000 follows in 1 s."));
        fails("Away.");
        QCOMPARE(metrics.snapshot().outage->sentence, first); // told once
        fails("Refused.");
        QCOMPARE(QString::fromStdString(metrics.snapshot().outage->sentence),
                 QStringLiteral("Refused. Attempt 3 of 1,000 follows in 4 s."));
        QCOMPARE(metrics.snapshot().outages, 1);
        clock.advance(2s);
        retries.noteAttempt();
        QVERIFY(metrics.snapshot().outage); // it may fail again
        clock.advance(1s);
        retries.noteAttempt();
        QVERIFY(!metrics.snapshot().outage);
        QCOMPARE(QString::fromStdString(metrics.snapshot().recovery), QStringLiteral("The run goes on, after 10 s."));
        fails("Away.");
        QCOMPARE(metrics.snapshot().outages, 2);
    }

    void waitsAreSpread()
    {
        const RetryPolicy policy{1'000, 1s, 60s};
        VirtualClock clock;
        std::set<std::int64_t> waits;
        for (int run = 0; run < 20; ++run) {
            VirtualControl control(clock);
            Metrics metrics;
            Retries retries(policy, control, metrics, clock, Retries::randomJitter());
            for (int failure = 0; failure < 10; ++failure)
                QVERIFY_RESULT(retries.backOff({ErrorCode::Unavailable, "Away.", {}, {}}));
            for (std::size_t i = 0; i < control.m_pauses.size(); ++i) {
                const std::int64_t longest = std::min<std::int64_t>(1'000LL << i, 60'000);
                QVERIFY(control.m_pauses[i] >= longest / 2 - 1 && control.m_pauses[i] <= longest);
            }
            waits.insert(control.m_pauses.back());
        }
        QVERIFY2(waits.size() > 15, std::to_string(waits.size()).c_str());
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestOutage)
#include "tst_outage.moc"
