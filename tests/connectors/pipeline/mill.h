// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/delivery_line.h"
#include "connectors/pipeline/pull.h"
#include "tests/support/planned_feed.h"
#include "tests/support/scripted_shape.h"
#include "tests/support/scripted_sink.h"
#include "tests/support/scripted_source.h"
#include "tests/support/scripted_state.h"
#include "tests/support/virtual_control.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QTest>

#include <map>

namespace headrace::test {

using namespace std::chrono_literals;

/// A pipeline over chunks of five rows and what it left behind; run() may be called again and again.
struct Mill {
    Mill()
    {
        input.records = 20;
        pipeline.name = "mill";
    }

    Result<Pull::End> run(bool exactlyOnce = true, bool repeatsShow = true)
    {
        FaultPlan plan = FaultPlan::calm();
        const auto complain = [](const std::string& what) { QFAIL(what.c_str()); };
        ScriptedSource source({.input = input,
                               .plan = plan,
                               .clock = clock,
                               .complain = complain,
                               .onAcknowledge = [this](std::int64_t record) { acknowledged.push_back(record); },
                               .smallestChunk = 5,
                               .largestChunk = 5,
                               .stallPercent = 0,
                               .slowestRead = 0us,
                               .recordAge = recordAge});
        ScriptedSink sink({.destination = destination,
                           .plan = plan,
                           .complain = complain,
                           .onCommit = [this](const BatchSummary& batch) { note(batch); },
                           .exactlyOnce = exactlyOnce,
                           .pipelined = pipelined});
        ScriptedStore store(disk, plan);
        ScriptedQuarantine quarantine(disk, plan);
        PlannedFeed feed(source, clock);
        feed.m_errors = errors;
        feed.m_stalls = stalls;
        feed.m_changed = changed;
        feed.m_onRead = [this](int read) {
            if (onRead)
                onRead(read, *control);
        };
        control = std::make_unique<VirtualControl>(clock);
        metrics = std::make_unique<Metrics>();
        DeliveryLine line({.pipeline = pipeline,
                           .sink = sink,
                           .sinkKeepsPosition = exactlyOnce,
                           .repeatsShow = repeatsShow,
                           .pulls = pulls,
                           .quarantine = quarantine,
                           .checkpoints = store,
                           .metrics = *metrics,
                           .clock = clock,
                           .run = "run",
                           .abort = control->abortToken(),
                           .compileShape = &ScriptedShape::compile});
        Pull pull({feed, line, *control, *metrics, clock, pipeline.retry, limits, clock.now()});
        auto end = pull.run();
        starts = feed.m_starts;
        errors.clear();
        return end;
    }

    void note(const BatchSummary& batch)
    {
        saved.push_back(disk.checkpoint ? disk.checkpoint->committed.sequence : 0);
        batches.push_back(fmt::format(
            "#{} {} {} {}ms", batch.sequence, batch.rows, toString(batch.reason),
            std::chrono::duration_cast<std::chrono::milliseconds>(batch.closedAt - batch.openedAt).count()));
    }

    [[nodiscard]] std::string printed() const { return fmt::format("{}", fmt::join(batches, ", ")); }

    ScriptedInput input;
    ScriptedDestination destination;
    ScriptedDisk disk;
    VirtualClock clock;
    Pipeline pipeline;
    PullKind pulls;
    std::size_t pipelined = 0; ///< commits that may be under way
    bool changed = false;      ///< the source refuses every position
    RunLimits limits;
    std::map<int, Error> errors;
    std::map<int, std::chrono::nanoseconds> stalls;
    std::function<void(int, RunControl&)> onRead;
    std::optional<std::chrono::nanoseconds> recordAge;

    std::unique_ptr<VirtualControl> control;
    std::unique_ptr<Metrics> metrics;
    std::vector<std::string> batches;
    std::vector<std::int64_t> saved; ///< the batch in the checkpoint when the next one was committed
    std::vector<std::string> starts;
    std::vector<std::int64_t> acknowledged;
};

} // namespace headrace::test
