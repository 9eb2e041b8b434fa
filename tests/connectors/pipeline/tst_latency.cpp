// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/made_cursor.h"
#include "connectors/pipeline/prometheus_text.h"
#include "tests/connectors/pipeline/mill.h"
#include "tests/support/rows.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

namespace headrace::test {

namespace {

MadeAt madeAt(std::int64_t rows, std::int64_t second)
{
    return {rows, std::chrono::system_clock::time_point{std::chrono::seconds{second}}};
}

} // namespace

class TestLatency : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void percentilesAreAtMostAStepTooLarge()
    {
        std::mt19937 random(7);
        std::lognormal_distribution<double> milliseconds(4, 2);
        LatencyHistogram histogram;
        std::vector<double> all;
        for (int i = 0; i < 10'000; ++i) {
            all.push_back(milliseconds(random));
            histogram.add(
                std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double, std::milli>(all.back())), 1);
        }
        std::ranges::sort(all);
        for (const int percent : {50, 95, 99}) {
            const double right = all[static_cast<std::size_t>(percent * 100 - 1)];
            const double found = std::chrono::duration<double, std::milli>(histogram.percentile(percent)).count();
            QVERIFY2(found >= right && found <= right * std::exp2(1.0 / 8) * 1.0001,
                     fmt::format("{} %: {} for {}", percent, found, right).c_str());
        }
    }

    void powersOfTwoAreExact()
    {
        LatencyHistogram histogram;
        histogram.add(-5ms, 1); // a clock that is behind
        histogram.add(1ms, 2);
        histogram.add(1001us, 4);
        histogram.add(1024ms, 8);
        histogram.add(1025ms, 16);
        histogram.add(1000h, 32); // longer than all steps
        QCOMPARE(histogram.rowsWithin(0), 3);
        QCOMPARE(histogram.rowsWithin(1), 7);
        QCOMPARE(histogram.rowsWithin(10), 15);
        QCOMPARE(histogram.rowsWithin(11), 31);
        QCOMPARE(histogram.rowsWithin(LatencyHistogram::kPowers), 31);
        QCOMPARE(histogram.rows(), 63);
        QCOMPARE(LatencyHistogram().percentile(99), 0ns);
    }

    void theCursorCutsGroups()
    {
        const std::vector<MadeAt> groups{madeAt(3, 1), madeAt(2, 2), madeAt(1, 3)};
        MadeCursor cursor(groups);
        std::vector<MadeAt> taken;
        for (const int rows : {2, 2, 2, 1})
            cursor.take(rows, [&](const MadeAt& group) { taken.push_back(group); });
        QVERIFY(taken == (std::vector<MadeAt>{madeAt(2, 1), madeAt(1, 1), madeAt(1, 2), madeAt(1, 2), madeAt(1, 3)}));
    }

    void timesOfALargeBatchAreBounded()
    {
        MadeTimes times;
        for (int second = 0; second < 50'000; ++second)
            times.add(madeAt(2, second));
        const std::vector<MadeAt> groups = times.take();
        QVERIFY(groups.size() <= 4096);
        std::int64_t rows = 0;
        for (const MadeAt& group : groups)
            rows += group.rows;
        QCOMPARE(rows, 100'000);
        QVERIFY(groups.front() == madeAt(groups.front().rows, 0)); // no row counts as younger than it is
        QVERIFY(times.take().empty());
    }

    /// Chunks of five records, each made 40 ms before it is read; a batch waits 700 ms.
    void aRunMeasuresFromTheRecordToTheDestination()
    {
        Mill mill;
        mill.recordAge = 40ms;
        mill.pipeline.batch.age = 700ms;
        mill.stalls[3] = 5s;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.printed(), "#1 10 age 700ms, #2 10 end_of_input 0ms");
        const LatencyHistogram latencies = mill.metrics->latencies();
        QCOMPARE(latencies.rows(), 20);
        QCOMPARE(latencies.sum().count(), 10 * 0.74 + 10 * 0.04);
        const MetricsSnapshot totals = mill.metrics->snapshot();
        QCOMPARE(totals.latency.rows, 20);
        QVERIFY(totals.latency.p50 >= 40ms && totals.latency.p50 < 44ms);
        QVERIFY(totals.latency.p99 >= 740ms && totals.latency.p99 < 808ms);
    }

    void recordsWithoutTimeAreNotMeasured()
    {
        Mill mill;
        QVERIFY_RESULT(mill.run());
        QCOMPARE(mill.metrics->latencies().rows(), 0);
    }

    void recentFiguresForgetOldRows()
    {
        Metrics metrics;
        const auto start = std::chrono::system_clock::time_point{1000s};
        metrics.addLatencies({madeAt(10, 0)}, start);
        metrics.addLatencies({{1, start + 11s - 5ms}}, start + 11s);
        QCOMPARE(metrics.snapshot().recentLatency.rows, 11);
        metrics.addLatencies({{1, start + 40s - 5ms}}, start + 40s);
        QCOMPARE(metrics.snapshot().recentLatency.rows, 1);
        QCOMPARE(metrics.snapshot().latency.rows, 12);
    }

    void whatCameSinceIsToldApart()
    {
        LatencyHistogram earlier;
        earlier.add(100ms, 10);
        LatencyHistogram now = earlier;
        now.add(2s, 5);
        const LatencyHistogram news = now.since(earlier);
        QCOMPARE(news.rows(), 5);
        QCOMPARE(news.sum().count(), 10.0);
        QVERIFY(news.percentile(1) >= 2s);
        QCOMPARE(now.since(now).rows(), 0);
    }

    void prometheusReadsAllOfIt()
    {
        Metrics metrics;
        metrics.update([](MetricsSnapshot& snapshot) {
            snapshot.state = RunState::Running;
            snapshot.rowsRead = 12;
            snapshot.source.partitions = std::make_shared<const std::vector<PartitionProgress>>(
                std::vector<PartitionProgress>{{.name = "a\"b/0", .rows = 7, .durable = 6, .lag = 3},
                                               {.name = "a\"b/1",
                                                .rows = 5,
                                                .behind = 2500ms,
                                                .lastAt = std::chrono::system_clock::time_point{1'795'652'364'858ms}}});
        });
        metrics.addLatencies({{4, std::chrono::system_clock::time_point{}}},
                             std::chrono::system_clock::time_point{1500ms});
        const std::string page = prometheusText("orders", metrics);
        for (const char* line :
             {"# TYPE headrace_rows_read_total counter", "headrace_rows_read_total{pipeline=\"orders\"} 12",
              "headrace_batches_total{pipeline=\"orders\",reason=\"end_of_input\"} 0",
              "headrace_state{pipeline=\"orders\",state=\"running\"} 1",
              "headrace_partition_rows_read_total{pipeline=\"orders\",partition=\"a\\\"b/1\"} 5",
              "# TYPE headrace_partition_rows_durable_total counter",
              "headrace_partition_rows_durable_total{pipeline=\"orders\",partition=\"a\\\"b/0\"} 6",
              "headrace_partition_rows_durable_total{pipeline=\"orders\",partition=\"a\\\"b/1\"} 0",
              "headrace_partition_lag{pipeline=\"orders\",partition=\"a\\\"b/0\"} 3",
              "headrace_outages_total{pipeline=\"orders\"} 0", "headrace_outage_seconds{pipeline=\"orders\"} 0",
              "headrace_partition_behind_seconds{pipeline=\"orders\",partition=\"a\\\"b/1\"} 2.5",
              "headrace_partition_last_record_timestamp_seconds{pipeline=\"orders\",partition=\"a\\\"b/1\"} "
              "1795652364.858",
              "# TYPE headrace_latency_seconds histogram",
              "headrace_latency_seconds_bucket{pipeline=\"orders\",le=\"0.001\"} 0",
              "headrace_latency_seconds_bucket{pipeline=\"orders\",le=\"2.048\"} 4",
              "headrace_latency_seconds_bucket{pipeline=\"orders\",le=\"+Inf\"} 4",
              "headrace_latency_seconds_sum{pipeline=\"orders\"} 6",
              "headrace_latency_seconds_count{pipeline=\"orders\"} 4"})
            QVERIFY2(page.find(std::string(line) + '\n') != std::string::npos, page.c_str());
        QVERIFY(page.find("headrace_partition_lag{pipeline=\"orders\",partition=\"a\\\"b/1\"}") == std::string::npos);
        QVERIFY(prometheusText("empty", Metrics()).find("latency") == std::string::npos);

        metrics.noteOutage(Metrics::Noticed::BySource, Outage{std::chrono::system_clock::now() - 1h, "Away.", "Back"},
                           std::chrono::system_clock::now());
        const QString away = QString::fromStdString(prometheusText("orders", metrics));
        QVERIFY2(away.contains(QStringLiteral("headrace_outages_total{pipeline=\"orders\"} 1\n")), qPrintable(away));
        QVERIFY2(away.contains(QRegularExpression(QStringLiteral("headrace_outage_seconds\\S+ 36\\d\\d"))),
                 qPrintable(away));
    }
};

} // namespace headrace::test

QTEST_GUILESS_MAIN(headrace::test::TestLatency)
#include "tst_latency.moc"
