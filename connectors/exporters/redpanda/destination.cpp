// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace headrace::redpanda {

namespace {

void renderNdjson(const ConnectorSpec& destination, Draft& draft)
{
    Json perBatch = Json::array();
    if (!draft.batching.is_null())
        perBatch.push_back({{"archive", {{"format", "lines"}}}});
    renderFiles(destination, ".ndjson", std::move(perBatch), true, draft);
    draft.notes.approximated("destination.type", destination.type, "output.file with one JSON object a line",
                             draft.rawLines ? "The lines are passed on byte by byte."
                                            : "The keys of an object are sorted by name.");
    noteOptions("destination", destination, fileDestinationRules(draft), draft.notes);
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
        const std::string codec = textOption(destination, "compression", "snappy");
        Json perBatch =
            Json::array({{{"parquet_encode",
                           {{"schema", *schema}, {"default_compression", codec == "none" ? "uncompressed" : codec}}}}});
        renderFiles(destination, ".parquet", std::move(perBatch), false, draft);
        draft.notes.approximated("destination.type", destination.type, "output.file with parquet_encode",
                                 "A whole batch is held in memory, and a file is one row group. The processor is part "
                                 "of Redpanda Connect, not of its free engine Benthos.");
    }
    std::vector<OptionRule> rules = fileDestinationRules(draft);
    rules.insert(rules.begin(), {"compression", Fidelity::Exact, "parquet_encode.default_compression: {}"});
    rules.push_back({"row_group_rows", Fidelity::Impossible, {}, "A file is one row group."});
    noteOptions("destination", destination, rules, draft.notes);
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
                {"dsn", "file:" + literal(textOption(destination, "path"))},
                {"table", literal(textOption(destination, "table"))},
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
    if (textOption(destination, "mode", "append") == "append")
        rules.push_back({"mode", Fidelity::Exact, "rows are inserted", {}});
    else
        rules.push_back({"mode", Fidelity::Impossible, {}, "Rows can only be appended.", true});
    noteOptions("destination", destination, rules, draft.notes);
}

void renderNull(const ConnectorSpec& destination, Draft& draft)
{
    draft.output = {{"drop", Json::object()}};
    draft.notes.exact("destination.type", destination.type, "output.drop");
    noteOptions("destination", destination, {}, draft.notes);
}

} // namespace

void renderFiles(const ConnectorSpec& destination, std::string ending, Json perBatch, bool compress, Draft& draft)
{
    const std::string folder = literal(textOption(destination, "path"));
    if (draft.batching.is_null()) {
        draft.output = {{"file", {{"path", folder + "/all" + ending}, {"codec", "lines"}}}};
        if (!perBatch.empty())
            draft.output["processors"] = std::move(perBatch);
        return;
    }
    const std::string algorithm = textOption(destination, "compression", "none");
    if (compress && algorithm != "none") {
        perBatch.push_back({{"compress", {{"algorithm", algorithm}}}});
        ending += algorithm == "gzip" ? ".gz" : ".zst";
    }
    const Json file{
        {"file", {{"path", folder + "/part-${! timestamp_unix_nano() }" + ending}, {"codec", "all-bytes"}}}};
    Json batching = draft.batching;
    batching["processors"] = std::move(perBatch);
    draft.output = {{"broker", {{"outputs", Json::array({file})}, {"batching", std::move(batching)}}}};
}

std::vector<OptionRule> fileDestinationRules(const Draft& draft)
{
    const bool batched = !draft.batching.is_null();
    return {{"path", Fidelity::Approximated, "output.file.path: {}",
             batched ? "A batch is a file there too, but it is written under its final name at once: a reader may see "
                       "half of it, and an interrupted run leaves it so."
                     : "All rows go to one file that grows as they come; a second run appends to it."},
            {"mode", Fidelity::Exact, "files are added"},
            batched ? OptionRule{"compression", Fidelity::Exact, "processors[].compress.algorithm: {}"}
                    : OptionRule{"compression",
                                 Fidelity::Impossible,
                                 {},
                                 "Only batches can be compressed; set "
                                 "batch.rows."},
            {"partition_by", Fidelity::Impossible, {}, "All rows go to one folder; the columns stay in the rows."}};
}

void renderDestination(const ConnectorSpec& destination, Draft& draft)
{
    using Render = void (*)(const ConnectorSpec&, Draft&);
    static const std::map<std::string, Render> kRenderers{{"csv", renderCsvDestination},
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
