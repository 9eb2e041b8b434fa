// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/run_control.h"

namespace headrace {

/// Counts failures in a row and waits between the attempts. Used on one thread.
class Retries {
public:
    /// The references outlive the object.
    Retries(const RetryPolicy& policy, RunControl& control, Metrics& metrics)
        : m_policy(policy)
        , m_control(control)
        , m_metrics(metrics)
    {
    }

    /// Something went well: the next failure is the first one again.
    void noteProgress();

    /// Waits before the next attempt, or returns the error when it is not worth one or there were enough of them.
    Status backOff(const Error& error);

private:
    const RetryPolicy& m_policy;
    RunControl& m_control;
    Metrics& m_metrics;
    int m_failures = 0;
};

} // namespace headrace
