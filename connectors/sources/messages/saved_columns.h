// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/ndjson/json_column.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace headrace {

// The columns that were found in messages, as positions carry them: [["user","id","int64"], …], path and type.

[[nodiscard]] nlohmann::ordered_json columnsToJson(const std::vector<ndjson::Column>& columns);

/// Throws nlohmann's exceptions for JSON that is no list of lists of texts; false for other nonsense.
[[nodiscard]] bool columnsFromJson(const nlohmann::json& json, std::vector<ndjson::Column>& columns);

} // namespace headrace
