// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <string>
#include <string_view>

namespace headrace {

/// Reads a pipeline file (design: "The pipeline file"). Every error is ErrorCode::Usage and names `fileName`, the line,
/// the key and the nearest right one: "shop.headrace.yaml:7: unknown key 'rowz' in 'batch'; did you mean 'rows'?".
/// Aliases and nesting are bounded. Relative paths in the file stay as written; the programs
/// make its folder their working directory.
[[nodiscard]] Result<Pipeline> parsePipeline(std::string_view yaml, const std::string& fileName,
                                             const Registry& registry);

[[nodiscard]] Result<Pipeline> loadPipeline(const std::string& path, const Registry& registry);

/// Writes the canonical form: parsePipeline(formatPipeline(p)) == p. Defaults are left out.
[[nodiscard]] std::string formatPipeline(const Pipeline& pipeline);

/// Replaces the file durably.
Status savePipeline(const Pipeline& pipeline, const std::string& path);

/// Sets one value by dotted key as `--set batch.rows=500` does; the error is as for files with "--set" as the name.
[[nodiscard]] Result<Pipeline> withSetting(const Pipeline& pipeline, std::string_view keyValue,
                                           const Registry& registry);

} // namespace headrace
