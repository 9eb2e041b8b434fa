// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/formats/ndjson/block_parser.h"

#include <string_view>
#include <vector>

namespace headrace::ndjson {

/// `types` and `columns`: what values are read as, the same for files and for messages.
[[nodiscard]] std::vector<OptionSpec> typeOptions();

/// Of the option `extra`: quarantine, column or ignore.
[[nodiscard]] ExtraKeys extraKeysOf(std::string_view option);

} // namespace headrace::ndjson
