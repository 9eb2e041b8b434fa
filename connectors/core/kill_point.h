// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace headrace {

/// A named place where the kill matrix ends the process as a power cut would. Does nothing unless the environment
/// variable HEADRACE_KILL_AT is "name:n": then the n-th pass (1-based) of that name raises SIGKILL on the process.
/// Names in use: after-read; around what a sink is given before-append, after-append, before-end, after-end; within it
/// before-write, mid-write, after-write, before-commit, after-commit; before-rename, after-rename, before-checkpoint,
/// after-checkpoint.
void killPoint(std::string_view name) noexcept;

} // namespace headrace
