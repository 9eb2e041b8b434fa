// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/pipeline/delivery_line.h"
#include "connectors/pipeline/feed.h"
#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/retries.h"
#include "connectors/pipeline/run_control.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace headrace {

struct RunLimits {
    std::optional<std::int64_t> maxRows;             ///< stop after this many source rows
    std::optional<std::chrono::nanoseconds> maxTime; ///< drain after this long
};

/// From the trigger to the end of the input: reads, delivers and, where the peer is away, rewinds and tries again.
/// Deterministic: time and connectors are passed in. Used on one thread.
class Pull {
public:
    enum class End { EndOfInput, Limit, Stopped };

    /// All references outlive the pull.
    struct Parts {
        Feed& feed;
        DeliveryLine& line;
        RunControl& control;
        Metrics& metrics;
        const Clock& clock;
        const RetryPolicy& retry;
        RunLimits limits;
        std::chrono::nanoseconds started{}; ///< of the run, for RunLimits::maxTime
        Retries::Jitter jitter = {};
    };

    explicit Pull(Parts parts);

    /// Blocks until the pull has ended; both ends are closed then.
    [[nodiscard]] Result<End> run();

private:
    [[nodiscard]] Result<End> attempt();
    Status openEnds();
    Status deliver(Arrival arrival);
    Status noteProgress();
    [[nodiscard]] std::chrono::nanoseconds waitTime() const;
    [[nodiscard]] bool rowLimitReached() const;
    [[nodiscard]] bool timeLimitReached() const;
    /// Waits before the next attempt, or returns the error when there is none.
    Status backOff(const Error& error);

    Parts m_parts;
    Retries m_retries;
    std::int64_t m_durableBatches = 0;
    bool m_feedFailed = false;   ///< in this attempt
    bool m_sourceFailed = false; ///< and not the destination, in the attempt before
};

} // namespace headrace
