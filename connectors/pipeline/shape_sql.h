// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Checks what json_serialize_sql() made of a shape's SQL, and adds `hiddenColumn` of the input to what it selects, out
/// of sight of `*` and COLUMNS(), and gives it back in the same form. `columns` are the input's. Usage errors name the
/// clause that is refused.
[[nodiscard]] Result<std::string> rowWiseSelect(const std::string& serialized, const std::vector<std::string>& columns,
                                                std::string_view hiddenColumn);

/// Checks DuckDB's physical plan (EXPLAIN (FORMAT json)): only a scan of the input, filters and projections pass. Finds
/// what the syntax hides, such as a macro that expands to an aggregate.
Status checkRowWisePlan(const std::string& plan);

/// The Usage error for a clause that a shape cannot have.
[[nodiscard]] tl::unexpected<Error> refusedInShape(std::string_view clause);

} // namespace headrace
