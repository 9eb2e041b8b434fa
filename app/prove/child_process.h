// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headrace::prove {

/// Runs `words` (program first, looked up in PATH) in `folder` with no input, both outputs appended to `logPath`, and
/// waits for its end. The value is its exit code; death by a signal is an error that names it. A stop kills it:
/// Cancelled.
[[nodiscard]] Result<int> runProgram(const std::vector<std::string>& words, const std::string& folder,
                                     const std::string& logPath, const std::stop_token& stop = {});

/// Path of the program `name` in PATH, or "" when there is none.
[[nodiscard]] std::string findInPath(const std::string& name);

} // namespace headrace::prove
