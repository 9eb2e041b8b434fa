// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <functional>
#include <string>

namespace headrace {

/// Where the rows of a new pipeline of that name go when the user has not said.
using DefaultDestination = std::function<ConnectorSpec(const std::string& pipelineName)>;

/// A pipeline that reads the file or folder at `path`: the source is the first one that claims its ending. The error
/// lists the endings that are known.
[[nodiscard]] Result<Pipeline> pipelineForFile(const Registry& registry, const std::string& path,
                                               const DefaultDestination& destination);

/// "Orders 2024.csv.gz" → "orders-2024": a name that is valid in the pipeline file.
[[nodiscard]] std::string pipelineNameFor(const std::string& path);

} // namespace headrace
