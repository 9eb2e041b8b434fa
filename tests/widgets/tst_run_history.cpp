// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/small_registry.h"

#include "widgets/bridge/run_history.h"
#include "widgets/charts/history_series.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/stage_facts.h"

#include <QLocale>
#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

BatchRecord batchAt(std::chrono::nanoseconds at, std::int64_t rows, CloseReason reason,
                    std::chrono::nanoseconds wait = 10ms)
{
    BatchRecord record;
    record.batch.rows = rows;
    record.batch.reason = reason;
    record.committedAt = at;
    record.waitP50 = wait;
    record.waitP95 = 2 * wait;
    record.waitP99 = 3 * wait;
    record.sinkTime = 4ms;
    return record;
}

/// A run of `seconds` that reads 1,000 rows a second and closes a batch of 100 rows every 100 ms.
RunHistory steadyRun(int seconds)
{
    RunHistory history;
    MetricsSnapshot snapshot;
    snapshot.started = 5s;
    for (int tick = 0; tick <= seconds * 20; ++tick) {
        snapshot.at = snapshot.started + tick * 50ms;
        snapshot.rowsRead = tick * 50;
        snapshot.rowsShaped = tick * 25;
        snapshot.queueBytes = 25;
        snapshot.queueCapacity = 100;
        std::vector<BatchRecord> batches;
        if (tick % 2 == 0)
            batches.push_back(batchAt(snapshot.at, 100, tick % 4 == 0 ? CloseReason::Rows : CloseReason::Age));
        history.add(snapshot, batches);
    }
    return history;
}

} // namespace

class RunHistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void figuresDescribeTheLastSeconds();
    void ratesAreFlatForASteadyRun();
    void latenciesAreThoseOfTheirMoment();
    void pointsAreBoundedByPixels();
    void dotsKeepTheExtremesOfAPixel();
    void whyClosedFillsUpToTheNextClose();
    void memoryIsBoundedInALongRun();
    void marksOfOneDragBecomeOne();
    void niceMaxima_data();
    void niceMaxima();
    void axesEndWhereTheirNumbersAreRound_data();
    void axesEndWhereTheirNumbersAreRound();
    void aRunThatIsOverIsDrawnToItsEnd();
    void quantities_data();
    void quantities();
    void theStripDescribesAnIdleAndARunningPipeline();
    void theStripDescribesAnEmptyPipeline();
};

void RunHistoryTest::figuresDescribeTheLastSeconds()
{
    const RunFigures figures = steadyRun(10).figures();
    QVERIFY(qAbs(figures.rowsReadPerSecond - 1000) < 25);
    QVERIFY(qAbs(figures.rowsShapedPerSecond - 500) < 15);
    QVERIFY(qAbs(figures.batchesPerSecond - 10) < 0.5);
    QCOMPARE(figures.rowsPerBatch, 100.0);
    QVERIFY(qAbs(figures.waitP50 - 0.010) < 1e-9);
    QVERIFY(qAbs(figures.waitP99 - 0.030) < 1e-9);
    QVERIFY(qAbs(figures.sinkSecondsPerBatch - 0.004) < 1e-9);
    QVERIFY(qAbs(figures.reasonShare.at(0) + figures.reasonShare.at(2) - 1) < 1e-9);
    QCOMPARE(RunHistory().figures().rowsPerBatch, 0.0);
}

void RunHistoryTest::ratesAreFlatForASteadyRun()
{
    const RunHistory history = steadyRun(30);
    const auto points = rateLine(history, {history.now() - 20, history.now()}, 400, &RunSlot::rowsRead);
    QVERIFY(points.size() > 100);
    for (const QPointF& point : points) {
        QVERIFY2(qAbs(point.y() - 1000) < 60, qPrintable(QString::number(point.y())));
        QVERIFY(point.x() >= -20 && point.x() <= 0);
    }
}

void RunHistoryTest::latenciesAreThoseOfTheirMoment()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    LatencyHistogram all;
    history.add(snapshot, {}, all);
    QVERIFY(!history.isDated());
    snapshot.at = 1s;
    all.add(2s, 100);
    history.add(snapshot, {}, all);
    snapshot.at = 5s;
    all.add(16ms, 10);
    history.add(snapshot, {}, all);
    QVERIFY(history.isDated());
    snapshot.at = 6s;
    history.add(snapshot, {}, all);
    const auto points = latencyLine(history, {0, 6}, 60, &RunSlot::latencyP95);
    QCOMPARE(points.size(), 2); // none where nothing became durable
    QVERIFY2(qAbs(points[0].y() - 2) < 0.2, qPrintable(QString::number(points[0].y())));
    QVERIFY2(qAbs(points[1].y() - 0.016) < 0.002, qPrintable(QString::number(points[1].y())));
    snapshot.started = 7s;
    snapshot.at = 8s;
    history.add(snapshot, {}, {});
    QVERIFY(!history.isDated());
}

void RunHistoryTest::pointsAreBoundedByPixels()
{
    const RunHistory history = steadyRun(300);
    const TimeWindow window{0, history.now()};
    for (const int pixels : {10, 100, 500}) {
        QVERIFY(rateLine(history, window, pixels, &RunSlot::rowsRead).size() <= pixels + 1);
        QVERIFY(waitLine(history, window, pixels, &RunSlot::waitP95).size() <= pixels);
        QVERIFY(queueLine(history, window, pixels).size() <= pixels);
        QVERIFY(batchDots(history, window, pixels, CloseReason::Rows).size() <= 2 * pixels);
        QCOMPARE(whyClosed(history, window, pixels).size(), static_cast<std::size_t>(pixels));
    }
    QCOMPARE(queueLine(history, window, 10).front().y(), 0.25);
}

void RunHistoryTest::dotsKeepTheExtremesOfAPixel()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    snapshot.at = 10s;
    history.add(snapshot, {batchAt(5s, 10, CloseReason::Rows), batchAt(5s, 500, CloseReason::Rows),
                           batchAt(5s, 70, CloseReason::Age)});
    const auto dots = batchDots(history, {0, 10}, 10, CloseReason::Rows);
    QCOMPARE(dots.size(), 2);
    QCOMPARE(dots.at(0).y(), 500.0);
    QCOMPARE(dots.at(1).y(), 10.0);
    QCOMPARE(batchDots(history, {0, 10}, 10, CloseReason::Age).size(), 1);
    QCOMPARE(batchDots(history, {0, 10}, 10, CloseReason::Stop).size(), 0);
}

void RunHistoryTest::whyClosedFillsUpToTheNextClose()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    history.add(snapshot, {});
    snapshot.at = 10s;
    history.add(snapshot, {batchAt(4500ms, 10, CloseReason::Rows), batchAt(7500ms, 10, CloseReason::Age)});
    const auto columns = whyClosed(history, {0, 10}, 10);
    const auto rows = static_cast<std::size_t>(CloseReason::Rows);
    const auto age = static_cast<std::size_t>(CloseReason::Age);
    QCOMPARE(columns.at(0).at(rows), 1.0);
    QCOMPARE(columns.at(4).at(rows), 1.0);
    QCOMPARE(columns.at(5).at(age), 1.0);
    QCOMPARE(columns.at(7).at(age), 1.0);
    QVERIFY(columns.at(9) == ReasonShares{});
}

void RunHistoryTest::memoryIsBoundedInALongRun()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    for (int minute = 0; minute < 120; ++minute) {
        snapshot.at = minute * 60s;
        history.add(snapshot, {batchAt(snapshot.at, 10, CloseReason::Rows)});
        QVERIFY(history.entries().size() <= RunHistory::kSlots);
    }
    QVERIFY(qAbs(history.now() - 119 * 60) < 1e-6);
    snapshot.at = 24h;
    history.add(snapshot, {});
    QVERIFY(history.entries().size() <= RunHistory::kSlots);
}

void RunHistoryTest::marksOfOneDragBecomeOne()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    snapshot.at = 10s;
    history.add(snapshot, {});
    history.mark(QStringLiteral("rows 5 → 4"));
    history.mark(QStringLiteral("rows 5 → 3"));
    QCOMPARE(history.marks().size(), std::size_t{1});
    QCOMPARE(history.marks().front().text, QStringLiteral("rows 5 → 3"));
    snapshot.at = 20s;
    history.add(snapshot, {});
    history.mark(QStringLiteral("age off"));
    QCOMPARE(history.marks().size(), std::size_t{2});
}

void RunHistoryTest::niceMaxima_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("maximum");
    QTest::newRow("nothing") << 0.0 << 1.0;
    QTest::newRow("exact") << 2000.0 << 2000.0;
    QTest::newRow("between") << 2001.0 << 3000.0;
    QTest::newRow("next decade") << 8100.0 << 10000.0;
    QTest::newRow("small") << 0.0031 << 0.004;
}

void RunHistoryTest::niceMaxima()
{
    QFETCH(double, value);
    QFETCH(double, maximum);
    QVERIFY(qAbs(niceMaximum(value) - maximum) < maximum * 1e-9);
}

void RunHistoryTest::axesEndWhereTheirNumbersAreRound_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<double>("maximum");
    QTest::newRow("milliseconds") << 0.0031 << 0.004;
    QTest::newRow("seconds") << 11.0 << 20.0;
    QTest::newRow("the next step is minutes") << 115.0 << 120.0;
    QTest::newRow("minutes") << 125.0 << 180.0;
    QTest::newRow("hours") << 7'300.0 << 10'800.0;
}

void RunHistoryTest::axesEndWhereTheirNumbersAreRound()
{
    QFETCH(double, seconds);
    QFETCH(double, maximum);
    QVERIFY2(qAbs(niceMaximum(seconds, secondsUnit) - maximum) < maximum * 1e-9,
             qPrintable(QString::number(niceMaximum(seconds, secondsUnit))));
}

void RunHistoryTest::aRunThatIsOverIsDrawnToItsEnd()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    snapshot.started = 1s;
    snapshot.at = 1s + 50ms;
    snapshot.rowsShaped = 500;
    history.add(snapshot, {});
    const TimeWindow window{history.now() - 1, history.now()};
    QVERIFY(rateLine(history, window, 100, &RunSlot::rowsShaped).isEmpty());
    history.end();
    QCOMPARE(rateLine(history, window, 100, &RunSlot::rowsShaped).size(), qsizetype{1});
}

void RunHistoryTest::quantities_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto plain = [](QString text) { return text.replace(QChar(QChar::Nbsp), QLatin1Char(' ')); };
    QTest::newRow("count") << plain(countText(18'240)) << "18,240";
    QTest::newRow("small rate") << plain(compactText(18.04)) << "18.0";
    QTest::newRow("rate") << plain(compactText(18'240.4)) << "18,240";
    QTest::newRow("millions") << plain(compactText(1.254e6)) << "1.25 M";
    QTest::newRow("bytes") << plain(bytesText(640)) << "640 B";
    QTest::newRow("MiB") << plain(bytesText(3.1 * 1024 * 1024)) << "3.1 MiB";
    QTest::newRow("milliseconds") << plain(durationText(48ms)) << "48 ms";
    QTest::newRow("microseconds") << plain(durationText(2100ns)) << "2.1 µs";
    QTest::newRow("seconds") << plain(durationText(5s)) << "5 s";
    QTest::newRow("minutes") << plain(durationText(125s)) << "2 min 5 s";
    QTest::newRow("a day") << plain(durationText(24h)) << "1 d";
    QTest::newRow("elapsed") << elapsedText(4min + 12s) << "00:04:12";
    QTest::newRow("per cent") << plain(percentText(0.014)) << "1.4 %";
    QTest::newRow("whole per cent") << plain(percentText(0.92)) << "92 %";
}

void RunHistoryTest::quantities()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
}

void RunHistoryTest::theStripDescribesAnIdleAndARunningPipeline()
{
    const Registry registry = test::smallRegistry();
    const Pipeline pipeline = test::smallPipeline();
    const auto idle = stageFacts({.pipeline = &pipeline, .registry = &registry});
    QCOMPARE(idle.at(0).subtitle, QStringLiteral("Lines · a.lines"));
    QCOMPARE(idle.at(3).detail, QStringLiteral("exactly once"));

    const RunFigures figures = steadyRun(10).figures();
    MetricsSnapshot latest;
    latest.rowsCommitted = 9000;
    latest.quarantined = 2;
    const auto running = stageFacts(
        {.pipeline = &pipeline, .registry = &registry, .latest = &latest, .figures = &figures, .isRunning = true});
    QCOMPARE(running.at(0).unit, QStringLiteral("rows/s"));
    QCOMPARE(running.at(1).mood, StageFacts::Mood::Warning);
    QVERIFY2(running.at(2).detail.contains(QStringLiteral("closed by")), qPrintable(running.at(2).detail));
    QCOMPARE(running.at(3).detail, QStringLiteral("9,000 rows delivered"));

    latest.source.outage = Outage{std::chrono::system_clock::now(), "The broker 'x' does not answer.", "It answers"};
    const auto away = stageFacts(
        {.pipeline = &pipeline, .registry = &registry, .latest = &latest, .figures = &figures, .isRunning = true});
    QCOMPARE(away.at(0).value, QStringLiteral("No answer"));
    QCOMPARE(away.at(0).mood, StageFacts::Mood::Warning);
    QCOMPARE(away.at(0).detail,
             QStringLiteral("since %1").arg(QString::fromStdString(clockTime(latest.source.outage->since))));
}

void RunHistoryTest::theStripDescribesAnEmptyPipeline()
{
    const Registry registry = test::smallRegistry();
    const Pipeline empty;
    const auto facts = stageFacts({.pipeline = &empty, .registry = &registry});
    QCOMPARE(facts.at(0).value, QStringLiteral("Choose a source"));
    QCOMPARE(facts.at(3).value, QStringLiteral("Choose a destination"));
}

QTEST_GUILESS_MAIN(RunHistoryTest)
#include "tst_run_history.moc"
