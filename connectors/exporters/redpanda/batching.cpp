// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>

namespace headrace::redpanda {

namespace {

using namespace std::chrono_literals;

/// Without a period the engine never writes the last partial batch of an input that ends, and does not exit.
constexpr std::chrono::nanoseconds kClosingPeriod = 10s;

/// A Go duration: hours are the longest unit.
std::string goDuration(std::chrono::nanoseconds duration)
{
    if (duration % 1s == 0s)
        return fmt::format("{}s", duration / 1s);
    if (duration % 1ms == 0s)
        return fmt::format("{}ms", duration / 1ms);
    return fmt::format("{}ns", duration.count());
}

} // namespace

void renderBatch(const BatchPolicy& policy, Draft& draft)
{
    const std::string added =
        policy.age ? std::string()
                   : fmt::format(" A period of {} had to be added, because without one the last partial batch is never "
                                 "written; its free-running tick also cuts a batch short every {}.",
                                 goDuration(kClosingPeriod), goDuration(kClosingPeriod));
    Json batching;
    if (policy.rows) {
        batching["count"] = *policy.rows;
        const std::string target = fmt::format("batching.count: {}", *policy.rows);
        if (added.empty())
            draft.notes.exact("batch.rows", std::to_string(*policy.rows), target);
        else
            draft.notes.approximated("batch.rows", std::to_string(*policy.rows), target,
                                     "The number is the same: rows arrive one by one." + added);
    }
    if (policy.bytes) {
        batching["byte_size"] = *policy.bytes;
        draft.notes.approximated("batch.bytes", formatBytes(*policy.bytes),
                                 fmt::format("batching.byte_size: {}", *policy.bytes),
                                 "It is no upper bound: the row that reaches it is still added. Measured are the bytes "
                                 "of the message as JSON, not value bytes." +
                                     (policy.rows ? std::string() : added));
    }
    if (policy.age)
        draft.notes.approximated("batch.age", formatDuration(*policy.age),
                                 fmt::format("batching.period: {}", goDuration(*policy.age)),
                                 "A free-running tick from the start of the stream, not counted from a batch's first "
                                 "row, and not moved by a batch that closed on its size: a batch may close much "
                                 "younger.");
    if (policy.grid) {
        draft.notes.impossible(
            "batch.grid", formatDuration(*policy.grid),
            "Batches cannot be closed at wall-clock multiples. The system_window buffer comes nearest, "
            "by rules of its own.");
        if (policy.zone != "UTC")
            draft.notes.impossible("batch.zone", policy.zone, "It belongs to batch.grid.");
    }
    if (batching.is_null() && !policy.age)
        return;
    batching["period"] = goDuration(policy.age.value_or(kClosingPeriod));
    draft.batching = batching;
}

} // namespace headrace::redpanda
