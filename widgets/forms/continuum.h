// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/batch_policy.h"

#include <QString>

#include <array>

namespace headrace {

/// The line from batch to streaming: where a policy sits on it, and the policy of a place on it. Places are 0 (one
/// batch a day) to 1 (every row by itself), with the stops evenly spaced and a logarithm between them.
namespace continuum {

struct Stop {
    double seconds;
    const char* label;
};

inline constexpr std::array<Stop, 8> kStops{{{86400, "24 h"},
                                             {3600, "1 h"},
                                             {600, "10 min"},
                                             {60, "1 min"},
                                             {5, "5 s"},
                                             {1, "1 s"},
                                             {0.1, "100 ms"},
                                             {0.001, "every row"}}};

/// Where micro-batch begins and ends.
inline constexpr double kMicroBatchFrom = 0.34;
inline constexpr double kStreamingFrom = 0.68;

/// The place of the policy's time bound; rows = 1 is streaming, no time bound is batch.
[[nodiscard]] double placeOf(const BatchPolicy& policy);

/// `base` moved to `place`: its age follows, and at the end rows becomes 1.
[[nodiscard]] BatchPolicy policyAt(double place, const BatchPolicy& base);

/// "batch", "micro-batch" or "streaming", translated.
[[nodiscard]] QString nameOf(double place);

} // namespace continuum
} // namespace headrace
