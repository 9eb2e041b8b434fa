// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/prove/engine_program.h"
#include "app/prove/proof.h"
#include "app/prove/temporary_folder.h"
#include "connectors/core/shown_number.h"

#include <fmt/format.h>

namespace headrace::cli {

namespace {

std::string describe(const Proof& proof, const Exporter& exporter)
{
    const auto line = [](std::string_view what, const std::string& here, const std::string& there) {
        return fmt::format("{:<12} {:<34} {}\n", what, here, there);
    };
    const ProofSide& here = proof.here;
    const ProofSide& engine = proof.engine;
    std::string text = line("", "here", exporter.target) +
                       line("rows", groupedNumber(here.rows), groupedNumber(engine.rows)) +
                       line("digest", here.digest, engine.digest) +
                       line("bad records", groupedNumber(here.badRecords), groupedNumber(engine.badRecords));
    if (proof.isEqual())
        return text + "equal: the rows are the same.\n";
    text += line("only there", groupedNumber(here.onlyHere), groupedNumber(engine.onlyHere));
    for (const std::string& example : here.examples)
        text += fmt::format("  here:  {}\n", example);
    for (const std::string& example : engine.examples)
        text += fmt::format("  there: {}\n", example);
    return text + "different: the rows are not the same.\n";
}

} // namespace

Result<ExitCode> provePipeline(const ProveArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Exporter* exporter, findExporter(arguments.target));
    HEADRACE_TRY(const std::string engine, prove::engineProgram(arguments.engine));
    HEADRACE_TRY(const Pipeline pipeline, loadWithSettings(arguments.file, {}, registry));
    HEADRACE_TRY(const std::unique_ptr<prove::TemporaryFolder> folder, prove::TemporaryFolder::create());
    HEADRACE_TRY(const Proof proof, prove::prove(pipeline, *exporter, engine, folder->path(), registry));
    print(describe(proof, *exporter));
    return proof.isEqual() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace headrace::cli
