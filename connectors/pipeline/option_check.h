// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Checks one option as it stands in a pipeline, with references unresolved. A secret must be a reference and is never
/// quoted; a value that contains a reference is checked when the run resolves it.
Status checkPipelineOption(const OptionSpec& spec, const OptionValue& value, std::string_view owner);

/// Checks all options of a connector so, and that none is unknown or missing.
Status checkPipelineOptions(const std::vector<OptionSpec>& specs, const Options& options, std::string_view owner);

} // namespace headrace
