// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/pull.h"
#include "connectors/pipeline/quarantine.h"

#include <chrono>
#include <memory>
#include <optional>

namespace headrace {

/// Three outcomes, no fourth: every row is delivered, quarantined, or after the position the run stopped at.
struct RunReport {
    RunState state = RunState::Idle; ///< Finished, Stopped or Failed
    std::optional<Error> error;      ///< set when Failed
    MetricsSnapshot totals;
    std::chrono::nanoseconds elapsed{};
};

/// Executes a pipeline on its own threads until the trigger never fires again, a limit is reached, or it is stopped.
/// Reader thread (source) → queue bounded by bytes → pipeline thread (shape, batcher, sink). Retries, back-off,
/// checkpoints and quarantine live here and nowhere else. Public methods are thread-safe unless they say otherwise.
class Runner {
public:
    struct Setup {
        Pipeline pipeline;
        const Registry* registry = nullptr; ///< outlives the Runner
        std::string stateFolder;            ///< checkpoints and quarantine
        RunLimits limits;
        const Clock* clock = &Clock::system();
    };

    explicit Runner(Setup setup);
    ~Runner(); ///< aborts and joins

    /// Starts the threads; once.
    void start();

    /// Step one: stop reading, deliver what was read, close the batch (CloseReason::Stop), keep the checkpoint.
    void requestStop();
    /// Step two: drop what is not committed.
    void abort();
    /// True when the run has ended within `limit`.
    bool wait(std::chrono::milliseconds limit);

    /// Takes effect at the next batch.
    void setPolicy(const BatchPolicy& policy);

    [[nodiscard]] const Metrics& metrics() const;
    /// Valid after wait() returned true.
    [[nodiscard]] RunReport report() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace headrace
