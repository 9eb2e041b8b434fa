// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/command_line/number_text.h"
#include "app/prove/child_process.h"
#include "app/prove/proof.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace headrace::cli {

namespace {

/// A folder of its own below the system's temporary one, removed at the end.
class TemporaryFolder {
public:
    static Result<std::unique_ptr<TemporaryFolder>> create()
    {
        std::error_code error;
        std::string path = (std::filesystem::temp_directory_path(error) / "headrace-prove-XXXXXX").string();
        if (error || ::mkdtemp(path.data()) == nullptr)
            return fail(ErrorCode::Failed, fmt::format("No temporary folder like '{}' could be made; point TMPDIR at "
                                                       "a folder with room.",
                                                       path));
        return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(std::move(path)));
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    explicit TemporaryFolder(std::string path)
        : m_path(std::move(path))
    {
    }
    std::string m_path;
};

/// --engine, else the environment, else one of the names the engine goes by.
Result<std::string> engineProgram(const std::string& given)
{
    const char* fromEnvironment = std::getenv("HEADRACE_REDPANDA_CONNECT");
    const std::string named = !given.empty() ? given : fromEnvironment != nullptr ? fromEnvironment : "";
    if (!named.empty()) {
        if (::access(named.c_str(), X_OK) != 0)
            return fail(ErrorCode::NotFound, fmt::format("The engine '{}' is no program that can be started.", named));
        return std::filesystem::absolute(named).string();
    }
    for (const char* name : {"redpanda-connect", "rpk", "benthos"}) {
        if (const std::string found = prove::findInPath(name); !found.empty())
            return found;
    }
    return fail(ErrorCode::NotFound, "No Redpanda Connect was found: name its program with --engine PATH or "
                                     "HEADRACE_REDPANDA_CONNECT, or put redpanda-connect, rpk or benthos into PATH.");
}

std::string describe(const prove::Proof& proof, const Exporter& exporter)
{
    using prove::Side;
    const auto line = [](std::string_view what, const std::string& here, const std::string& there) {
        return fmt::format("{:<12} {:<34} {}\n", what, here, there);
    };
    const Side& here = proof.here;
    const Side& engine = proof.engine;
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
    HEADRACE_TRY(const Pipeline pipeline, loadWithSettings(arguments.file, {}, registry));
    HEADRACE_TRY(const std::string engine, engineProgram(arguments.engine));
    HEADRACE_TRY(const std::unique_ptr<TemporaryFolder> folder, TemporaryFolder::create());
    HEADRACE_TRY(const prove::Proof proof, prove::prove(pipeline, *exporter, engine, folder->path(), registry));
    print(describe(proof, *exporter));
    return proof.isEqual() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace headrace::cli
