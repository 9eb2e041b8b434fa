// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <QDateTime>
#include <QString>

#include <optional>

namespace headrace {

/// What is known of a pipeline's past when its next pull is described.
struct PlanFacts {
    bool hasPosition = false;             ///< a run before has delivered rows
    std::string after = {};               ///< where it ended in the source's own words: "2026-11-22 10:00:00"
    std::optional<double> rowsAPull = {}; ///< of this run so far
    std::string lateRows = {};            ///< what is known of them
};

/// One plain sentence about what will happen when the pipeline runs: "Every 15 min: rows of public.orders with
/// updated_at after 2026-11-22 10:00:00, about 1,200 a pull." Empty while there is no source. `now` is the clock.
[[nodiscard]] QString planText(const Pipeline& pipeline, const Registry& registry, const PlanFacts& facts,
                               const QDateTime& now);

} // namespace headrace
