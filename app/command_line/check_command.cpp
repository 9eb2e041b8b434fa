// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "connectors/core/connection.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/delivery_promise.h"
#include "connectors/pipeline/plan_sentence.h"
#include "connectors/pipeline/preview.h"
#include "connectors/pipeline/pull_kind.h"

#include <fmt/format.h>

#include <utility>

namespace headrace::cli {

namespace {

/// "source csv: 3 files, 1.2 GB". An error of the probe is the result's error.
Status probe(std::string_view part, const ConnectorType& type, const Options& options)
{
    std::string answer = "its options are valid.";
    if (type.probe) {
        HEADRACE_TRY(const Options checked, checkedOptions(type, options, fmt::format("{} {}", type.type, part)));
        HEADRACE_TRY(answer, type.probe(checked, std::stop_token()));
    }
    print(fmt::format("{} {}: {}\n", part, type.type, answer));
    return {};
}

void sayBatchWarning(const Pipeline& pipeline, const Registry& registry)
{
    if (pipeline.batch.isUnlimited() && isEndless(pipeline.source, registry))
        say(fmt::format("warning: '{}' may never end and no batch limit is set, so nothing would ever be committed; "
                        "set batch.rows, batch.bytes or batch.age.",
                        pipeline.source.type));
}

void sayTriggerWarning(const Pipeline& pipeline, const Registry& registry)
{
    if (pipeline.trigger.kind != Trigger::Kind::Once && pipeline.trigger.kind != Trigger::Kind::Continuous &&
        isEndless(pipeline.source, registry))
        say(fmt::format("warning: '{}' is read without an end, so the first pull would never end and the trigger never "
                        "start another; set the source's 'until' to now.",
                        pipeline.source.type));
}

/// What a run would do now. The source can be reached.
void sayPlan(const Pipeline& pipeline, const Registry& registry, const std::optional<Checkpoint>& checkpoint)
{
    const std::optional<Position> position = resumePosition(pipeline, registry, checkpoint);
    PlanFacts facts;
    if (position)
        facts = factsAt(pipeline, registry, *position);
    facts.forecast = forecastPulls(pipeline, registry, position, std::stop_token());
    const std::string late = std::exchange(facts.lateRows, {});
    print(fmt::format("plan: {}.\n", planSentence(pipeline, registry, facts, std::chrono::system_clock::now())));
    if (!late.empty())
        print(fmt::format("late rows: {}\n", late));
}

} // namespace

Result<ExitCode> checkPipeline(const CheckArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Pipeline pipeline, loadWithSettings(arguments.file, arguments.settings, registry));
    HEADRACE_TRY(const SourceType* source, registry.source(pipeline.source.type));
    HEADRACE_TRY(const SinkType* sink, registry.sink(pipeline.destination.type));
    HEADRACE_CHECK(registry.createSource(pipeline.source.type, pipeline.source.options));
    HEADRACE_CHECK(registry.createSink(pipeline.destination.type, pipeline.destination.options));
    print(fmt::format("pipeline {}: the file is valid.\n", pipeline.name));
    sayBatchWarning(pipeline, registry);
    HEADRACE_TRY(const DeliveryPromise promise, deliveryPromise(pipeline, registry));
    print(fmt::format("delivery: {}\n", promise.sentence));
    if (pipeline.trigger.kind == Trigger::Kind::NewRows)
        HEADRACE_CHECK(registry.createCounter(pipeline.source.type, pipeline.source.options));
    if (pipeline.trigger != Trigger{})
        print(fmt::format("trigger: a pull starts {}.\n", pipeline.trigger.describe()));
    sayTriggerWarning(pipeline, registry);
    HEADRACE_TRY(const PullKind pulls, pullKind(pipeline, registry));
    if (!pulls.sentence.empty())
        print(fmt::format("pulls: {}\n", pulls.sentence));
    HEADRACE_TRY(const auto checkpoint,
                 peekCheckpoint(defaultStateFolder(), pipeline.name, pipeline.sourceFingerprint()));

    // Both are probed even if the first one fails, so that one call shows all that is wrong.
    const Status sourceAnswer = probe("source", *source, pipeline.source.options);
    const Status sinkAnswer = probe("destination", *sink, pipeline.destination.options);
    if (!sourceAnswer && !sinkAnswer)
        report(sinkAnswer.error());
    HEADRACE_CHECK(sourceAnswer);
    HEADRACE_CHECK(sinkAnswer);
    sayPlan(pipeline, registry, checkpoint);
    if (!pipeline.shapeSql.empty()) {
        PreviewLimits one;
        one.rows = 1;
        HEADRACE_CHECK(preview(registry, pipeline.source, pipeline.shapeSql, one, std::stop_token()));
        print("shape: it fits the source's columns.\n");
    }
    return ExitCode::Done;
}

} // namespace headrace::cli
