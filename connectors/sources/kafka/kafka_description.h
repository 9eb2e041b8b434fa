// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headrace::kafka {

/// For SourceType::probe: whether the topics can be read, as a sentence.
[[nodiscard]] Result<std::string> probeTopics(const Options& options, std::stop_token stop);

/// For SourceType::describe: the cluster's topics with their partitions, about how many messages they hold and how long
/// these are kept.
[[nodiscard]] Result<std::vector<Readable>> describeTopics(const Options& options, std::stop_token stop);

/// As ConnectionType::partitions has it: the lag is that of the group, or else behind `delivered`.
[[nodiscard]] Result<StreamFacts> factsOfTopics(const Options& options, const std::optional<Position>& delivered,
                                                const std::stop_token& stop);

} // namespace headrace::kafka
