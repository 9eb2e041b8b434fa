// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/command_line/workbench_program.h"
#include "connectors/exporters/exporter.h"

#include <filesystem>

namespace headrace::cli {

Result<ExitCode> submitPipeline(const SubmitArguments& arguments, const Registry& registry)
{
    // Mistakes are told before anything is started.
    HEADRACE_TRY(const Exporter* exporter, findExporter(arguments.target));
    const std::string file = std::filesystem::absolute(arguments.file).string();
    HEADRACE_CHECK(loadWithSettings(arguments.file, {}, registry));
    return fail(becomeWorkbench({"--submit", file, exporter->target, arguments.address}));
}

} // namespace headrace::cli
