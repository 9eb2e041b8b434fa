// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>

namespace headrace {

// For ConnectorType::probe: whether a destination can be written to, as a sentence, without touching it.

[[nodiscard]] Result<std::string> probeFolder(const std::string& folder);
[[nodiscard]] Result<std::string> probeDatabaseFile(const std::string& path);

} // namespace headrace
