// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace headrace::cli {

/// Opens the workbench on `file` (or empty) and returns the program's exit code. `argc` and `argv` are the program's.
using OpenWorkbench = std::function<int(int& argc, char** argv, const std::string& file)>;

/// The whole program: reads the words, does what they ask and returns the exit code.
int runCommandLine(int argc, char** argv, const OpenWorkbench& openWorkbench);

} // namespace headrace::cli
