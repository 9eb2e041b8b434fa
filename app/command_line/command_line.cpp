// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/command_line.h"

#include "app/command_line/commands.h"
#include "app/command_line/workbench_program.h"
#include "connectors/builtins.h"
#include "connectors/pipeline/connection_file.h"

namespace headrace::cli {

namespace {

/// Does what the arguments say; one overload a command.
class Dispatcher {
public:
    Dispatcher()
    {
        setSecretLookup(keyringLookup());
        setConnectionLookup(connectionsIn(defaultConnectionsFile()));
    }

    Result<ExitCode> operator()(const OpenArguments& arguments) { return openWorkbench(arguments); }
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
    Result<ExitCode> operator()(const SubmitArguments& arguments) { return submitPipeline(arguments, m_registry); }

private:
    Registry m_registry = builtinConnectors();
};

} // namespace

int runCommandLine(int argc, char** argv)
{
    const Result<Arguments> arguments = parseArguments(argc, argv);
    if (!arguments)
        return static_cast<int>(report(arguments.error()));
    const Result<ExitCode> done = std::visit(Dispatcher(), *arguments);
    return static_cast<int>(done ? *done : report(done.error()));
}

} // namespace headrace::cli
