// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>

namespace headrace::prove {

/// Path of Redpanda Connect's program: `given`, else HEADRACE_REDPANDA_CONNECT, else one of the names it goes by in
/// PATH. The error, NotFound, says how to get it.
[[nodiscard]] Result<std::string> engineProgram(const std::string& given);

} // namespace headrace::prove
