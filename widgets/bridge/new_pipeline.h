// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <functional>
#include <string>
#include <vector>

namespace headrace {

/// Where the rows of a new pipeline of that name go when the user has not said.
using DefaultDestination = std::function<ConnectorSpec(const std::string& pipelineName)>;

/// A pipeline that reads the files or folders at `paths`: the source is the first one that claims their ending. The
/// error lists the endings that are known, or names the two files that no one source reads.
[[nodiscard]] Result<Pipeline> pipelineForFiles(const Registry& registry, const std::vector<std::string>& paths,
                                                const DefaultDestination& destination);

/// A pipeline without ends, with gates that show rows early.
[[nodiscard]] Pipeline emptyPipeline();

/// "Orders 2024.csv.gz" → "orders-2024": a name that is valid in the pipeline file.
[[nodiscard]] std::string pipelineNameFor(const std::string& path);

} // namespace headrace
