// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/pipeline/runner.h"
#include "tests/support/rows.h"
#include "tests/support/scripted_sink.h"
#include "tests/support/scripted_source.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

/// Lets a test wait for what another thread has done so far.
class Milestone {
public:
    void reach(std::int64_t place)
    {
        std::lock_guard lock(m_mutex);
        m_place = std::max(m_place, place);
        m_moved.notify_all();
    }
    bool waitFor(std::int64_t place)
    {
        std::unique_lock lock(m_mutex);
        return m_moved.wait_for(lock, 60s, [&] { return m_place >= place; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_moved;
    std::int64_t m_place = 0;
};

/// Ends as its scripted source does, or waits at the end until it is stopped, as a stream does.
class StreamSource final : public Source {
public:
    StreamSource(ScriptedSource::Script script, bool endless)
        : m_source(std::move(script))
        , m_endless(endless)
    {
    }
    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        return m_source.open(resumeFrom, std::move(stop));
    }
    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        auto chunk = m_source.read(hint, stop);
        if (!m_endless || !chunk || *chunk)
            return chunk;
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any().wait(lock, stop, [] { return false; });
        return fail(ErrorCode::Cancelled, "Reading was cancelled.");
    }
    Status acknowledge(const Position& position) override { return m_source.acknowledge(position); }
    void close() noexcept override { m_source.close(); }

private:
    ScriptedSource m_source;
    bool m_endless;
};

/// Counts from a scripted position, a record number.
class CallbackCounter final : public RowCounter {
public:
    explicit CallbackCounter(std::function<std::int64_t(std::int64_t)> count)
        : m_count(std::move(count))
    {
    }
    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t, std::stop_token) override
    {
        return m_count(position ? std::stoll(position->text) : 0);
    }

private:
    std::function<std::int64_t(std::int64_t)> m_count;
};

class ThrowingSource final : public Source {
public:
    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>&, std::stop_token) override
    {
        return schemaOf("id:int64");
    }
    Result<std::optional<Chunk>> read(const ReadHint&, std::stop_token) override
    {
        throw std::runtime_error("out of luck");
    }
    Status acknowledge(const Position&) override { return {}; }
    void close() noexcept override {}
};

class AwaySource final : public Source {
public:
    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>&, std::stop_token) override
    {
        return fail(ErrorCode::Unavailable, "The stream is away.");
    }
    Result<std::optional<Chunk>> read(const ReadHint&, std::stop_token) override { return std::nullopt; }
    Status acknowledge(const Position&) override { return {}; }
    void close() noexcept override {}
};

} // namespace

class TestRunner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_input = {};
        m_input.records = 2000;
        m_destination = {};
        m_pipeline = {};
        m_pipeline.name = "river";
        m_pipeline.source.type = "records";
        m_pipeline.destination.type = "memory";
        m_pipeline.batch.rows = 64;
        m_endless = false;
        m_pulls = 0;
        m_complaint.clear();
        m_committed = std::make_unique<Milestone>();
        m_registry = {};
        m_registry.add(recordsType());
        m_registry.add(memoryType());
        SourceType throwing;
        throwing.type = "throwing";
        throwing.create = [](const Options&) -> Result<std::unique_ptr<Source>> {
            return std::make_unique<ThrowingSource>();
        };
        m_registry.add(throwing);
    }

    void cleanup() { QCOMPARE(m_complaint, ""); }

    void deliversEverythingOnItsThreads()
    {
        Runner runner(setup());
        runner.start();
        QVERIFY(runner.wait(60s));
        const RunReport report = runner.report();
        QVERIFY2(report.state == RunState::Finished, report.error ? report.error->message.c_str() : "");
        QCOMPARE(report.totals.rowsCommitted, 2000);
        QCOMPARE(report.totals.batches, 32);
        QCOMPARE(report.totals.reasons[static_cast<std::size_t>(CloseReason::Rows)], 31);
        QVERIFY(deliveredOnceInOrder());
    }

    void aStopDrainsAStreamAndTheNextRunGoesOn()
    {
        m_endless = true;
        for (std::int64_t records : {700, 1400, 2000}) {
            m_input.records = records;
            m_committed = std::make_unique<Milestone>();
            Runner runner(setup());
            runner.start();
            QVERIFY(m_committed->waitFor(records - 63));
            runner.requestStop();
            QVERIFY(runner.wait(60s));
            QVERIFY(runner.report().state == RunState::Stopped);
            // What was not yet read when the stop came is left to the next run.
            QVERIFY(std::ssize(m_destination.ids) >= records - 63);
        }
        m_endless = false;
        Runner runner(setup());
        runner.start();
        QVERIFY(runner.wait(60s));
        QVERIFY(deliveredOnceInOrder());
    }

    void aStreamIsWaitedForLongerThanATable()
    {
        for (const bool isStream : {true, false}) {
            SourceType away;
            away.type = isStream ? "stream" : "table";
            away.unbounded = isStream;
            away.create = [](const Options&) -> Result<std::unique_ptr<Source>> {
                return std::make_unique<AwaySource>();
            };
            m_registry.add(away);
            m_pipeline.source.type = away.type;
            Runner runner(setup());
            runner.start();
            const QString said = isStream ? "Attempt 1 of 1,000 follows" : "Attempt 1 of 5 follows";
            QTRY_VERIFY(QString::fromStdString(runner.metrics().snapshot().message).contains(said));
            runner.abort();
            QVERIFY(runner.wait(60s));
        }
    }

    void aThousandStartsAndStopsLoseNothing()
    {
        m_pipeline.batch.rows = 7;
        for (int round = 0; round < 1000; ++round) {
            Runner runner(setup());
            runner.start();
            if (round % 3 == 1)
                runner.requestStop();
            if (round % 3 == 2)
                runner.abort();
            if (round % 2 == 0)
                QVERIFY(runner.wait(60s));
        }
        Runner last(setup());
        last.start();
        QVERIFY(last.wait(60s));
        QVERIFY(last.report().state == RunState::Finished);
        QVERIFY(deliveredOnceInOrder());
    }

    void everyPullsAgainUntilItIsStopped()
    {
        m_pipeline.trigger.kind = Trigger::Kind::Every;
        m_pipeline.trigger.every = 1ms;
        Runner runner(setup());
        runner.start();
        QVERIFY(m_committed->waitFor(2000));
        while (m_pulls < 5)
            QVERIFY(!runner.wait(1ms));
        runner.requestStop();
        QVERIFY(runner.wait(60s));
        QVERIFY(runner.report().state == RunState::Stopped);
        QVERIFY(deliveredOnceInOrder());
    }

    void newRowsPullsWhenThereAreEnough()
    {
        m_input.records = 0;
        m_pipeline.batch = {};
        m_pipeline.trigger.kind = Trigger::Kind::NewRows;
        m_pipeline.trigger.newRows = 100;
        m_pipeline.trigger.poll = 1ms;
        int looks = 0;
        m_onCount = [&](std::int64_t seen) {
            // One short twice, then there are enough.
            const std::int64_t count = ++looks % 3 == 0 ? 100 : 99;
            m_input.records = seen + count;
            return count;
        };
        Runner runner(setup());
        runner.start();
        QVERIFY(m_committed->waitFor(300));
        runner.requestStop();
        QVERIFY(runner.wait(60s));
        QVERIFY(runner.report().state == RunState::Stopped);
        QVERIFY(m_destination.ids.size() % 100 == 0);
    }

    void aNewPolicyReachesTheRun()
    {
        m_endless = true;
        m_pipeline.batch = {.rows = 1000};
        Runner runner(setup());
        runner.start();
        QVERIFY(m_committed->waitFor(2000));
        runner.setPolicy({.age = 1ms});
        runner.requestStop();
        QVERIFY(runner.wait(60s));
        QCOMPARE(runner.report().totals.batches, 2);
    }

    void aSecondRunOfThePipelineIsRefused()
    {
        m_endless = true;
        Runner first(setup());
        first.start();
        QVERIFY(m_committed->waitFor(1));
        Runner second(setup());
        second.start();
        QVERIFY(second.wait(60s));
        QVERIFY(second.report().state == RunState::Failed);
        QVERIFY(second.report().error->code == ErrorCode::Conflict);
    }

    void aLibrarysExceptionBecomesAnError()
    {
        m_pipeline.source.type = "throwing";
        Runner runner(setup());
        runner.start();
        QVERIFY(runner.wait(60s));
        QVERIFY(runner.report().state == RunState::Failed);
        QCOMPARE(runner.report().error->detail, "out of luck");
    }

    void aWrongPipelineFailsBeforeAnythingIsOpened()
    {
        m_pipeline.destination.type = "memori";
        Runner runner(setup());
        runner.start();
        QVERIFY(runner.wait(60s));
        QVERIFY(runner.report().error->code == ErrorCode::Usage);
        QCOMPARE(m_pulls.load(), 0);
    }

    void limitsFinishTheRun()
    {
        m_endless = true;
        Runner::Setup limited = setup();
        limited.limits.maxRows = 777;
        Runner runner(limited);
        runner.start();
        QVERIFY(runner.wait(60s));
        QVERIFY(runner.report().state == RunState::Finished);
        QCOMPARE(m_destination.ids.size(), 777);
    }

private:
    Runner::Setup setup()
    {
        return {.pipeline = m_pipeline,
                .registry = &m_registry,
                .stateFolder = m_folder->path().toStdString(),
                .limits = {}};
    }

    SourceType recordsType()
    {
        SourceType type;
        type.type = "records";
        type.create = [this](const Options&) -> Result<std::unique_ptr<Source>> {
            return std::make_unique<StreamSource>(
                ScriptedSource::Script{
                    .input = m_input, .plan = m_sourcePlan, .clock = m_sourceClock, .complain = complaints()},
                m_endless);
        };
        type.createCounter = [this](const Options&) -> Result<std::unique_ptr<RowCounter>> {
            return std::make_unique<CallbackCounter>(m_onCount);
        };
        return type;
    }

    SinkType memoryType()
    {
        SinkType type;
        type.type = "memory";
        type.guarantee = Guarantee::ExactlyOnce;
        type.create = [this](const Options&) -> Result<std::unique_ptr<Sink>> {
            return std::make_unique<ScriptedSink>(ScriptedSink::Script{
                .destination = m_destination,
                .plan = m_sinkPlan,
                .complain = complaints(),
                .onOpen = [this] { ++m_pulls; },
                .onLand = [this] { m_committed->reach(static_cast<std::int64_t>(m_destination.ids.size())); }});
        };
        return type;
    }

    std::function<void(const std::string&)> complaints()
    {
        return [this](const std::string& what) {
            std::lock_guard lock(m_mutex);
            m_complaint = what;
        };
    }

    [[nodiscard]] bool deliveredOnceInOrder() const
    {
        std::int64_t next = 0;
        return m_input.records == static_cast<std::int64_t>(m_destination.ids.size()) &&
               std::ranges::all_of(m_destination.ids, [&](std::int64_t id) { return id == next++; });
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    ScriptedInput m_input;
    ScriptedDestination m_destination;
    Pipeline m_pipeline;
    Registry m_registry;
    FaultPlan m_sourcePlan = FaultPlan::calm(); ///< of the reader's thread
    FaultPlan m_sinkPlan = FaultPlan::calm();   ///< of the pipeline's thread
    VirtualClock m_sourceClock;
    bool m_endless = false;
    std::function<std::int64_t(std::int64_t)> m_onCount; ///< called between pulls, on the pipeline's thread
    std::atomic<int> m_pulls{0};
    std::unique_ptr<Milestone> m_committed;
    std::mutex m_mutex;
    std::string m_complaint;
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestRunner)
#include "tst_runner.moc"
