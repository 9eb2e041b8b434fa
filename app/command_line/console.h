// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>

namespace headrace::cli {

/// What the program tells the shell.
enum class ExitCode : int { Done = 0, Failed = 1, Usage = 2, Stopped = 3, Quarantined = 4 };

[[nodiscard]] ExitCode exitCodeOf(const Error& error);

/// Writes to stdout, unbuffered. False once nobody reads it any more.
bool print(std::string_view text);

/// Writes a message and a line end to stderr.
void say(std::string_view message);

/// Says the error's sentence (and the library's own words below it) and returns its exit code.
ExitCode report(const Error& error);

[[nodiscard]] bool isTerminal(int descriptor);

/// Columns of the terminal behind `descriptor`; 0 when there is none.
[[nodiscard]] int terminalWidth(int descriptor);

/// Columns that `text` (UTF-8) takes on a terminal.
[[nodiscard]] int displayWidth(std::string_view text);

/// The longest beginning of `text` that takes at most `width` columns, with "…" at the end when something is cut off.
[[nodiscard]] std::string clipped(std::string_view text, int width);

} // namespace headrace::cli
