// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/settings.h"
#include "connectors/formats/csv/temporal_pattern.h"

#include <vector>

namespace headrace::csv {

struct TemporalCandidate {
    ColumnType type;
    TemporalPattern pattern;
};

using TemporalCandidates = std::vector<TemporalCandidate>;

/// Every format that columns are tried with, the likelier first; what the settings fix stands alone for its kind.
[[nodiscard]] TemporalCandidates temporalCandidates(const Settings& settings);

} // namespace headrace::csv
