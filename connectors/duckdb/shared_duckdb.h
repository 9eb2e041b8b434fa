// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_database.h"

#include <memory>

namespace headrace {

enum class DuckAccess { Read, Write };

/// Opens the database file at `path`, or joins the process's open one: DuckDB's file lock keeps other processes out but
/// not a second instance in the same process, which would damage the file. Readers and writers never share one, since
/// they need other settings; `settings` count for the first opener only. A writer creates the file if it is missing.
/// Thread-safe. Unavailable when the file is open otherwise, in this process or, named, in another.
[[nodiscard]] Result<std::shared_ptr<DuckDatabase>>
sharedDuckDatabase(const std::string& path, DuckAccess access, const std::map<std::string, std::string>& settings);

} // namespace headrace
