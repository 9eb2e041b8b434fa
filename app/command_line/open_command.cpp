// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/command_line/workbench_program.h"
#include "connectors/core/environment.h"

#include <algorithm>
#include <array>

namespace headrace::cli {

namespace {

bool hasDisplay()
{
    return std::ranges::any_of(std::array{"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"},
                               [](const char* name) { return !environment(name).empty(); });
}

} // namespace

Result<ExitCode> openWorkbench(const OpenArguments& arguments)
{
    HEADRACE_CHECK(workbenchProgram());
    if (!hasDisplay())
        return fail(ErrorCode::Usage, "There is no display to open the workbench on. Use 'headrace run FILE' to run a "
                                      "pipeline here; 'headrace --help' lists all commands.");
    return fail(becomeWorkbench(arguments.file.empty() ? std::vector<std::string>{} : std::vector{arguments.file}));
}

} // namespace headrace::cli
