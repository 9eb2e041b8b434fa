// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/row_counter.h"
#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/retries.h"
#include "connectors/pipeline/run_control.h"

#include <chrono>
#include <optional>

namespace headrace {

/// Looks at the source again and again until enough rows are new for a pull to start. Deterministic: time and counter
/// are passed in. Used on one thread.
class NewRowsWatch {
public:
    /// All references outlive the watch.
    struct Parts {
        const Trigger& trigger;
        RowCounter& counter;
        RunControl& control;
        Metrics& metrics;
        const Clock& clock;
        const RetryPolicy& retry;
        std::optional<std::chrono::nanoseconds> until; ///< monotonic, when the run is to end
        Retries::Jitter jitter = {};
    };

    explicit NewRowsWatch(Parts parts);

    /// Blocks until a pull is due: Trigger::newRows rows lie behind `position`, or Trigger::atLeast has passed since
    /// `lastStart` (monotonic). Also returns when the run is to stop or its time is up. A look that fails is repeated
    /// as a pull would be.
    Status wait(const std::optional<Position>& position, std::chrono::nanoseconds lastStart);

private:
    [[nodiscard]] bool isDue(std::chrono::nanoseconds lastStart) const;
    [[nodiscard]] bool isOver() const;

    Parts m_parts;
    Retries m_retries;
};

} // namespace headrace
