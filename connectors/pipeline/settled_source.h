// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <stop_token>

namespace headrace {

/// The pipeline with saved connections written out, and with what its source detects set as options (delimiter, header,
/// encoding …), for engines that know no connections of ours and detect nothing. Options that are set stay, and so does
/// what no option of one value can say. Opens the source for a look and blocks; where the source cannot be opened, the
/// pipeline comes back as it is.
[[nodiscard]] Pipeline withSettledSource(Pipeline pipeline, const Registry& registry, std::stop_token stop);

} // namespace headrace
