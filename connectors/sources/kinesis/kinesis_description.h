// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headrace::kinesis {

/// For SourceType::probe: whether the stream can be read, as a sentence.
[[nodiscard]] Result<std::string> probeStream(const Options& options, std::stop_token stop);

/// For SourceType::describe: the region's streams with their open shards and how long records are kept; where a stream
/// is named, its shards too.
[[nodiscard]] Result<std::vector<Readable>> describeStreams(const Options& options, std::stop_token stop);

} // namespace headrace::kinesis
