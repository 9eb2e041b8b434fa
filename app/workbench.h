// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace {

/// Opens the window on a pipeline or data file (empty: on an empty pipeline) and returns the program's exit code once
/// it is closed. `argc` and `argv` are the program's.
int openWorkbench(int& argc, char** argv, const std::string& file);

} // namespace headrace
