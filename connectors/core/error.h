// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace headrace {

/// Drives behaviour: what the Runner, the CLI's exit code and the window do about an error.
enum class ErrorCode {
    Usage,       ///< wrong command line, pipeline file or option value: exit 2, never retried
    NotFound,    ///< a named file, table or column does not exist
    Permission,  ///< the operating system or the server refuses access
    Unavailable, ///< the peer is away or busy; a retry after a rewind may succeed
    Full,        ///< no space left at the destination
    Data,        ///< the data cannot be represented, or the quarantine limit is reached
    Conflict,    ///< another run holds the pipeline, or the checkpoint belongs to other options
    Cancelled,   ///< the stop token fired
    Failed,      ///< anything else: a library or a system call failed
};

/// One failure as a value.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string message; ///< full sentence for the user: names the thing, quotes the value, says what to do
    std::string detail;  ///< the library's own text, for the log; may be empty
    std::optional<std::chrono::milliseconds> retryAfter; ///< how long the peer asked to wait
};

/// True for errors after which the Runner rewinds and tries again.
[[nodiscard]] inline bool isRetryable(const Error& error)
{
    return error.code == ErrorCode::Unavailable;
}

} // namespace headrace
