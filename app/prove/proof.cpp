// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "app/prove/proof.h"

#include "app/prove/child_process.h"
#include "app/prove/row_set.h"
#include "connectors/core/durable_file.h"
#include "connectors/core/source.h"
#include "connectors/pipeline/preview.h"
#include "connectors/pipeline/runner.h"
#include "connectors/pipeline/settled_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace headrace::prove {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// `pipeline` for a proof: once, into `folder`, and independent of the working directory.
Pipeline redirected(Pipeline pipeline, const std::string& folder)
{
    pipeline.trigger = {};
    pipeline.destination.options.set("path", folder);
    if (pipeline.source.options.has("path")) {
        OptionList paths = pipeline.source.options.list("path");
        for (std::string& each : paths)
            each = fs::absolute(each).string();
        pipeline.source.options.set("path", paths);
    }
    return pipeline;
}

/// Which options of a file destination say how to read it back.
Result<ConnectorSpec> reader(const ConnectorSpec& destination, const std::string& folder)
{
    if (destination.type != "csv" && destination.type != "ndjson" && destination.type != "parquet")
        return fail(ErrorCode::Usage, fmt::format("A '{}' destination cannot be proven: only csv, ndjson and parquet "
                                                  "files can be read back from both sides.",
                                                  destination.type));
    ConnectorSpec source{destination.type, {{"path", OptionList{folder}}}};
    if (destination.type != "csv")
        return source;
    source.options.set("types", "text");
    source.options.set("delimiter", ",");
    source.options.set("header", "true");
    for (const char* key : {"delimiter", "quote", "header", "null"}) {
        const auto& values = destination.options.values();
        if (const auto value = values.find(key); value != values.end())
            source.options.set(key, value->second);
    }
    return source;
}

bool hasFiles(const std::string& folder)
{
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with('_'))
            return true;
    }
    return false;
}

using VisitBatch = std::function<Status(const arrow::RecordBatch&)>;

/// Every row of the files in `folder`; none when there is no file.
Status readBack(const Registry& registry, const ConnectorSpec& destination, const std::string& folder,
                const VisitBatch& visit, const std::stop_token& stop)
{
    HEADRACE_TRY(const ConnectorSpec spec, reader(destination, folder));
    if (!hasFiles(folder))
        return {};
    HEADRACE_TRY(const std::unique_ptr<Source> source, registry.createSource(spec.type, spec.options));
    HEADRACE_CHECK(source->open(std::nullopt, stop));
    while (true) {
        HEADRACE_TRY(const std::optional<Chunk> chunk, source->read(ReadHint(), stop));
        if (!chunk)
            break;
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The proof was stopped.");
        if (!chunk->rejected.empty())
            return fail(ErrorCode::Data, fmt::format("What was written to '{}' cannot be read back: {}", folder,
                                                     chunk->rejected.front().reason));
        HEADRACE_CHECK(visit(*chunk->rows));
    }
    source->close();
    return {};
}

Result<std::int64_t> runHere(const Pipeline& pipeline, const Registry& registry, const std::string& stateFolder,
                             const std::stop_token& stop)
{
    Runner runner({.pipeline = pipeline, .registry = &registry, .stateFolder = stateFolder, .limits = {}});
    runner.start();
    const std::stop_callback abort(stop, [&runner] { runner.abort(); });
    while (!runner.wait(1s)) {
    }
    const RunReport report = runner.report();
    if (report.error)
        return fail(*report.error);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "The proof was stopped.");
    return report.totals.quarantined;
}

std::int64_t countLines(const std::string& text)
{
    return std::ranges::count(text, '\n');
}

/// Runs the exported file; the value is the number of records in the engine's own quarantine file.
Result<std::int64_t> runThere(const Pipeline& pipeline, const Exporter& exporter, const std::string& engine,
                              const std::string& folder, const std::stop_token& stop)
{
    HEADRACE_TRY(const ExportResult exported, exporter.render(pipeline));
    if (!exported.obstacles.empty())
        return fail(ErrorCode::Failed, fmt::format("'{}' cannot run on {}, so there is nothing to prove: {}",
                                                   pipeline.name, exporter.label, exported.obstacles.front()));
    HEADRACE_CHECK(writeExport(folder, pipeline, exporter, exported));
    std::vector<std::string> words{engine, "run", exported.files.front().path};
    if (fs::path(engine).filename() == "rpk")
        words.insert(words.begin() + 1, "connect");
    const std::string log = folder + "/engine.log";
    HEADRACE_TRY(const int code, runProgram(words, folder, log, stop));
    if (code != 0)
        return fail(ErrorCode::Failed,
                    fmt::format("The engine '{}' ended with code {} on the exported file.", engine, code),
                    readFile(log).value_or(std::string()));
    const std::string quarantine = fmt::format("{}/{}.quarantine.ndjson", folder, pipeline.name);
    return fs::exists(quarantine) ? countLines(readFile(quarantine).value_or(std::string())) : 0;
}

/// Fills in the examples: the texts of the first rows that the other side lacks.
Status addExamples(const Registry& registry, const ConnectorSpec& destination, const std::string& folder,
                   const ColumnKinds& kinds, const std::vector<RowHash>& missing, ProofSide& side,
                   const std::stop_token& stop)
{
    side.onlyHere = static_cast<std::int64_t>(missing.size());
    std::multiset<RowHash> wanted(
        missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(std::min(missing.size(), Proof::kExamples)));
    if (wanted.empty())
        return {};
    const auto visit = [&](const arrow::RecordBatch& rows) {
        return visitRows(rows, kinds, [&](const RowHash& hash, const std::string& text) {
            if (const auto found = wanted.find(hash); found != wanted.end()) {
                side.examples.push_back(text);
                wanted.erase(found);
            }
        });
    };
    return readBack(registry, destination, folder, visit, stop);
}

} // namespace

Result<Proof> prove(const Pipeline& pipeline, const Exporter& exporter, const std::string& engine,
                    const std::string& workFolder, const Registry& registry, const std::stop_token& stop)
{
    const std::string hereFolder = workFolder + "/here";
    const std::string engineFolder = workFolder + "/engine";
    const std::string engineRows = engineFolder + "/rows";
    HEADRACE_CHECK(reader(pipeline.destination, hereFolder));

    Proof proof;
    const Pipeline there = redirected(withSettledSource(pipeline, registry, stop), engineRows);
    HEADRACE_TRY(proof.engine.badRecords, runThere(there, exporter, engine, engineFolder, stop));
    const Pipeline here = redirected(pipeline, hereFolder);
    HEADRACE_TRY(proof.here.badRecords, runHere(here, registry, workFolder + "/state", stop));

    // The types that the rows have before any file format has its say decide how they are compared.
    PreviewLimits one;
    one.rows = 1;
    HEADRACE_TRY(const PreviewResult sample, preview(registry, here.source, here.shapeSql, one, stop));
    const ColumnKinds kinds = columnKinds(*sample.schema);

    RowSet hereRows;
    RowSet thereRows;
    const auto collect = [&](const std::string& folder, RowSet& set) {
        const auto visit = [&](const arrow::RecordBatch& rows) {
            return visitRows(rows, kinds, [&](const RowHash& hash, const std::string&) { set.add(hash); });
        };
        return readBack(registry, pipeline.destination, folder, visit, stop);
    };
    HEADRACE_CHECK(collect(hereFolder, hereRows));
    HEADRACE_CHECK(collect(engineRows, thereRows));
    proof.here.rows = hereRows.size();
    proof.here.digest = hereRows.digest();
    proof.engine.rows = thereRows.size();
    proof.engine.digest = thereRows.digest();
    HEADRACE_CHECK(
        addExamples(registry, pipeline.destination, hereFolder, kinds, hereRows.without(thereRows), proof.here, stop));
    HEADRACE_CHECK(addExamples(registry, pipeline.destination, engineRows, kinds, thereRows.without(hereRows),
                               proof.engine, stop));
    return proof;
}

} // namespace headrace::prove
