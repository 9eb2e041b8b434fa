// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pull_kind.h"

#include <fmt/format.h>

namespace headrace {

namespace {

constexpr int kAttemptsOnAndOn = 1'000; ///< waits of 30 to 60 s by default

} // namespace

bool isEndless(const ConnectorSpec& source, const Registry& registry)
{
    const auto type = registry.source(source.type);
    const auto until = source.options.values().find("until");
    return type && (*type)->unbounded &&
           (until == source.options.values().end() || source.options.text("until") == "never");
}

bool goesOn(const Pipeline& pipeline, const Registry& registry)
{
    return pipeline.trigger.kind != Trigger::Kind::Once || isEndless(pipeline.source, registry);
}

RetryPolicy retryPolicy(const Pipeline& pipeline, const Registry& registry)
{
    RetryPolicy policy = pipeline.retry;
    if (!policy.attempts)
        policy.attempts = goesOn(pipeline, registry) ? kAttemptsOnAndOn : RetryPolicy::kAttempts;
    return policy;
}

Result<PullKind> pullKind(const Pipeline& pipeline, const Registry& registry)
{
    HEADRACE_TRY(const SourceType* source, registry.source(pipeline.source.type));
    HEADRACE_TRY(const SinkType* sink, registry.sink(pipeline.destination.type));
    const bool readsWhole = source->readsWhole && source->readsWhole(pipeline.source.options);
    const bool replaces = sink->replacesRows && sink->replacesRows(pipeline.destination.options);
    const Trigger::Kind trigger = pipeline.trigger.kind;
    const bool onTheClock = trigger == Trigger::Kind::Every || trigger == Trigger::Kind::Cron;
    if (!readsWhole || (!replaces && !onTheClock))
        return PullKind{false, false,
                        trigger == Trigger::Kind::Once ? "" : "Each pull reads what is new since the pull before."};
    if (replaces)
        return PullKind{true, true,
                        fmt::format("Each pull reads everything again, and its rows take the place of those in the {} "
                                    "destination.",
                                    sink->type)};
    return PullKind{true, false,
                    fmt::format("Each pull reads everything again and appends it: the rows of earlier pulls stay in "
                                "the {} destination. Name a cursor to append only what is new{}.",
                                sink->type, sink->replacesRows ? ", or set the mode replace for a copy" : "")};
}

} // namespace headrace
