// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace headrace::redpanda {

namespace {

std::string optionText(const ConnectorSpec& connector, const std::string& key, const std::string& fallback = {})
{
    const auto found = connector.options.values().find(key);
    return found == connector.options.values().end() ? fallback : display(found->second);
}

/// A file output. With batching a batch is a file, as here; without, all rows go to one file as they come.
/// `perBatch` are processors that see a whole batch.
void renderFiles(const ConnectorSpec& destination, const std::string& ending, Json perBatch, Draft& draft)
{
    const std::string folder = literal(optionText(destination, "path"));
    if (draft.batching.is_null()) {
        draft.output = {{"file", {{"path", folder + "/all" + ending}, {"codec", "lines"}}}};
        if (!perBatch.empty())
            draft.output["processors"] = std::move(perBatch);
        return;
    }
    const Json file{
        {"file", {{"path", folder + "/part-${! timestamp_unix_nano() }" + ending}, {"codec", "all-bytes"}}}};
    Json batching = draft.batching;
    batching["processors"] = std::move(perBatch);
    draft.output = {{"broker", {{"outputs", Json::array({file})}, {"batching", std::move(batching)}}}};
}

std::vector<OptionRule> fileRules(const Draft& draft)
{
    return {{"path", Fidelity::Approximated, "output.file.path: {}",
             draft.batching.is_null()
                 ? "All rows go to one file that grows as they come; a second run appends to it."
                 : "A batch is a file there too, but it is written under its final name at once: a reader may see half "
                   "of it, and an interrupted run leaves it so."}};
}

void renderNdjson(const ConnectorSpec& destination, Draft& draft)
{
    Json perBatch = Json::array();
    if (!draft.batching.is_null())
        perBatch.push_back({{"archive", {{"format", "lines"}}}});
    renderFiles(destination, ".ndjson", std::move(perBatch), draft);
    draft.notes.approximated("destination.type", destination.type, "output.file with one JSON object a line",
                             draft.rawLines ? "The lines are passed on byte by byte."
                                            : "The keys of an object are sorted by name.");
    noteOptions("destination", destination, fileRules(draft), draft.notes);
}

/// Bloblang that turns a row into a CSV line, with the header before the first line of a file.
std::string csvMapping(const Draft& draft, const std::string& delimiter, bool header)
{
    std::vector<std::string> values;
    std::vector<std::string> names;
    for (const Column& column : draft.columns) {
        values.push_back(fieldPath("this", column.name));
        names.push_back(textConstant(column.name));
    }
    const bool known = !draft.columns.empty();
    const std::string cells =
        known ? fmt::format("[{}]", fmt::join(values, ", ")) : "this.keys().sort().map_each(key -> $row.get(key))";
    const std::string headers = known ? fmt::format("[{}]", fmt::join(names, ", ")) : "this.keys().sort()";
    const std::string separator = textConstant(delimiter);
    const std::string special = textConstant("[\"\r\n" + delimiter + "]");
    const std::string firstRow = draft.batching.is_null() ? R"(count("rows") == 1)" : "batch_index() == 0";
    std::string mapping = fmt::format(
        "map quoted {{\n"
        "  root = if this == null {{ \"\" }} else if this.string() == \"\" || this.string().re_match({}) {{\n"
        "    \"\\\"\" + this.string().replace_all(\"\\\"\", \"\\\"\\\"\") + \"\\\"\"\n"
        "  }} else {{ this.string() }}\n"
        "}}\n"
        "let row = this\n"
        "let line = {}.map_each(cell -> cell.apply(\"quoted\")).join({})\n",
        special, cells, separator);
    if (!header)
        return mapping + "root = $line\n";
    return mapping + fmt::format("let names = {}.map_each(name -> name.apply(\"quoted\")).join({})\n"
                                 "root = if {} {{ $names + \"\\n\" + $line }} else {{ $line }}\n",
                                 headers, separator, firstRow);
}

void renderCsv(const ConnectorSpec& destination, Draft& draft)
{
    const std::string delimiter = optionText(destination, "delimiter", ",");
    const bool header = optionText(destination, "header", "true") == "true";
    Json perBatch = Json::array({{{"mapping", csvMapping(draft, delimiter, header)}}});
    if (!draft.batching.is_null())
        perBatch.push_back({{"archive", {{"format", "lines"}}}});
    renderFiles(destination, ".csv", std::move(perBatch), draft);
    draft.notes.approximated("destination.type", destination.type, "output.file with lines made by a mapping",
                             draft.columns.empty() ? "The columns' order is unknown here, so they are sorted by name; "
                                                     "list them in the shape to keep it."
                                                   : "Cells are quoted only where they must be.");
    std::vector<OptionRule> rules = fileRules(draft);
    rules.push_back({"delimiter", Fidelity::Exact, "in the mapping: {}", {}});
    rules.push_back({"header", Fidelity::Exact, "in the mapping: {}", {}});
    noteOptions("destination", destination, rules, draft.notes);
}

/// The schema parquet_encode needs, or the name of the first column whose type is unknown.
Result<Json> parquetSchema(const std::vector<Column>& columns)
{
    static const std::map<std::string, std::string> kTypes{
        {"INTEGER", "INT32"}, {"BIGINT", "INT64"}, {"DOUBLE", "DOUBLE"}, {"VARCHAR", "UTF8"}, {"BOOLEAN", "BOOLEAN"}};
    if (columns.empty())
        return fail(ErrorCode::Usage, "the columns");
    Json schema = Json::array();
    for (const Column& column : columns) {
        const auto type = kTypes.find(column.sqlType);
        if (type == kTypes.end())
            return fail(ErrorCode::Usage, fmt::format("the type of '{}'", column.name));
        schema.push_back({{"name", literal(column.name)}, {"type", type->second}, {"optional", true}});
    }
    return schema;
}

void renderParquet(const ConnectorSpec& destination, Draft& draft)
{
    const Result<Json> schema = parquetSchema(draft.columns);
    if (!schema) {
        draft.notes.obstacle(
            "destination.type", destination.type,
            fmt::format("The parquet_encode processor needs each column's type, and {} cannot be known "
                        "from the pipeline. Name every column in the shape with a CAST, or export to "
                        "an ndjson destination.",
                        schema.error().message));
    } else if (draft.batching.is_null()) {
        draft.notes.obstacle("destination.type", destination.type,
                             "parquet_encode makes a file of each batch, so a batch limit is needed: set batch.rows.");
    } else {
        Json perBatch = Json::array({{{"parquet_encode", {{"schema", *schema}, {"default_compression", "snappy"}}}}});
        renderFiles(destination, ".parquet", std::move(perBatch), draft);
        draft.notes.approximated("destination.type", destination.type, "output.file with parquet_encode",
                                 "A whole batch is held in memory, and a file is one row group. The processor is part "
                                 "of Redpanda Connect, not of its free engine Benthos.");
    }
    noteOptions("destination", destination, fileRules(draft), draft.notes);
}

void renderSqlite(const ConnectorSpec& destination, Draft& draft)
{
    if (draft.columns.empty()) {
        draft.notes.obstacle("destination.type", destination.type,
                             "The sql_insert output needs the names of all columns, which the pipeline does not tell. "
                             "List them in the shape.");
        noteOptions("destination", destination, {}, draft.notes);
        return;
    }
    std::vector<std::string> values;
    Json names = Json::array();
    for (const Column& column : draft.columns) {
        values.push_back(fieldPath("this", column.name));
        names.push_back(literal(column.name));
    }
    Json insert{{"driver", "sqlite"},
                {"dsn", "file:" + literal(optionText(destination, "path"))},
                {"table", literal(optionText(destination, "table"))},
                {"columns", std::move(names)},
                {"args_mapping", fmt::format("root = [{}]", fmt::join(values, ", "))},
                {"max_in_flight", 1}};
    if (!draft.batching.is_null())
        insert["batching"] = draft.batching;
    draft.output = {{"sql_insert", std::move(insert)}};
    draft.notes.approximated("destination.type", destination.type, "output.sql_insert",
                             "The table must exist: it is not created. The output is part of Redpanda Connect, not of "
                             "its free engine Benthos.");
    std::vector<OptionRule> rules{{"path", Fidelity::Exact, "output.sql_insert.dsn: file:{}", {}},
                                  {"table", Fidelity::Exact, "output.sql_insert.table: {}", {}}};
    if (optionText(destination, "mode", "append") == "append")
        rules.push_back({"mode", Fidelity::Exact, "rows are inserted", {}});
    noteOptions("destination", destination, rules, draft.notes);
}

void renderNull(const ConnectorSpec& destination, Draft& draft)
{
    draft.output = {{"drop", Json::object()}};
    draft.notes.exact("destination.type", destination.type, "output.drop");
    noteOptions("destination", destination, {}, draft.notes);
}

} // namespace

void renderDestination(const ConnectorSpec& destination, Draft& draft)
{
    using Render = void (*)(const ConnectorSpec&, Draft&);
    static const std::map<std::string, Render> kRenderers{{"csv", renderCsv},
                                                          {"ndjson", renderNdjson},
                                                          {"parquet", renderParquet},
                                                          {"sqlite", renderSqlite},
                                                          {"null", renderNull}};
    const auto found = kRenderers.find(destination.type);
    if (found != kRenderers.end())
        return found->second(destination, draft);
    draft.notes.obstacle("destination.type", destination.type,
                         destination.type == "duckdb"
                             ? "Redpanda Connect has no DuckDB output. Export to an ndjson or csv destination and load "
                               "its files with DuckDB's COPY, or keep this pipeline here."
                             : "This export does not know an output that writes the same rows.");
    noteOptions("destination", destination, {}, draft.notes);
}

} // namespace headrace::redpanda
