// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/exporters/exporter.h"
#include "connectors/pipeline/pipeline.h"

#include <cstdint>
#include <string>
#include <vector>

namespace headrace::prove {

/// One side of the comparison.
struct Side {
    std::int64_t rows = 0;
    std::int64_t badRecords = 0;
    std::string digest;
    std::int64_t onlyHere = 0;         ///< rows that the other side lacks
    std::vector<std::string> examples; ///< the first of them, one line each
};

struct Proof {
    Side here;
    Side engine;

    [[nodiscard]] bool isEqual() const { return here.onlyHere == 0 && engine.onlyHere == 0; }
    static constexpr std::size_t kExamples = 5;
};

/// Runs `pipeline` here and its export on the engine program `engine`, both into folders below `workFolder`, reads both
/// back with our own sources and compares the rows. Triggers count as once. Blocks.
/// An error: the pipeline has no export, its destination cannot be read back, or one of the runs failed.
[[nodiscard]] Result<Proof> prove(const Pipeline& pipeline, const Exporter& exporter, const std::string& engine,
                                  const std::string& workFolder, const Registry& registry);

} // namespace headrace::prove
