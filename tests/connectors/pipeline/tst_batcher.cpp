// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/batcher.h"
#include "tests/support/random.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>
#include <vector>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

/// What happens to a batcher, one row at a time.
struct Event {
    enum class Kind { Row, Tick, Policy };

    Kind kind = Kind::Row;
    Instant at;
    std::int64_t bytes = 0; ///< of a row
    BatchPolicy policy;
};

/// A batch as one line, so that a difference can be read.
std::string print(const BatchSummary& batch)
{
    return fmt::format("#{} {} rows {} bytes{} {} open {} close {} wall {}", batch.sequence, batch.rows, batch.bytes,
                       batch.oversize ? " oversize" : "", toString(batch.reason), batch.openedAt.count(),
                       batch.closedAt.count(), batch.openedWall.time_since_epoch().count());
}

/// The batch rule written down a second time, slowly and row by row, with grids of whole seconds in UTC.
class SlowBatcher {
public:
    explicit SlowBatcher(const BatchPolicy& policy)
        : m_next(policy)
    {
    }

    void happen(const Event& event)
    {
        switch (event.kind) {
        case Event::Kind::Policy:
            m_next = event.policy;
            break;
        case Event::Kind::Tick:
            closeIfDue(event.at);
            break;
        case Event::Kind::Row:
            takeRow(event);
            break;
        }
    }

    void close(CloseReason reason, const Instant& at)
    {
        if (m_open.rows == 0)
            return;
        m_open.reason = reason;
        m_open.closedAt = at.now;
        m_batches.push_back(print(m_open));
        m_open = {};
    }

    [[nodiscard]] const std::vector<std::string>& batches() const { return m_batches; }

private:
    void takeRow(const Event& row)
    {
        closeIfDue(row.at);
        if (m_open.rows > 0 && m_policy.bytes && m_open.bytes + row.bytes > *m_policy.bytes)
            close(CloseReason::Bytes, row.at);
        if (m_open.rows == 0)
            openAt(row.at);
        ++m_open.rows;
        m_open.bytes += row.bytes;
        m_open.oversize = m_policy.bytes && m_open.bytes > *m_policy.bytes;
        if (m_policy.rows && m_open.rows >= *m_policy.rows)
            close(CloseReason::Rows, row.at);
        else if (m_open.oversize)
            close(CloseReason::Bytes, row.at);
    }

    void openAt(const Instant& at)
    {
        m_policy = m_next;
        m_open = {};
        m_open.sequence = ++m_sequence;
        m_open.openedAt = at.now;
        m_open.openedWall = at.wall;
        if (m_policy.grid)
            m_gridEnd = at.wall + (*m_policy.grid - at.wall.time_since_epoch() % *m_policy.grid);
    }

    void closeIfDue(const Instant& at)
    {
        if (m_open.rows == 0)
            return;
        const auto ageLeft = m_policy.age ? m_open.openedAt + *m_policy.age - at.now : 1ns;
        const auto gridLeft = m_policy.grid ? std::chrono::nanoseconds(m_gridEnd - at.wall) : 1ns;
        if (ageLeft <= 0ns || gridLeft <= 0ns)
            close(gridLeft < ageLeft ? CloseReason::Grid : CloseReason::Age, at);
    }

    BatchPolicy m_policy;
    BatchPolicy m_next;
    BatchSummary m_open;
    WallTime m_gridEnd;
    std::int64_t m_sequence = 0;
    std::vector<std::string> m_batches;
};

BatchPolicy anyPolicy(Random& random)
{
    BatchPolicy policy;
    if (random.chance(60))
        policy.rows = random.pick(1, 30);
    if (random.chance(60))
        policy.bytes = random.pick(1, 400);
    if (random.chance(40))
        policy.age = std::chrono::milliseconds(random.pick(1, 3000));
    if (random.chance(30))
        policy.grid = std::chrono::seconds(std::array{1, 2, 5, 10}[static_cast<std::size_t>(random.pick(0, 3))]);
    return policy;
}

/// Rows in bursts that share an instant, ticks between them, and now and then a new policy.
std::vector<Event> anyEvents(Random& random)
{
    std::vector<Event> events;
    Instant at{5s, WallTime(1'700'000'000s)};
    const int widest = random.chance(50) ? 30 : 300;
    while (events.size() < 400) {
        const std::chrono::nanoseconds pause = random.chance(30) ? 0ns : std::chrono::milliseconds(random.pick(0, 800));
        at.now += pause;
        at.wall += pause;
        if (random.chance(15))
            events.push_back({Event::Kind::Tick, at, 0, {}});
        if (random.chance(4))
            events.push_back({Event::Kind::Policy, at, 0, anyPolicy(random)});
        for (std::int64_t rows = random.pick(0, 40); rows > 0; --rows)
            events.push_back({Event::Kind::Row, at, random.chance(10) ? 0 : random.pick(0, widest), {}});
    }
    return events;
}

/// Feeds the events to a Batcher with the rows of one instant in chunks of any size.
std::vector<std::string> cut(const BatchPolicy& policy, const std::vector<Event>& events, Random& random)
{
    Batcher batcher(policy);
    std::vector<std::string> batches;
    const auto note = [&](const std::optional<BatchSummary>& closed) {
        if (closed)
            batches.push_back(print(*closed));
    };
    for (std::size_t i = 0; i < events.size();) {
        const Event& event = events[i];
        if (event.kind == Event::Kind::Tick)
            note(batcher.expire(event.at));
        if (event.kind == Event::Kind::Policy)
            batcher.setPolicy(event.policy);
        if (event.kind != Event::Kind::Row) {
            ++i;
            continue;
        }
        std::vector<std::int64_t> sums{random.pick(0, 1000)};
        const std::int64_t largest = random.pick(1, 50);
        for (; i < events.size() && events[i].kind == Event::Kind::Row && events[i].at.now == event.at.now &&
               static_cast<std::int64_t>(sums.size()) <= largest;
             ++i)
            sums.push_back(sums.back() + events[i].bytes);
        std::span<const std::int64_t> offered(sums);
        const bool lazily = random.chance(50);
        while (offered.size() > 1) {
            const auto step =
                lazily ? batcher.take(
                             static_cast<std::int64_t>(offered.size()) - 1,
                             [&](std::int64_t rows) { return offered[static_cast<std::size_t>(rows)] - offered[0]; },
                             event.at)
                       : batcher.take(offered, event.at);
            note(step.closed);
            offered = offered.subspan(static_cast<std::size_t>(step.rows));
        }
    }
    note(batcher.close(CloseReason::EndOfInput, events.back().at));
    return batches;
}

} // namespace

class TestBatcher : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anyChunkingGivesTheReferencesBatches()
    {
        for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
            Random random(seed);
            const BatchPolicy policy = anyPolicy(random);
            const std::vector<Event> events = anyEvents(random);
            SlowBatcher slow(policy);
            for (const Event& event : events)
                slow.happen(event);
            slow.close(CloseReason::EndOfInput, events.back().at);
            for (int chunking = 0; chunking < 3; ++chunking) {
                const auto batches = cut(policy, events, random);
                const auto [want, got] = std::ranges::mismatch(slow.batches(), batches);
                if (want == slow.batches().end() && got == batches.end())
                    continue;
                QFAIL(fmt::format("seed {} ({}): batch should be\n{}\nbut is\n{}", seed, policy.describe(),
                                  want == slow.batches().end() ? "missing" : *want,
                                  got == batches.end() ? "missing" : *got)
                          .c_str());
            }
        }
    }

    void rowsAreExact()
    {
        Batcher batcher({.rows = 3});
        const std::vector<std::int64_t> sums{0, 10, 20, 30, 40, 50};
        const auto first = batcher.take(sums, {});
        QCOMPARE(first.rows, 3);
        QCOMPARE(first.closed->rows, 3);
        QCOMPARE(first.closed->bytes, 30);
        QVERIFY(first.closed->reason == CloseReason::Rows);
        const auto second = batcher.take(std::span(sums).subspan(3), {});
        QCOMPARE(second.rows, 2);
        QVERIFY(!second.closed);
    }

    void bytesAreNeverExceededButByALoneRow()
    {
        Batcher batcher({.bytes = 100});
        const std::vector<std::int64_t> sums{0, 60, 100, 101, 401, 402};
        std::vector<std::string> steps;
        for (std::span<const std::int64_t> offered(sums); offered.size() > 1;) {
            const auto step = batcher.take(offered, {});
            offered = offered.subspan(static_cast<std::size_t>(step.rows));
            steps.push_back(fmt::format(
                "{}: {}", step.rows,
                step.closed ? fmt::format("{} bytes{}", step.closed->bytes, step.closed->oversize ? " oversize" : "")
                            : "open"));
        }
        QCOMPARE(steps, (std::vector<std::string>{"2: 100 bytes", "1: 1 bytes", "1: 300 bytes oversize", "1: open"}));
    }

    void ageCountsFromTheFirstRowAndFiresWithoutAnother()
    {
        Batcher batcher({.age = 5s});
        const std::vector<std::int64_t> one{0, 8};
        QVERIFY(!batcher.deadline());
        QVERIFY(!batcher.take(one, {10s, {}}).closed);
        QVERIFY(!batcher.take(one, {12s, {}}).closed);
        QCOMPARE(*batcher.deadline(), 15s);
        QVERIFY(!batcher.expire({15s - 1ns, {}}));
        const auto closed = batcher.expire({15s, {}});
        QCOMPARE(closed->rows, 2);
        QVERIFY(closed->reason == CloseReason::Age);
        QVERIFY(!batcher.expire({99s, {}}));
        QVERIFY(!batcher.take(one, {100s, {}}).closed);
        QCOMPARE(*batcher.deadline(), 105s);
    }

    void aRowAtTheDeadlineBelongsToTheNextBatch()
    {
        Batcher batcher({.age = 5s});
        const std::vector<std::int64_t> one{0, 8};
        QCOMPARE(batcher.take(one, {0s, {}}).rows, 1);
        const auto late = batcher.take(one, {5s, {}});
        QCOMPARE(late.rows, 0);
        QVERIFY(late.closed->reason == CloseReason::Age);
        QCOMPARE(batcher.take(one, {5s, {}}).rows, 1);
        QCOMPARE(batcher.open().sequence, 2);
    }

    void theGridFollowsAWallClockThatIsSet()
    {
        Batcher batcher({.grid = 1h});
        const std::vector<std::int64_t> one{0, 8};
        QCOMPARE(batcher.take(one, {0s, WallTime(30min)}).rows, 1);
        QCOMPARE(*batcher.deadline(), 30min);
        const auto closed = batcher.expire({1s, WallTime(61min)});
        QVERIFY(closed->reason == CloseReason::Grid);
    }

    void aNewPolicyWaitsForTheNextBatch()
    {
        Batcher batcher({.rows = 3});
        const std::vector<std::int64_t> one{0, 8};
        QVERIFY(!batcher.take(one, {}).closed);
        batcher.setPolicy({.rows = 1});
        QVERIFY(!batcher.take(one, {}).closed);
        QCOMPARE(batcher.take(one, {}).closed->rows, 3);
        QCOMPARE(batcher.take(one, {}).closed->rows, 1);
    }

    void bytesAreAskedOnceWhereNothingLimitsThem()
    {
        Batcher batcher({.rows = 1000});
        int asked = 0;
        const auto step = batcher.take(600, [&](std::int64_t rows) { return ++asked, rows * 10; }, {});
        QCOMPARE(step.rows, 600);
        QCOMPARE(asked, 1);
        QCOMPARE(batcher.open().bytes, 6000);
    }

    void onlyClosedBatchesAreCounted()
    {
        Batcher batcher({}, 41);
        const std::vector<std::int64_t> one{0, 8};
        QVERIFY(!batcher.close(CloseReason::Stop, {}));
        QCOMPARE(batcher.closeEmpty(CloseReason::EndOfInput, {}).sequence, 41);
        QVERIFY(!batcher.take(one, {}).closed);
        QCOMPARE(batcher.close(CloseReason::EndOfInput, {})->sequence, 42);
    }

    void policiesDescribeThemselves_data()
    {
        QTest::addColumn<BatchPolicy>("policy");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << BatchPolicy{} << "one batch";
        QTest::newRow("one row") << BatchPolicy{.rows = 1} << "1 row";
        QTest::newRow("all") << BatchPolicy{.rows = 10'000, .bytes = 4 << 20, .age = 5s, .grid = 1h}
                             << "10,000 rows · 4 MiB · 5 s · every 1 h of the clock (UTC)";
    }
    void policiesDescribeThemselves()
    {
        QFETCH(BatchPolicy, policy);
        QTEST(QString::fromStdString(policy.describe()), "text");
    }

    void badPoliciesAreRefused_data()
    {
        QTest::addColumn<BatchPolicy>("policy");
        QTest::addColumn<QString>("message");
        QTest::newRow("rows") << BatchPolicy{.rows = 0} << "The batch limit 'rows' is 0; it must be greater than zero.";
        QTest::newRow("bytes") << BatchPolicy{.bytes = -5}
                               << "The batch limit 'bytes' is -5; it must be greater than zero.";
        QTest::newRow("age") << BatchPolicy{.age = 0s} << "The batch limit 'age' is 0s; it must be greater than zero.";
        QTest::newRow("grid") << BatchPolicy{.grid = 7h}
                              << "The batch grid '7h' does not divide a day evenly; use a length such as 15m, 1h, 6h, "
                                 "1d or 7d.";
        QTest::newRow("zone") << BatchPolicy{.grid = 1h, .zone = "Europe/Berlinn"}
                              << "There is no time zone 'Europe/Berlinn'; did you mean 'Europe/Berlin'?";
    }
    void badPoliciesAreRefused()
    {
        QFETCH(BatchPolicy, policy);
        const auto status = policy.check();
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Usage);
        QTEST(QString::fromStdString(status.error().message), "message");
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestBatcher)
#include "tst_batcher.moc"
