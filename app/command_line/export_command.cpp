// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "connectors/exporters/exporter.h"
#include "connectors/pipeline/settled_source.h"

#include <fmt/format.h>

#include <filesystem>

namespace headrace::cli {

Result<ExitCode> exportPipeline(const ExportArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Exporter* exporter, findExporter(arguments.target));
    const std::string folder = std::filesystem::absolute(arguments.folder).string();
    HEADRACE_TRY(Pipeline loaded, loadWithSettings(arguments.file, {}, registry));
    const Pipeline pipeline = withSettledSource(std::move(loaded), registry, {});
    HEADRACE_TRY(const ExportResult result, exporter->render(pipeline));
    HEADRACE_CHECK(writeExport(folder, pipeline, *exporter, result));
    print(formatReport(pipeline, *exporter, result));
    if (!result.obstacles.empty())
        return fail(ErrorCode::Failed, fmt::format("'{}' cannot run on {}; '{}/REPORT.md' says why and what to do.",
                                                   pipeline.name, exporter->label, arguments.folder));
    for (const ExportFile& file : result.files)
        say(fmt::format("Wrote {}/{}.", arguments.folder, file.path));
    say(fmt::format("Wrote {}/REPORT.md.", arguments.folder));
    return ExitCode::Done;
}

} // namespace headrace::cli
