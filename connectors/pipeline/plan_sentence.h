// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/pipeline.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace headrace {

/// What is known of a pipeline's past, and of what lies ahead, when its next pull is described.
struct PlanFacts {
    bool hasPosition = false;             ///< a run before has delivered rows
    std::string after = {};               ///< where it ended in the source's own words: "2026-11-22 10:00:00"
    std::string lateRows = {};            ///< what is known of them
    std::optional<double> rowsAPull = {}; ///< of this run so far
    PullForecast forecast = {};           ///< while no pull of this run has ended
};

/// Where a run would go on, given what the runs before have left; nullopt where it would begin: a destination that
/// keeps positions itself has none for another table, topic or folder.
[[nodiscard]] std::optional<Position> resumePosition(const Pipeline& pipeline, const Registry& registry,
                                                     const std::optional<Checkpoint>& checkpoint);

/// The past part of them, for a position that a run has reached.
[[nodiscard]] PlanFacts factsAt(const Pipeline& pipeline, const Registry& registry, const Position& position);

/// Asks the source how many rows its pulls will bring. Blocks for some seconds at most, as the token may end it sooner;
/// whatever is in the way is in PullForecast::unknown. Reads the system clock.
[[nodiscard]] PullForecast forecastPulls(const Pipeline& pipeline, const Registry& registry,
                                         const std::optional<Position>& position, const std::stop_token& stop);

/// What a connector reads or writes, from its first path, table or name: "orders.csv"; "" when nothing tells.
[[nodiscard]] std::string objectOf(const Options& options);

/// One plain sentence about what will happen when the pipeline runs: "Every 15 min: rows of public.orders with
/// updated_at after 2026-11-22 10:00:00, about 1,200 a pull". Empty while there is no source. `now` is the clock.
[[nodiscard]] std::string planSentence(const Pipeline& pipeline, const Registry& registry, const PlanFacts& facts,
                                       std::chrono::system_clock::time_point now);

} // namespace headrace
