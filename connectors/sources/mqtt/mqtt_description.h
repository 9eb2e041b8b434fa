// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headrace::mqtt {

/// For SourceType::probe: whether the broker takes login and subscriptions, and what can be promised, as sentences.
[[nodiscard]] Result<std::string> probeBroker(const Options& options, std::stop_token stop);

/// For SourceType::describe: topics that have a retained message or get one within a second.
[[nodiscard]] Result<std::vector<Readable>> describeTopics(const Options& options, std::stop_token stop);

} // namespace headrace::mqtt
