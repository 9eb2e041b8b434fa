// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

namespace headrace {

/// The explicit list of everything this program can read from and write to. Also makes known of which types connections
/// can be saved.
[[nodiscard]] Registry builtinConnectors();

} // namespace headrace
