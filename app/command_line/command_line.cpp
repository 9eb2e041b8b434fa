// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/command_line.h"

#include "app/command_line/commands.h"
#include "connectors/builtins.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

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

/// Does what the arguments say; one overload a command.
class Dispatcher {
public:
    Dispatcher(int argc, char** argv, const OpenWorkbench& openWorkbench)
        : m_argc(argc)
        , m_argv(argv)
        , m_openWorkbench(openWorkbench)
    {
    }

    Result<ExitCode> operator()(const OpenArguments& arguments)
    {
        if (!m_openWorkbench)
            return fail(ErrorCode::Usage, "This headrace was built without the workbench. 'headrace --help' lists the "
                                          "commands that need no display.");
        if (!hasDisplay())
            return fail(ErrorCode::Usage,
                        "There is no display to open the workbench on. Use 'headrace run FILE' to run "
                        "a pipeline here; 'headrace --help' lists all commands.");
        return static_cast<ExitCode>(m_openWorkbench(m_argc, m_argv, arguments.file));
    }
    Result<ExitCode> operator()(const PrintArguments& arguments)
    {
        print(arguments.text);
        return ExitCode::Done;
    }
    Result<ExitCode> operator()(const RunArguments& arguments) { return runPipeline(arguments, m_registry); }
    Result<ExitCode> operator()(const PreviewArguments& arguments) { return previewRows(arguments, m_registry); }
    Result<ExitCode> operator()(const CheckArguments& arguments) { return checkPipeline(arguments, m_registry); }
    Result<ExitCode> operator()(const ProfileArguments& arguments) { return profileColumns(arguments, m_registry); }
    Result<ExitCode> operator()(const ConnectorsArguments& arguments) { return listConnectors(arguments, m_registry); }
    Result<ExitCode> operator()(const StateArguments& arguments) { return showState(arguments, m_registry); }
    Result<ExitCode> operator()(const ExportArguments& arguments) { return exportPipeline(arguments, m_registry); }
    Result<ExitCode> operator()(const ProveArguments& arguments) { return provePipeline(arguments, m_registry); }

private:
    int m_argc;
    char** m_argv;
    const OpenWorkbench& m_openWorkbench;
    Registry m_registry = builtinConnectors();
};

} // namespace

int runCommandLine(int argc, char** argv, const OpenWorkbench& openWorkbench)
{
    const Result<Arguments> arguments = parseArguments(argc, argv);
    if (!arguments)
        return static_cast<int>(report(arguments.error()));
    Dispatcher dispatcher(argc, argv, openWorkbench);
    const Result<ExitCode> done = std::visit(dispatcher, *arguments);
    return static_cast<int>(done ? *done : report(done.error()));
}

} // namespace headrace::cli
