// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/console.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cerrno>
#include <sys/ioctl.h>
#include <unistd.h>

namespace headrace::cli {

namespace {

bool writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

int widthOf(UChar32 character)
{
    switch (u_charType(character)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_CONTROL_CHAR:
        return 0;
    default:
        break;
    }
    const int eastAsian = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    return eastAsian == U_EA_WIDE || eastAsian == U_EA_FULLWIDTH ? 2 : 1;
}

/// Calls `visit(end of the character, its width)` until that returns false.
template <typename Visit>
void eachCharacter(std::string_view text, Visit&& visit)
{
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(text.data(), at, size, character);
        if (!visit(static_cast<std::size_t>(at), widthOf(character)))
            return;
    }
}

} // namespace

ExitCode exitCodeOf(const Error& error)
{
    switch (error.code) {
    case ErrorCode::Usage:
        return ExitCode::Usage;
    case ErrorCode::Cancelled:
        return ExitCode::Stopped;
    default:
        return ExitCode::Failed;
    }
}

bool print(std::string_view text)
{
    return writeAll(STDOUT_FILENO, text);
}

void say(std::string_view message)
{
    writeAll(STDERR_FILENO, fmt::format("{}\n", message));
}

ExitCode report(const Error& error)
{
    say(fmt::format("headrace: {}", error.message));
    if (!error.detail.empty() && error.message.find(error.detail) == std::string::npos)
        say(fmt::format("  {}", error.detail));
    return exitCodeOf(error);
}

bool isTerminal(int descriptor)
{
    return ::isatty(descriptor) == 1;
}

int terminalWidth(int descriptor)
{
    winsize size{};
    if (!isTerminal(descriptor))
        return 0;
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int displayWidth(std::string_view text)
{
    int width = 0;
    eachCharacter(text, [&](std::size_t, int columns) {
        width += columns;
        return true;
    });
    return width;
}

std::string clipped(std::string_view text, int width)
{
    if (displayWidth(text) <= width)
        return std::string(text);
    std::size_t end = 0;
    int used = 0;
    eachCharacter(text, [&](std::size_t after, int columns) {
        used += columns;
        if (used > width - 1)
            return false;
        end = after;
        return true;
    });
    return std::string(text.substr(0, end)) + "…";
}

} // namespace headrace::cli
