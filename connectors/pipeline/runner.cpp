// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/runner.h"

#include "connectors/pipeline/delivery_line.h"
#include "connectors/pipeline/new_rows_watch.h"
#include "connectors/pipeline/read_ahead.h"
#include "connectors/pipeline/run_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

namespace headrace {

namespace {

/// A wall clock may be set while a trigger waits, so it is looked at again after this.
constexpr std::chrono::nanoseconds kLongestPause = std::chrono::seconds{10};

std::string newRunId(const Clock& clock)
{
    return fmt::format("{:x}-{:x}", clock.wall().time_since_epoch().count(), ::getpid());
}

} // namespace

class Runner::Impl {
public:
    explicit Impl(Setup setup)
        : m_setup(std::move(setup))
    {
    }

    ~Impl() { m_control.abort(); }

    void start()
    {
        m_started = m_setup.clock->now();
        m_metrics.update([this](MetricsSnapshot& snapshot) {
            snapshot.state = RunState::Starting;
            snapshot.started = m_started;
        });
        m_thread = std::jthread([this] { main(); });
    }

    void requestStop()
    {
        m_control.requestStop();
        m_metrics.update([](MetricsSnapshot& snapshot) {
            if (snapshot.state == RunState::Running)
                snapshot.state = RunState::Draining;
        });
    }

    bool wait(std::chrono::milliseconds limit)
    {
        std::unique_lock lock(m_mutex);
        return m_ended.wait_for(lock, limit, [this] { return m_report.state != RunState::Idle; });
    }

    RunReport report()
    {
        std::lock_guard lock(m_mutex);
        return m_report;
    }

    RunControl& control() { return m_control; }
    const Metrics& metrics() const { return m_metrics; }
    Metrics& metrics() { return m_metrics; }
    const Clock& clock() const { return *m_setup.clock; }

private:
    void main()
    {
        Result<Pull::End> end = Pull::End::EndOfInput;
        try {
            end = execute();
        } catch (const std::exception& error) {
            end = fail(ErrorCode::Failed, "The run stopped with an unexpected error; the log holds its text.",
                       error.what());
        }
        RunReport report;
        report.elapsed = m_setup.clock->now() - m_started;
        if (!end) {
            report.state = RunState::Failed;
            report.error = end.error();
        } else {
            report.state = *end == Pull::End::Stopped ? RunState::Stopped : RunState::Finished;
        }
        setState(report.state);
        report.totals = m_metrics.snapshot();
        std::lock_guard lock(m_mutex);
        m_report = std::move(report);
        m_ended.notify_all();
    }

    Result<Pull::End> execute()
    {
        const Pipeline& pipeline = m_setup.pipeline;
        const Registry& registry = *m_setup.registry;
        HEADRACE_CHECK(pipeline.check(registry));
        HEADRACE_TRY(const auto checkpoints, openCheckpointFile(m_setup.stateFolder, pipeline.name));
        HEADRACE_TRY(const auto quarantine, openQuarantineFile(m_setup.stateFolder, pipeline.name));
        HEADRACE_TRY(const auto source, registry.createSource(pipeline.source.type, pipeline.source.options));
        HEADRACE_TRY(const auto sink, registry.createSink(pipeline.destination.type, pipeline.destination.options));
        HEADRACE_TRY(const SinkType* sinkType, registry.sink(pipeline.destination.type));
        HEADRACE_TRY(const PullKind pulls, pullKind(pipeline, registry));

        ReadHint hint;
        hint.maxRows = std::min(hint.maxRows, m_setup.limits.maxRows.value_or(hint.maxRows));
        ReadAhead feed(*source, hint, *m_setup.clock, m_metrics);
        DeliveryLine line(
            {.pipeline = pipeline,
             .sink = *sink,
             .sinkKeepsPosition = sinkType->guaranteeWith(pipeline.destination.options) == Guarantee::ExactlyOnce,
             .repeatsShow = sinkType->repeatsShow,
             .pulls = pulls,
             .quarantine = *quarantine,
             .checkpoints = *checkpoints,
             .metrics = m_metrics,
             .clock = *m_setup.clock,
             .run = newRunId(*m_setup.clock),
             .abort = m_control.abortToken()});
        return pullWhenTriggered(feed, line);
    }

    Result<Pull::End> pullWhenTriggered(Feed& feed, DeliveryLine& line)
    {
        const RetryPolicy retry = retryPolicy(m_setup.pipeline, *m_setup.registry);
        const Clock& clock = *m_setup.clock;
        const Pipeline& pipeline = m_setup.pipeline;
        std::unique_ptr<RowCounter> counter;
        if (pipeline.trigger.kind == Trigger::Kind::NewRows) {
            HEADRACE_TRY(counter, m_setup.registry->createCounter(pipeline.source.type, pipeline.source.options));
        }
        std::optional<WallTime> lastStart;
        auto lastPull = m_started;
        while (const auto start = pipeline.trigger.nextStart(lastStart, clock.wall())) {
            waitUntil(*start);
            if (counter)
                HEADRACE_CHECK(waitForRows(*counter, line, lastPull, retry));
            if (m_control.stopping())
                return Pull::End::Stopped;
            if (timeIsUp())
                return Pull::End::Limit;
            lastStart = clock.wall();
            lastPull = clock.now();
            setState(RunState::Running);
            Pull pull(
                {feed, line, m_control, m_metrics, clock, retry, m_setup.limits, m_started, Retries::randomJitter()});
            HEADRACE_TRY(const Pull::End end, pull.run());
            if (end != Pull::End::EndOfInput)
                return end;
        }
        return Pull::End::EndOfInput;
    }

    Status waitForRows(RowCounter& counter, DeliveryLine& line, std::chrono::nanoseconds lastPull,
                       const RetryPolicy& retry)
    {
        setState(RunState::Waiting);
        HEADRACE_TRY(const auto position, line.expectedStart());
        NewRowsWatch watch(
            {.trigger = m_setup.pipeline.trigger,
             .counter = counter,
             .control = m_control,
             .metrics = m_metrics,
             .clock = *m_setup.clock,
             .retry = retry,
             .until = m_setup.limits.maxTime ? std::optional(m_started + *m_setup.limits.maxTime) : std::nullopt,
             .jitter = Retries::randomJitter()});
        return watch.wait(position, lastPull);
    }

    void waitUntil(WallTime start)
    {
        while (m_setup.clock->wall() < start && !m_control.stopping() && !timeIsUp()) {
            setState(RunState::Waiting);
            std::chrono::nanoseconds pause = std::min(start - m_setup.clock->wall(), kLongestPause);
            if (m_setup.limits.maxTime)
                pause = std::min(pause, m_started + *m_setup.limits.maxTime - m_setup.clock->now());
            m_control.pause(pause);
        }
    }

    bool timeIsUp() const
    {
        return m_setup.limits.maxTime && m_setup.clock->now() - m_started >= *m_setup.limits.maxTime;
    }

    void setState(RunState state)
    {
        m_metrics.update([this, state](MetricsSnapshot& snapshot) {
            snapshot.state = state;
            snapshot.at = m_setup.clock->now();
        });
    }

    Setup m_setup;
    Metrics m_metrics;
    RunControl m_control;
    std::chrono::nanoseconds m_started{};
    std::mutex m_mutex;
    std::condition_variable m_ended;
    RunReport m_report; ///< Idle until the run has ended
    std::jthread m_thread;
};

Runner::Runner(Setup setup)
    : m_impl(std::make_unique<Impl>(std::move(setup)))
{
}

Runner::~Runner() = default;

void Runner::start()
{
    m_impl->start();
}

void Runner::requestStop()
{
    m_impl->requestStop();
}

void Runner::abort()
{
    m_impl->control().abort();
}

bool Runner::wait(std::chrono::milliseconds limit)
{
    return m_impl->wait(limit);
}

void Runner::setPolicy(const BatchPolicy& policy)
{
    m_impl->control().setPolicy(policy);
}

const Metrics& Runner::metrics() const
{
    return m_impl->metrics();
}

RunReport Runner::report() const
{
    return m_impl->report();
}

} // namespace headrace
