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

std::string textOf(const ConnectorSpec& connector, const std::string& key, const std::string& fallback = {})
{
    const auto found = connector.options.values().find(key);
    return found == connector.options.values().end() ? fallback : display(found->second);
}

OptionList listOf(const ConnectorSpec& connector, const std::string& key)
{
    const auto found = connector.options.values().find(key);
    if (found == connector.options.values().end())
        return {};
    if (const auto* list = std::get_if<OptionList>(&found->second))
        return *list;
    return {display(found->second)};
}

Json pathsOf(const ConnectorSpec& source)
{
    Json paths = Json::array();
    for (const std::string& path : listOf(source, "path"))
        paths.push_back(literal(path));
    return paths;
}

/// Wraps `scanner` so that compressed files are read: as `compression` says, else by the ending of the names.
Json decompressing(const ConnectorSpec& source, Json scanner)
{
    std::string algorithm = textOf(source, "compression", "auto");
    if (algorithm == "auto") {
        algorithm = "none";
        for (const std::string& path : listOf(source, "path"))
            algorithm = path.ends_with(".gz") ? "gzip" : path.ends_with(".zst") ? "zstd" : algorithm;
    }
    if (algorithm == "none")
        return scanner;
    return {{"decompress", {{"algorithm", algorithm}, {"into", std::move(scanner)}}}};
}

std::vector<OptionRule> fileRules()
{
    return {{"path", Fidelity::Exact, "input.*.paths: {}", {}},
            {"compression", Fidelity::Approximated, "scanner.decompress: {}",
             "With 'auto' it is taken from the ending of the file names, not from their first bytes."}};
}

/// The message's text cells as values: what means "no value" becomes null.
std::string nullMapping(const OptionList& nulls)
{
    std::string condition = R"(field.value == "")";
    for (const std::string& text : nulls) {
        if (!text.empty())
            condition += fmt::format(" || field.value == {}", textConstant(text));
    }
    return fmt::format("root = this.map_each(field -> if {} {{ null }} else {{ field.value }})\n", condition);
}

void renderCsv(const ConnectorSpec& source, Draft& draft)
{
    Json csv{{"parse_header_row", true}, {"continue_on_error", true}};
    const std::string delimiter = textOf(source, "delimiter");
    if (!delimiter.empty())
        csv["custom_delimiter"] = delimiter == "\\t" || delimiter == "tab" ? "\t" : delimiter;
    Json scanner{{"skip_bom", {{"into", {{"csv", csv}}}}}};
    draft.input = {{"file", {{"paths", pathsOf(source)}, {"scanner", decompressing(source, std::move(scanner))}}}};
    draft.textValues = true;
    draft.mappings.push_back(nullMapping(listOf(source, "null")));
    const bool text = textOf(source, "types", "detect") == "text";
    draft.notes.approximated(
        "source.type", source.type, "input.file with scanner csv",
        std::string(text ? "" : "Types are not detected: every value stays text, 42 becomes \"42\". ") +
            (delimiter.empty() ? "The dialect is not detected: a comma is taken for the delimiter. " : "") +
            "An empty quoted cell becomes NULL as an unquoted one does.");
    std::vector<OptionRule> rules = fileRules();
    rules.push_back({"delimiter", Fidelity::Exact, "scanner.csv.custom_delimiter: {}", {}});
    rules.push_back({"null", Fidelity::Exact, "pipeline.processors[].mapping", {}});
    if (text)
        rules.push_back({"types", Fidelity::Exact, "every value stays text", {}});
    else
        rules.push_back({"types",
                         Fidelity::Impossible,
                         {},
                         "The csv scanner knows no types; give them with CAST in "
                         "the shape."});
    if (textOf(source, "header", "true") == "true")
        rules.push_back({"header", Fidelity::Exact, "scanner.csv.parse_header_row: true", {}});
    if (textOf(source, "quote", "\"") == "\"")
        rules.push_back({"quote", Fidelity::Exact, "the csv scanner's only quote", {}});
    if (textOf(source, "escape", "\"") == "\"")
        rules.push_back({"escape", Fidelity::Exact, "quotes are doubled", {}});
    if (textOf(source, "encoding", "utf-8") == "utf-8")
        rules.push_back({"encoding", Fidelity::Exact, "texts are taken as UTF-8", {}});
    noteOptions("source", source, rules, draft.notes);
}

void renderNdjson(const ConnectorSpec& source, Draft& draft)
{
    Json scanner{{"lines", {{"max_buffer_size", kLongestLine}, {"omit_empty", true}}}};
    draft.input = {{"file", {{"paths", pathsOf(source)}, {"scanner", decompressing(source, std::move(scanner))}}}};
    draft.rawLines = true;
    draft.notes.approximated("source.type", source.type, "input.file with scanner lines",
                             "Columns are not detected: a line is passed on as the object it is.");
    noteOptions("source", source, fileRules(), draft.notes);
}

void renderParquet(const ConnectorSpec& source, Draft& draft)
{
    draft.input = {{"parquet", {{"paths", pathsOf(source)}, {"batch_count", 1}}}};
    draft.notes.approximated("source.type", source.type, "input.parquet",
                             "Values travel as JSON: types beyond text, whole numbers, floating point and booleans may "
                             "be written differently. This input is part of Redpanda Connect, not of its free engine "
                             "Benthos.");
    noteOptions("source", source, fileRules(), draft.notes);
}

void renderSqlite(const ConnectorSpec& source, Draft& draft)
{
    const std::string dsn = "file:" + literal(textOf(source, "path"));
    const std::string query = textOf(source, "query");
    if (query.empty())
        draft.input = {{"sql_select",
                        {{"driver", "sqlite"},
                         {"dsn", dsn},
                         {"table", literal(textOf(source, "table"))},
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

void noteOptions(const std::string& part, const ConnectorSpec& connector, const std::vector<OptionRule>& rules,
                 Notes& notes)
{
    for (const auto& [key, value] : connector.options.values()) {
        const std::string setting = part + "." + key;
        const std::string shown = display(value);
        const auto rule = std::ranges::find(rules, key, &OptionRule::key);
        if (rule == rules.end())
            notes.impossible(setting, shown, "Redpanda Connect has no setting that means the same.");
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
        {"csv", renderCsv}, {"ndjson", renderNdjson}, {"parquet", renderParquet}, {"sqlite", renderSqlite}};
    const auto found = kRenderers.find(source.type);
    if (found != kRenderers.end())
        return found->second(source, draft);
    draft.notes.obstacle("source.type", source.type, "This export does not know an input that reads the same rows.");
    noteOptions("source", source, {}, draft.notes);
}

} // namespace headrace::redpanda
