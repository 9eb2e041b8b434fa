// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace {

/// Where the program keeps what it must find again: $HEADRACE_STATE_DIR, else $XDG_STATE_HOME/headrace, else
/// ~/.local/state/headrace; absolute. It need not exist yet.
[[nodiscard]] std::string defaultStateFolder();

} // namespace headrace
