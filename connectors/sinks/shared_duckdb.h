// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_database.h"

#include <memory>

namespace headrace {

/// Opens the database file at `path` for writing, or joins the process's open one: DuckDB's file lock keeps other
/// processes out but not a second instance in the same process, which would damage the file. Thread-safe.
/// Unavailable, naming the other process, when that holds the file. `settings` count for the first opener only.
[[nodiscard]] Result<std::shared_ptr<DuckDatabase>>
sharedDuckDatabase(const std::string& path, const std::map<std::string, std::string>& settings);

} // namespace headrace
