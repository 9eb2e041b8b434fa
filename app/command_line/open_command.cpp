// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>
#include <vector>

namespace headrace::cli {

namespace {

bool hasDisplay()
{
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0')
            return true;
    }
    return false;
}

/// The workbench is a program of its own beside this one: what runs without a window does not load a window's
/// libraries.
std::filesystem::path workbenchProgram()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "headrace-workbench";
}

} // namespace

Result<ExitCode> openWorkbench(const OpenArguments& arguments)
{
    const std::string program = workbenchProgram().string();
    if (!std::filesystem::exists(program))
        return fail(ErrorCode::Usage,
                    fmt::format("This headrace comes without the workbench: '{}' is missing. 'headrace --help' lists "
                                "the commands that need no display.",
                                program));
    if (!hasDisplay())
        return fail(ErrorCode::Usage, "There is no display to open the workbench on. Use 'headrace run FILE' to run a "
                                      "pipeline here; 'headrace --help' lists all commands.");
    std::string file = arguments.file;
    std::string name = program;
    std::vector<char*> words{name.data()};
    if (!file.empty())
        words.push_back(file.data());
    words.push_back(nullptr);
    ::execv(program.c_str(), words.data());
    return fail(ErrorCode::Failed,
                fmt::format("The workbench '{}' could not be started: {}.", program, std::strerror(errno)));
}

} // namespace headrace::cli
