// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

/// Lists the columns of the table that a source with these (resolved) options reads, as the database describes them and
/// without reading it. Any thread; cheap, cancellable, without side effects.
using ColumnListing = std::function<Result<std::vector<ReadableColumn>>(const Options&, std::stop_token)>;

/// Sets those of sources that reach no server, by their types: of databases that are files. Servers' are part of their
/// ConnectionType. Called once at start.
void setColumnListings(std::map<std::string, ColumnListing> listings);

/// Whichever the source of that type has; an empty function: none, its open() tells.
[[nodiscard]] ColumnListing columnListing(const std::string& type);

} // namespace headrace
