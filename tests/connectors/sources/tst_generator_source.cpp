// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/value_bytes.h"
#include "connectors/sources/arrival_times.h"
#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>

#include <QTest>

#include <cmath>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

/// Time that stands still until the test moves it.
class ManualClock final : public Clock {
public:
    [[nodiscard]] std::chrono::nanoseconds now() const override { return m_now; }
    [[nodiscard]] std::chrono::system_clock::time_point wall() const override { return {}; }
    void advance(std::chrono::nanoseconds by) { m_now += by; }

private:
    std::chrono::nanoseconds m_now{};
};

std::vector<test::SourceCase> cases()
{
    test::SourceCase fast;
    fast.name = "fast";
    fast.type = generatorSource();
    fast.options = {{"rows", "40"}, {"keys", "3"}};
    fast.rows = 40;
    fast.bad = {{"burst", "stead"}};
    fast.badValue = "'stead'";
    fast.waiting = Options{{"rate", "0.001"}};

    test::SourceCase poisson = fast;
    poisson.name = "poisson";
    poisson.options = {{"rows", "40"}, {"rate", "100000"}, {"burst", "poisson"}};
    poisson.bad = {{"start", "yesterday"}};
    poisson.badValue = "'yesterday'";
    return {fast, poisson};
}

std::int64_t rowsRead(Source& source)
{
    const auto chunk = source.read({1'000'000, 1 << 30, 0ms}, {});
    return chunk && *chunk ? (*chunk)->rows->num_rows() : -1;
}

} // namespace

class TestGeneratorSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void contract_data() { test::addSourceContract(cases()); }
    void contract() { test::checkSourceContract(cases()); }

    void rowsAreAsTheyWere()
    {
        const auto all = test::readAll(generatorSource(), {{"rows", "3"}, {"row_size", "60"}, {"rate", "1000"}});
        QVERIFY_RESULT(all);
        QCOMPARE(
            all->text(),
            std::string(
                R"(sequence:int64|device:string|at:timestamp[us, tz=UTC]|temperature:double|status:string|payload:string
1|device-00036|2026-01-01 00:00:00.000000Z|25.9|ok|41ofy0m9VuA00DdMfolX98
2|device-00057|2026-01-01 00:00:00.001000Z|15.25|ok|6hCoYkjrEvWv49jUVkoUxB
3|device-00070|2026-01-01 00:00:00.002000Z|18.73|ok|uTJ9hlEh-pFjgdLa3mPqao)"));
    }

    void anotherSeedMakesOtherRows()
    {
        const auto one = test::readAll(generatorSource(), {{"rows", "10"}, {"seed", "1"}});
        const auto two = test::readAll(generatorSource(), {{"rows", "10"}, {"seed", "2"}});
        QVERIFY_RESULT(one);
        QVERIFY_RESULT(two);
        QVERIFY(one->text() != two->text());
    }

    void everyRowHasItsSize_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {60, 100, 1000, 100'000})
            QTest::newRow(std::to_string(size).c_str()) << size;
    }

    void everyRowHasItsSize()
    {
        QFETCH(int, size);
        const auto all = test::readAll(generatorSource(), {{"rows", "20"}, {"row_size", std::to_string(size)}});
        QVERIFY_RESULT(all);
        for (const auto& rows : all->batches())
            QCOMPARE(valueBytes(*rows), rows->num_rows() * size);
    }

    void rateIsKept()
    {
        ManualClock clock;
        const auto source = test::createSource(generatorSource(clock), {{"rate", "1000"}});
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        QCOMPARE(rowsRead(**source), 1);
        QCOMPARE(rowsRead(**source), 0);
        clock.advance(100ms);
        QCOMPARE(rowsRead(**source), 100);
        clock.advance(10s);
        QCOMPARE(rowsRead(**source), 10'000);
    }

    void aResumedStreamGoesOnAtOnce()
    {
        ManualClock clock;
        const auto source = test::createSource(generatorSource(clock), {{"rate", "10"}});
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open(Position{"36000"}, {}));
        clock.advance(1s);
        QCOMPARE(rowsRead(**source), 11);
    }

    void burstsComeAtTheStartOfEachPeriod()
    {
        ManualClock clock;
        const auto source = test::createSource(
            generatorSource(clock), {{"rate", "100"}, {"burst", "bursts"}, {"period", "10s"}, {"factor", "5"}});
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        clock.advance(1s);
        QCOMPARE(rowsRead(**source), 501);
        clock.advance(1s);
        QCOMPARE(rowsRead(**source), 499);
        clock.advance(7s);
        QCOMPARE(rowsRead(**source), 0);
        clock.advance(1s);
        QCOMPARE(rowsRead(**source), 1);
    }

    void arrivalsNeverDecrease_data()
    {
        QTest::addColumn<int>("shape");
        QTest::newRow("steady") << static_cast<int>(BurstShape::Steady);
        QTest::newRow("poisson") << static_cast<int>(BurstShape::Poisson);
        QTest::newRow("bursts") << static_cast<int>(BurstShape::Bursts);
        QTest::newRow("sine") << static_cast<int>(BurstShape::Sine);
    }

    void arrivalsNeverDecrease()
    {
        QFETCH(int, shape);
        ArrivalTimes arrivals({static_cast<BurstShape>(shape), 250, 3s, 2, 7});
        std::chrono::nanoseconds last{};
        for (std::int64_t n = 0; n < 20'000; ++n) {
            const auto at = arrivals.at(n);
            QVERIFY2(at >= last, std::to_string(n).c_str());
            last = at;
        }
        // 20,000 events at 250 a second; no shape strays further than a period or a block from its mean.
        QVERIFY(last > 75s && last < 85s);
    }

    void poissonGapsAreExponential()
    {
        ArrivalTimes arrivals({BurstShape::Poisson, 1000, 1s, 2, 3});
        constexpr int kEvents = 100'000;
        double sumOfSquares = 0;
        int longGaps = 0;
        for (int n = 1; n < kEvents; ++n) {
            const double gap = std::chrono::duration<double, std::milli>(arrivals.at(n) - arrivals.at(n - 1)).count();
            sumOfSquares += gap * gap;
            longGaps += gap > 1 ? 1 : 0;
        }
        QVERIFY(std::abs(sumOfSquares / kEvents - 2) < 0.1);                 // E[x²] = 2 for mean 1
        QVERIFY(std::abs(longGaps / double{kEvents} - std::exp(-1)) < 0.01); // P(x > 1)
    }

    void sineSwingsAroundItsMean()
    {
        ArrivalTimes arrivals({BurstShape::Sine, 1000, 10s, 2, 3});
        int firstHalf = 0;
        for (int n = 0; n < 10'000; ++n)
            firstHalf += arrivals.at(n) < 5s ? 1 : 0;
        QVERIFY(std::abs(firstHalf - 8183) < 20); // 5000 + 10000/π
    }
};

QTEST_GUILESS_MAIN(TestGeneratorSource)
#include "tst_generator_source.moc"
