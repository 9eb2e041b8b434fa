// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace headrace::redpanda {

namespace {

/// The longest line the `lines` scanner accepts; its own default is 64 KiB.
constexpr std::int64_t kLongestLine = 64 * 1024 * 1024;

void renderNdjson(const ConnectorSpec& source, Draft& draft)
{
    const std::int64_t longest = parseBytes(textOption(source, "max_record")).value_or(kLongestLine);
    Json scanner{{"lines", {{"max_buffer_size", longest}, {"omit_empty", true}}}};
    draft.input = {{"file", {{"paths", inputPaths(source)}, {"scanner", decompressing(source, std::move(scanner))}}}};
    draft.rawLines = true;
    draft.notes.approximated("source.type", source.type, "input.file with scanner lines",
                             "Columns are not detected: a line is passed on as the object it is.");
    std::vector<OptionRule> rules = fileSourceRules();
    rules.push_back({"max_record", Fidelity::Approximated, "scanner.lines.max_buffer_size: {}",
                     "A longer line ends the reading of its file instead of going to quarantine."});
    if (textOption(source, "layout", "auto") == "array")
        rules.push_back({"layout", Fidelity::Impossible, {}, "Only one object a line can be read.", true});
    else
        rules.push_back({"layout", Fidelity::Approximated, "scanner.lines", "One object a line is taken for granted."});
    if (textOption(source, "nested", "json") == "flatten")
        rules.push_back({"nested", Fidelity::Impossible, {}, "Nested members cannot become columns.", true});
    else
        rules.push_back({"nested", Fidelity::Approximated, "lines are passed on",
                         "Objects stay objects there, where they are JSON text here."});
    noteOptions("source", source, rules, draft.notes);
}

void renderParquet(const ConnectorSpec& source, Draft& draft)
{
    draft.input = {{"parquet", {{"paths", inputPaths(source)}, {"batch_count", 1}}}};
    draft.notes.approximated("source.type", source.type, "input.parquet",
                             "Values travel as JSON: types beyond text, whole numbers, floating point and booleans may "
                             "be written differently. This input is part of Redpanda Connect, not of its free engine "
                             "Benthos.");
    std::vector<OptionRule> rules = fileSourceRules();
    rules.push_back(
        {"columns", Fidelity::Impossible, {}, "The input reads all columns; choose them in the shape.", true});
    noteOptions("source", source, rules, draft.notes);
}

void renderSqlite(const ConnectorSpec& source, Draft& draft)
{
    const std::string dsn = "file:" + literal(textOption(source, "path"));
    const std::string query = textOption(source, "query");
    if (query.empty())
        draft.input = {{"sql_select",
                        {{"driver", "sqlite"},
                         {"dsn", dsn},
                         {"table", literal(textOption(source, "table"))},
                         {"columns", Json::array({"*"})}}}};
    else
        draft.input = {{"sql_raw", {{"driver", "sqlite"}, {"dsn", dsn}, {"query", literal(query)}}}};
    draft.notes.approximated("source.type", source.type, query.empty() ? "input.sql_select" : "input.sql_raw",
                             "Values travel as JSON; BLOB columns have no exact form there. Only whole reads: nothing "
                             "is remembered between runs.");
    noteOptions("source", source,
                {{"path", Fidelity::Exact, "input.*.dsn: file:{}", {}},
                 {"table", Fidelity::Exact, "input.sql_select.table: {}", {}},
                 {"query", Fidelity::Exact, "input.sql_raw.query", {}},
                 {"cursor",
                  Fidelity::Impossible,
                  {},
                  "The input runs its query once and keeps no cursor: every run reads all rows again."}},
                draft.notes);
}

} // namespace

std::string textOption(const ConnectorSpec& connector, const std::string& key, const std::string& fallback)
{
    const auto found = connector.options.values().find(key);
    return found == connector.options.values().end() ? fallback : display(found->second);
}

Json inputPaths(const ConnectorSpec& source)
{
    Json paths = Json::array();
    for (const std::string& path : source.options.list("path"))
        paths.push_back(literal(path));
    return paths;
}

Json decompressing(const ConnectorSpec& source, Json scanner)
{
    std::string algorithm = textOption(source, "compression", "auto");
    if (algorithm == "auto") {
        algorithm = "none";
        for (const std::string& path : source.options.list("path"))
            algorithm = path.ends_with(".gz") ? "gzip" : path.ends_with(".zst") ? "zstd" : algorithm;
    }
    if (algorithm == "none")
        return scanner;
    return {{"decompress", {{"algorithm", algorithm}, {"into", std::move(scanner)}}}};
}

std::vector<OptionRule> fileSourceRules()
{
    return {{"path", Fidelity::Approximated, "input.*.paths: {}",
             "A folder must be written as a pattern, and every run reads all files again: which ones were read is not "
             "remembered."},
            {"compression", Fidelity::Approximated, "scanner.decompress: {}",
             "With 'auto' it is taken from the ending of the file names, not from their first bytes."},
            {"changed_files", Fidelity::Impossible, {}, "Which files were read before is not remembered."},
            {"threads", Fidelity::Impossible, {}, "A file is parsed by one thread."}};
}

void noteOptions(const std::string& part, const ConnectorSpec& connector, const std::vector<OptionRule>& rules,
                 Notes& notes)
{
    for (const auto& [key, value] : connector.options.values()) {
        const std::string setting = part + "." + key;
        const std::string shown = display(value);
        const auto rule = std::ranges::find(rules, key, &OptionRule::key);
        if (rule == rules.end())
            notes.impossible(setting, shown, "Redpanda Connect has no setting that means the same.");
        else if (rule->obstacle)
            notes.obstacle(setting, shown, rule->explanation);
        else if (rule->fidelity == Fidelity::Impossible)
            notes.impossible(setting, shown, rule->explanation);
        else if (rule->fidelity == Fidelity::Exact)
            notes.exact(setting, shown, fmt::format(fmt::runtime(rule->target), shown));
        else
            notes.approximated(setting, shown, fmt::format(fmt::runtime(rule->target), shown), rule->explanation);
    }
}

void renderSource(const ConnectorSpec& source, Draft& draft)
{
    using Render = void (*)(const ConnectorSpec&, Draft&);
    static const std::map<std::string, Render> kRenderers{
        {"csv", renderCsvSource}, {"ndjson", renderNdjson}, {"parquet", renderParquet}, {"sqlite", renderSqlite}};
    const auto found = kRenderers.find(source.type);
    if (found != kRenderers.end())
        return found->second(source, draft);
    draft.notes.obstacle("source.type", source.type, "This export does not know an input that reads the same rows.");
    noteOptions("source", source, {}, draft.notes);
}

} // namespace headrace::redpanda
