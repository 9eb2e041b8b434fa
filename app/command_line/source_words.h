// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/command_line/arguments.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

namespace headrace::cli {

/// The pipeline of the file, or one that has only a source: its options are KEY=VALUE, several times where the option
/// is a list, and KEY.NAME=VALUE for each name of a map. Their values are not checked yet. Every error of a word is
/// Usage and quotes it.
[[nodiscard]] Result<Pipeline> loadSource(const SourceWords& words, const Registry& registry);

} // namespace headrace::cli
