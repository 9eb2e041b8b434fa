// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Checks everything that needs no server: the name, the type, the options, and that secrets are references.
Status checkConnection(const SavedConnection& connection);

/// A name must be usable in a pipeline file and in the names of secrets.
Status checkConnectionName(std::string_view name);

/// Reads a file of saved connections: "connections" is a map from a name to a `type` and its options. Every error is
/// ErrorCode::Usage and names `fileName` and the line, as in pipeline files.
[[nodiscard]] Result<std::vector<SavedConnection>> parseConnections(std::string_view yaml, const std::string& fileName);

/// The same from a file; one that is missing holds none.
[[nodiscard]] Result<std::vector<SavedConnection>> loadConnections(const std::string& path);

/// parseConnections(formatConnections(c)) == c.
[[nodiscard]] std::string formatConnections(const std::vector<SavedConnection>& connections);

/// Replaces the file durably, making its folder if needed. Only the user may read it.
Status saveConnections(const std::vector<SavedConnection>& connections, const std::string& path);

/// A lookup that reads the file anew each time. The error for a name that is not there says the nearest one.
[[nodiscard]] ConnectionLookup connectionsIn(std::string path);

/// HEADRACE_CONFIG_DIR, else the user's folder of settings: ~/.config/headrace/connections.yaml.
[[nodiscard]] std::string defaultConnectionsFile();

} // namespace headrace
