// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/run_control.h"

#include <functional>

namespace headrace {

/// Counts failures in a row and waits between the attempts, longer each time. Used on one thread.
class Retries {
public:
    /// 0 … 1: how much of a wait's second half is left out, so that many runs do not come back at the same moment.
    using Jitter = std::function<double()>;

    /// The references outlive the object. Without a jitter the waits are exact.
    Retries(const RetryPolicy& policy, RunControl& control, Metrics& metrics, const Clock& clock, Jitter jitter = {})
        : m_policy(policy)
        , m_control(control)
        , m_metrics(metrics)
        , m_clock(clock)
        , m_jitter(std::move(jitter))
    {
    }

    /// Dice that no two runs share.
    [[nodiscard]] static Jitter randomJitter();

    /// Something went well: the next failure is the first one again.
    void noteProgress();

    /// An attempt goes on without having got anywhere yet. After kSettled what failed is taken to be back, also where
    /// nothing is there to be done.
    void noteAttempt();

    /// Waits before the next attempt, or returns the error when it is not worth one or there were enough of them.
    Status backOff(const Error& error);

    static constexpr std::chrono::seconds kSettled{3};

private:
    void endOutage();

    const RetryPolicy& m_policy;
    RunControl& m_control;
    Metrics& m_metrics;
    const Clock& m_clock;
    Jitter m_jitter;
    int m_failures = 0;
    std::optional<Outage> m_outage;
    std::string m_cause;                  ///< of the outage, without the attempts
    std::chrono::nanoseconds m_attempt{}; ///< monotonic, when the attempt began
};

} // namespace headrace
