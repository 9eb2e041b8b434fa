// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"
#include "connectors/pipeline/pipeline.h"
#include "widgets/bridge/run_history.h"

#include <QString>

#include <array>

namespace headrace {

/// The four stages of a pipeline, in the order of the strip.
enum class Stage { Source, Shape, Batch, Destination };
inline constexpr int kStageCount = 4;

[[nodiscard]] QString stageName(Stage stage);

/// What a card of the strip says.
struct StageFacts {
    enum class Mood { Idle, Good, Warning, Bad };

    QString subtitle; ///< "CSV files · orders.csv"
    QString value;    ///< "18,240"
    QString unit;     ///< "rows/s"
    QString detail;   ///< "12 partitions · 3.1 MiB/s"
    Mood mood = Mood::Idle;

    friend bool operator==(const StageFacts&, const StageFacts&) = default;
};

/// A run as the strip sees it; null members mean that none has run yet.
struct StripInput {
    const Pipeline* pipeline = nullptr;
    const Registry* registry = nullptr;
    const MetricsSnapshot* latest = nullptr;
    const RunFigures* figures = nullptr;
    bool isRunning = false;
};

[[nodiscard]] std::array<StageFacts, kStageCount> stageFacts(const StripInput& input);

/// What a run of the pipeline promises: "exactly once", "at least once"; "" while an end is missing.
[[nodiscard]] QString promiseText(const Pipeline& pipeline, const Registry& registry);

/// What a connector reads or writes, from its first path, table or name: "orders.csv"; empty when nothing tells.
[[nodiscard]] QString objectOf(const ConnectorSpec& spec);

} // namespace headrace
