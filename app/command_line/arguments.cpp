// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/arguments.h"

#include "connectors/core/options.h"
#include "connectors/core/quantity.h"
#include "connectors/pipeline/checkpoint.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace headrace::cli {

namespace {

constexpr const char* kFooter = "\nExit codes: 0 done, 1 failed, 2 wrong usage or pipeline file, 3 stopped by the user "
                                "(checkpoint kept),\n4 finished, but with quarantined records.\n";

/// Turns a command's words into its Arguments once CLI11 has filled them in.
using Finish = std::function<Result<Arguments>()>;

template <typename Value>
Result<Value> oneOf(const std::string& word, std::string_view option,
                    const std::vector<std::pair<std::string, Value>>& choices)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) {
        if (name == word)
            return value;
        names.push_back(name);
    }
    const std::string near = nearest(word, names);
    return fail(ErrorCode::Usage, fmt::format("{} '{}' is unknown; {}", option, word,
                                              near.empty() ? fmt::format("choose one of {}.", fmt::join(names, ", "))
                                                           : fmt::format("did you mean '{}'?", near)));
}

Result<std::int64_t> rowCount(const std::string& text, std::string_view option)
{
    const Result<std::int64_t> rows = parseInteger(text);
    if (!rows || *rows < 1)
        return fail(ErrorCode::Usage,
                    fmt::format("{} is '{}', but must be a whole number of at least 1.", option, text));
    return rows;
}

/// The working directory is another one once a pipeline is loaded.
std::string absolutePath(const std::string& path)
{
    return std::filesystem::absolute(path).lexically_normal().string();
}

/// The commands of the program as CLI11 sees them. Words stay texts until finish(), so that all errors are ours.
class CommandLine {
public:
    CommandLine()
    {
        m_app.description("Headrace moves data from where it is to where it is needed, in batches you can see.\n"
                          "Without a command it opens the workbench.");
        m_app.set_version_flag("--version", std::string("headrace ") + HEADRACE_VERSION, "Print the version and exit");
        m_app.footer(kFooter);
        m_app.require_subcommand(0, 1);
        m_app.add_option("FILE", m_open.file, "Pipeline file (*.headrace.yaml) to open in the workbench");
        addRun();
        addPreview();
        addCheck();
        addProfile();
        addConnectors();
        addState();
        addExport();
        addProve();
        addSubmit();
    }

    Result<Arguments> parse(std::vector<std::string> words)
    {
        HEADRACE_CHECK(checkFirstWord(words));
        std::ranges::reverse(words); // as CLI11 wants them
        try {
            m_app.parse(std::move(words));
        } catch (const CLI::CallForVersion& version) {
            return PrintArguments{std::string(version.what()) + "\n"};
        } catch (const CLI::CallForHelp&) {
            return PrintArguments{chosen().help()};
        } catch (const CLI::ParseError& error) {
            return fail(explain(error));
        }
        return m_finish ? m_finish() : Arguments(m_open);
    }

private:
    void addRun()
    {
        CLI::App& command = add("run", "Run a pipeline until it is done or stopped", [this]() -> Result<Arguments> {
            if (!m_maxRows.empty()) {
                HEADRACE_TRY(m_run.limits.maxRows, rowCount(m_maxRows, "--max-rows"));
            }
            if (!m_maxTime.empty()) {
                Result<std::chrono::nanoseconds> time = parseDuration(m_maxTime);
                if (!time)
                    return fail(ErrorCode::Usage, fmt::format("--max-time: {}", time.error().message));
                m_run.limits.maxTime = *time;
            }
            HEADRACE_TRY(m_run.progress, oneOf<ProgressMode>(m_progress, "--progress",
                                                             {{"auto", ProgressMode::Auto},
                                                              {"bar", ProgressMode::Bar},
                                                              {"json", ProgressMode::Json},
                                                              {"none", ProgressMode::None}}));
            return m_run;
        });
        addFile(command, m_run.file);
        addSettings(command, m_run.settings);
        command.add_option("--max-rows", m_maxRows, "Stop after this many source rows")->option_text("N");
        command.add_option("--max-time", m_maxTime, "Stop after this long: 30s, 15m, 1h")->option_text("TIME");
        command.add_option("--progress", m_progress, "What is shown while it runs (auto: a bar on a terminal)")
            ->option_text("auto|bar|json|none");
        command.add_option("--metrics", m_run.metricsAddress, "Serve Prometheus metrics at http://ADDR:PORT/metrics")
            ->option_text("ADDR:PORT");
        addStateFolder(command, m_run.stateFolder);
    }

    void addPreview()
    {
        CLI::App& command = add("preview", "Show the first rows; nothing is moved", [this]() -> Result<Arguments> {
            HEADRACE_TRY(m_preview.rows, rowCount(m_rows, "--rows"));
            HEADRACE_TRY(m_preview.format,
                         oneOf<RowFormat>(
                             m_format, "--format",
                             {{"table", RowFormat::Table}, {"ndjson", RowFormat::Ndjson}, {"csv", RowFormat::Csv}}));
            HEADRACE_CHECK(checkSource("preview", m_preview.source));
            return m_preview;
        });
        addSource(command, m_preview.source);
        command.add_option("--rows", m_rows, "How many rows (20)")->option_text("N");
        command
            .add_option("--from", m_preview.from, "Where to look into a stream: earliest, latest, an offset, a time")
            ->option_text("PLACE");
        command
            .add_option("--where", m_preview.where,
                        "Only rows for which this SQL condition on the source's columns holds; leaves out FILE's shape")
            ->option_text("CONDITION");
        command.add_option("--format", m_format, "How they are printed (table)")->option_text("table|ndjson|csv");
    }

    void addCheck()
    {
        CLI::App& command = add("check", "Validate a pipeline file and test both connections",
                                [this]() -> Result<Arguments> { return m_check; });
        addFile(command, m_check.file);
        addSettings(command, m_check.settings);
    }

    void addProfile()
    {
        CLI::App& command = add("profile", "Describe the columns of the source: types, NULLs, ranges, top values",
                                [this]() -> Result<Arguments> {
                                    if (!m_profileRows.empty()) {
                                        HEADRACE_TRY(m_profile.rows, rowCount(m_profileRows, "--rows"));
                                    }
                                    HEADRACE_CHECK(checkSource("profile", m_profile.source));
                                    return m_profile;
                                });
        addSource(command, m_profile.source);
        command.add_option("--rows", m_profileRows, "Look at the first N rows only (all)")->option_text("N");
    }

    void addConnectors()
    {
        CLI::App& command = add("connectors", "List what can be read from and written to, with all options",
                                [this]() -> Result<Arguments> { return m_connectors; });
        command.add_flag("--json", m_connectors.json, "As one JSON document");
    }

    void addState()
    {
        CLI::App& command = add("state", "Show where the next run of a pipeline resumes",
                                [this]() -> Result<Arguments> { return m_state; });
        addFile(command, m_state.file);
        command.add_flag("--reset", m_state.reset, "Forget it: the next run starts at the beginning");
        command.add_flag("--full", m_state.full, "Show the whole position, however long it is");
        addStateFolder(command, m_state.stateFolder);
    }

    void addExport()
    {
        CLI::App& command = add("export", "Write the pipeline for a production engine, with a report of what differs",
                                [this]() -> Result<Arguments> { return m_export; });
        addFile(command, m_export.file);
        command.add_option("--to", m_export.target, "Target: redpanda-connect")->option_text("TARGET")->required();
        command.add_option("-o,--output", m_export.folder, "Folder for the files")->option_text("DIR")->required();
    }

    void addProve()
    {
        CLI::App& command = add("prove", "Run the pipeline here and its export on the real engine, compare the rows",
                                [this]() -> Result<Arguments> { return m_prove; });
        addFile(command, m_prove.file);
        command.add_option("--to", m_prove.target, "Target: redpanda-connect")->option_text("TARGET")->required();
        command.add_option("--engine", m_prove.engine, "The engine's program (else HEADRACE_REDPANDA_CONNECT or PATH)")
            ->option_text("PATH");
    }

    void addSubmit()
    {
        CLI::App& command = add("submit", "Start the pipeline on an engine that runs as a server, in place of its last",
                                [this]() -> Result<Arguments> { return m_submit; });
        addFile(command, m_submit.file);
        command.add_option("--to", m_submit.target, "Target: redpanda-connect")->option_text("TARGET")->required();
        command.add_option("--address", m_submit.address, "Where the engine listens (http://localhost:4195)")
            ->option_text("URL");
    }

    CLI::App& add(const std::string& name, const std::string& help, Finish finish)
    {
        CLI::App& command = *m_app.add_subcommand(name, help);
        command.callback([this, finish = std::move(finish)] { m_finish = finish; });
        return command;
    }

    static void addFile(CLI::App& command, std::string& file)
    {
        command.add_option("FILE", file, "Pipeline file (*.headrace.yaml)")->required();
    }

    static void addSource(CLI::App& command, SourceWords& source)
    {
        command.add_option("FILE", source.file, "Pipeline file (*.headrace.yaml)");
        command.add_option("--source", source.type, "Source type instead of a file, see 'connectors'")
            ->option_text("TYPE");
        command
            .add_option("-o,--option", source.options,
                        "Option of the source, or a name in one that is a map: client.NAME=VALUE;\n"
                        "may be repeated, for a list with each of its values")
            ->option_text("KEY=VALUE")
            ->allow_extra_args(false);
    }

    static Status checkSource(std::string_view command, const SourceWords& source)
    {
        if (source.file.empty() == source.type.empty())
            return fail(ErrorCode::Usage, fmt::format("'headrace {}' needs either a pipeline FILE or --source TYPE "
                                                      "with -o KEY=VALUE for its options.",
                                                      command));
        if (!source.file.empty() && !source.options.empty())
            return fail(ErrorCode::Usage, "-o belongs to --source; with a pipeline file its own options hold.");
        return {};
    }

    static void addSettings(CLI::App& command, std::vector<std::string>& settings)
    {
        command
            .add_option("--set", settings,
                        "Change a setting for this run, as in batch.rows=500; may be repeated;\n"
                        "paths start at the pipeline file's folder, as they do in the file")
            ->option_text("KEY=VALUE")
            ->allow_extra_args(false);
    }

    static void addStateFolder(CLI::App& command, std::string& folder)
    {
        folder = defaultStateFolder();
        command.add_option("--state-dir", folder, "Folder of checkpoints and quarantine")
            ->option_text("DIR")
            ->transform(&absolutePath);
    }

    /// A word that is neither a command nor a file was meant to be one of them.
    Status checkFirstWord(const std::vector<std::string>& words) const
    {
        if (words.empty() || words.front().starts_with('-') || std::filesystem::exists(words.front()))
            return {};
        std::vector<std::string> names;
        for (const CLI::App* command : m_app.get_subcommands({})) {
            if (command->get_name() == words.front())
                return {};
            names.push_back(command->get_name());
        }
        const std::string near = nearest(words.front(), names);
        return fail(ErrorCode::Usage, fmt::format("There is no command and no file '{}'; {}", words.front(),
                                                  near.empty() ? fmt::format("commands are {}.", fmt::join(names, ", "))
                                                               : fmt::format("did you mean '{}'?", near)));
    }

    /// The command whose words were being read.
    CLI::App& chosen()
    {
        const auto commands = m_app.get_subcommands();
        return commands.empty() ? m_app : *commands.front();
    }

    Error explain(const CLI::ParseError& error)
    {
        CLI::App& command = chosen();
        const std::string name = &command == &m_app ? "headrace" : "headrace " + command.get_name();
        const std::string seeHelp = fmt::format(" See '{} --help'.", name);
        const std::vector<std::string> extra = m_app.remaining(true);
        if (!extra.empty())
            return {ErrorCode::Usage, unknownWord(command, name, extra.front()) + seeHelp, {}, {}};
        return {ErrorCode::Usage, fmt::format("'{}': {}.{}", name, error.what(), seeHelp), {}, {}};
    }

    static std::string unknownWord(CLI::App& command, const std::string& name, const std::string& word)
    {
        if (!word.starts_with('-'))
            return fmt::format("'{}' does not take a further word '{}'.", name, word);
        std::vector<std::string> options;
        for (const CLI::Option* option : command.get_options()) {
            for (const std::string& spelling : option->get_lnames())
                options.push_back("--" + spelling);
        }
        const std::string near = nearest(word.substr(0, word.find('=')), options);
        return fmt::format("'{}' has no option '{}'{}", name, word,
                           near.empty() ? "." : fmt::format("; did you mean '{}'?", near));
    }

    CLI::App m_app{"", "headrace"};
    Finish m_finish;
    OpenArguments m_open;
    RunArguments m_run;
    PreviewArguments m_preview;
    CheckArguments m_check;
    ProfileArguments m_profile;
    ConnectorsArguments m_connectors;
    StateArguments m_state;
    ExportArguments m_export;
    ProveArguments m_prove;
    SubmitArguments m_submit;
    std::string m_maxRows;
    std::string m_maxTime;
    std::string m_progress = "auto";
    std::string m_rows = "20";
    std::string m_format = "table";
    std::string m_profileRows;
};

} // namespace

Result<Arguments> parseArguments(int argc, const char* const* argv)
{
    CommandLine commandLine;
    return commandLine.parse({argv + std::min(argc, 1), argv + argc});
}

Result<std::pair<std::string, std::string>> splitKeyValue(const std::string& text, std::string_view option)
{
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        return fail(ErrorCode::Usage, fmt::format("{} is '{}', but must be KEY=VALUE.", option, text));
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

} // namespace headrace::cli
