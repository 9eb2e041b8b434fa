// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace headrace {

/// One side of the comparison of a pipeline with its export.
struct ProofSide {
    std::int64_t rows = 0;
    std::int64_t badRecords = 0;
    std::string digest;                ///< 32 hex digits, the same for any order of the rows
    std::int64_t onlyHere = 0;         ///< rows that the other side lacks
    std::vector<std::string> examples; ///< the first of them, one line each
};

/// The rows that a pipeline delivers here, and those that its export delivers on the engine.
struct Proof {
    ProofSide here;
    ProofSide engine;

    [[nodiscard]] bool isEqual() const { return here.onlyHere == 0 && engine.onlyHere == 0; }
    static constexpr std::size_t kExamples = 5;
};

} // namespace headrace
