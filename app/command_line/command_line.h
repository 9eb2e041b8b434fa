// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace headrace::cli {

/// The whole program: reads the words, does what they ask and returns the exit code.
int runCommandLine(int argc, char** argv);

} // namespace headrace::cli
