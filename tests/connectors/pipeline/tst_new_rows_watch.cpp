// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/new_rows_watch.h"
#include "tests/support/rows.h"
#include "tests/support/virtual_control.h"

#include <QTest>

#include <functional>
#include <map>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

/// Answers as planned by the number of the look, else with the last answer.
class PlannedCounter final : public RowCounter {
public:
    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                     std::stop_token) override
    {
        m_asked.push_back(position ? position->text : "start");
        const int look = static_cast<int>(m_asked.size());
        if (m_onLook)
            m_onLook(look);
        if (m_errors.contains(look))
            return fail(m_errors.at(look));
        const auto answer = m_counts.upper_bound(look);
        return std::min(enough, answer == m_counts.begin() ? 0 : std::prev(answer)->second);
    }

    std::map<int, std::int64_t> m_counts; ///< from this look on
    std::map<int, Error> m_errors;
    std::function<void(int)> m_onLook;
    std::vector<std::string> m_asked;
};

struct Bench {
    Bench()
    {
        trigger.kind = Trigger::Kind::NewRows;
        trigger.newRows = 100;
        trigger.poll = 5s;
    }

    /// Milliseconds until a pull is due.
    Result<std::int64_t> wait(const std::optional<Position>& position = {})
    {
        NewRowsWatch watch({trigger, counter, control, metrics, clock, retry, until});
        const auto start = clock.now();
        HEADRACE_CHECK(watch.wait(position, start));
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - start).count();
    }

    VirtualClock clock;
    Trigger trigger;
    PlannedCounter counter;
    VirtualControl control{clock};
    Metrics metrics;
    RetryPolicy retry;
    std::optional<std::chrono::nanoseconds> until;
};

const Error kAway{ErrorCode::Unavailable, "The server is away.", {}, {}};

} // namespace

class TestNewRowsWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void enoughRowsStartAPullAtOnce()
    {
        Bench bench;
        bench.counter.m_counts[1] = 100;
        QCOMPARE(bench.wait(Position{"p7"}).value(), 0);
        QVERIFY(bench.counter.m_asked == std::vector<std::string>{"p7"});
    }

    void tooFewAreLookedForAgainAtEveryPoll()
    {
        Bench bench;
        bench.counter.m_counts = {{2, 40}, {3, 99}, {4, 100}};
        std::vector<std::int64_t> shown;
        bench.counter.m_onLook = [&](int) { shown.push_back(bench.metrics.snapshot().newRows.value_or(-1)); };
        QCOMPARE(bench.wait().value(), 15'000);
        QCOMPARE(bench.control.m_pauses, (std::vector<std::int64_t>{5000, 5000, 5000}));
        QCOMPARE(shown, (std::vector<std::int64_t>{-1, 0, 40, 99}));
        QVERIFY(!bench.metrics.snapshot().newRows);
    }

    void atLeastStartsAPullWithFewerRows()
    {
        Bench bench;
        bench.trigger.atLeast = 12s;
        QCOMPARE(bench.wait().value(), 12'000);
        QCOMPARE(bench.counter.m_asked.size(), 3U);
    }

    void aLookThatTakesLongIsNotAddedToThePoll()
    {
        Bench bench;
        bench.counter.m_counts[3] = 100;
        bench.counter.m_onLook = [&](int) { bench.clock.advance(7s); };
        QCOMPARE(bench.wait().value(), 21'000);
        QVERIFY(bench.control.m_pauses.empty());
    }

    void aServerThatIsAwayIsAskedAgain()
    {
        Bench bench;
        bench.counter.m_errors = {{1, kAway}, {2, kAway}};
        bench.counter.m_counts[3] = 100;
        std::string message;
        bench.counter.m_onLook = [&](int look) {
            if (look == 3)
                message = bench.metrics.snapshot().message;
        };
        QCOMPARE(bench.wait().value(), 3000); // 1 s, then 2 s
        QCOMPARE(message, std::string("The server is away. Attempt 2 of 5 follows in 2 s."));
        QCOMPARE(bench.metrics.snapshot().message, std::string());
    }

    void aServerThatStaysAwayEndsTheRun()
    {
        Bench bench;
        bench.retry.attempts = 2;
        for (int look = 1; look < 9; ++look)
            bench.counter.m_errors.emplace(look, kAway);
        const auto outcome = bench.wait();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().message,
                 std::string("The server is away. It was tried 3 times without progress; a higher "
                             "'attempts' of 'retry' would wait longer."));
    }

    void aMistakeIsNotTriedAgain()
    {
        Bench bench;
        bench.counter.m_errors.emplace(1, Error{ErrorCode::Usage, "There is no cursor.", {}, {}});
        QVERIFY(!bench.wait());
        QCOMPARE(bench.counter.m_asked.size(), 1U);
    }

    void aStopEndsTheWait()
    {
        Bench bench;
        bench.counter.m_onLook = [&](int look) {
            if (look == 2)
                bench.control.requestStop();
        };
        QCOMPARE(bench.wait().value(), 5000);
    }

    void theRunsOwnLimitEndsTheWait()
    {
        Bench bench;
        bench.until = bench.clock.now() + 7s;
        QCOMPARE(bench.wait().value(), 7000);
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestNewRowsWatch)
#include "tst_new_rows_watch.moc"
