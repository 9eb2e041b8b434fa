// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/core/secret.h"

#include <string>
#include <vector>

namespace headrace::cli {

// The workbench is a program of its own beside this one: what runs without a window does not load a window's
// libraries. What needs them, the network's and the keyring's among them, is done there.

/// Its path; the error says that this headrace comes without it.
[[nodiscard]] Result<std::string> workbenchProgram();

/// Becomes the workbench with these words. Returns only with an error.
[[nodiscard]] Error becomeWorkbench(const std::vector<std::string>& words);

/// Secrets of the desktop's keyring, which a workbench without a window reads. Thread-safe.
[[nodiscard]] SecretLookup keyringLookup();

} // namespace headrace::cli
