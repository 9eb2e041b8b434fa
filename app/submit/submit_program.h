// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace {

// What the workbench does without a window for the command line, which loads no Qt. Both return the program's exit
// code; `argc` and `argv` are the program's.

/// Hands the pipeline in `file` to the engine `target` at `address` ("": where such an engine listens), and prints what
/// runs there now.
int submitFromTerminal(int& argc, char** argv, const std::string& file, const std::string& target,
                       const std::string& address);

/// Prints the secret of that name from the desktop's keyring, without a line end.
int printSecret(int& argc, char** argv, const std::string& name);

} // namespace headrace
