// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <stop_token>
#include <vector>

namespace headrace {

/// The columns of what `source` reads: as its server describes them, or, for a source that has no words of its own, as
/// it opens. Nothing is moved, as in preview(). Blocks; any thread.
[[nodiscard]] Result<std::vector<ReadableColumn>> readableColumns(const Registry& registry, const ConnectorSpec& source,
                                                                  std::stop_token stop);

} // namespace headrace
