// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/command_line/interrupt.h"
#include "app/command_line/metrics_server.h"
#include "app/command_line/progress.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/delivery_promise.h"
#include "connectors/pipeline/pipeline_yaml.h"
#include "connectors/pipeline/prometheus_text.h"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>

namespace headrace::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 100ms; ///< between two looks at the metrics and at the signals

/// Passes the user's signals on and shows how it goes until the run has ended. True when the user stopped it.
bool watch(Runner& runner, Progress& progress, const InterruptCounter& interrupts)
{
    int passedOn = 0;
    while (!runner.wait(kInterval)) {
        if (interrupts.count() > passedOn) {
            passedOn = interrupts.count();
            progress.stopping(passedOn > 1);
            passedOn > 1 ? runner.abort() : runner.requestStop();
        }
        MetricsSnapshot metrics = runner.metrics().snapshot();
        metrics.at = Clock::system().now();
        progress.running(metrics);
    }
    return passedOn > 0;
}

Status enterFolderOf(const std::string& file)
{
    const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
    std::error_code error;
    std::filesystem::current_path(folder, error);
    if (error)
        return fail(ErrorCode::Failed, fmt::format("The folder '{}' of the pipeline file cannot be entered: {}.",
                                                   folder.string(), error.message()));
    return {};
}

} // namespace

Result<Pipeline> loadWithSettings(const std::string& file, const std::vector<std::string>& settings,
                                  const Registry& registry)
{
    HEADRACE_TRY(Pipeline pipeline, loadPipeline(file, registry));
    HEADRACE_CHECK(enterFolderOf(file));
    for (const std::string& setting : settings) {
        HEADRACE_TRY(pipeline, withSetting(pipeline, setting, registry));
    }
    HEADRACE_CHECK(pipeline.check(registry));
    return pipeline;
}

Result<ExitCode> runPipeline(const RunArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Pipeline pipeline, loadWithSettings(arguments.file, arguments.settings, registry));
    // Whoever reads the progress may go away; the run goes on.
    std::signal(SIGPIPE, SIG_IGN);
    const InterruptCounter interrupts;
    const std::unique_ptr<Progress> progress = makeProgress(arguments.progress);
    Runner runner({.pipeline = pipeline,
                   .registry = &registry,
                   .stateFolder = arguments.stateFolder,
                   .limits = arguments.limits});
    HEADRACE_TRY(const DeliveryPromise promise, deliveryPromise(pipeline, registry));
    if (!promise.asWanted)
        say("warning: " + promise.sentence);
    std::unique_ptr<MetricsServer> server;
    if (!arguments.metricsAddress.empty()) {
        HEADRACE_TRY(server, MetricsServer::listen(arguments.metricsAddress, [&runner, &pipeline] {
                         return prometheusText(pipeline.name, runner.metrics());
                     }));
        say("Prometheus metrics: " + server->url());
    }
    progress->started(arguments, pipeline);
    runner.start();
    const bool byUser = watch(runner, *progress, interrupts);
    const RunReport report = runner.report();
    progress->ended(report, byUser);

    if (report.error)
        return fail(*report.error);
    if (report.totals.quarantined > 0)
        say(fmt::format("{} {} in quarantine: {}/{}.quarantine.ndjson says where they come from and why.",
                        groupedNumber(report.totals.quarantined),
                        report.totals.quarantined == 1 ? "record is" : "records are", arguments.stateFolder,
                        pipeline.name));
    if (byUser)
        return ExitCode::Stopped;
    return report.totals.quarantined > 0 ? ExitCode::Quarantined : ExitCode::Done;
}

} // namespace headrace::cli
