// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"

#include <string>
#include <vector>

namespace headrace {

/// The newest `limit` records of a pipeline's quarantine file, oldest first; none when there is no such file. Lines
/// that hold no record are left out. Blocks; any thread.
[[nodiscard]] Result<std::vector<BadRecord>> readQuarantine(const std::string& folder, const std::string& pipeline,
                                                            std::size_t limit);

} // namespace headrace
