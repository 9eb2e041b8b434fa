// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"

#include <stop_token>
#include <string>

namespace headrace {

/// Whether a connection works, saved or not yet: who answers there, or by how much there is to read. Cheap and without
/// side effects. The error names the cause. Blocks; any thread.
[[nodiscard]] Result<std::string> testConnection(const Registry& registry, const SavedConnection& connection,
                                                 const std::stop_token& stop);

} // namespace headrace
