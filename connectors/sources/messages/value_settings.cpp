// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/value_settings.h"

#include "connectors/formats/avro/schema.h"
#include "connectors/formats/csv/settings.h"
#include "connectors/formats/ndjson/type_options.h"
#include "connectors/sources/file_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

namespace {

ndjson::MessageParser::Settings jsonSettings(const Options& options)
{
    ndjson::MessageParser::Settings json;
    json.detectTypes = options.text("types") == "detect";
    json.flatten = options.boolean("flatten");
    const std::string extra = options.text("extra");
    json.grow = extra == "grow";
    json.extra = ndjson::extraKeysOf(extra);
    json.columns = options.map("columns");
    return json;
}

ValueFormat formatOf(const std::string& text)
{
    return text == "json"          ? ValueFormat::Json
           : text == "json_schema" ? ValueFormat::JsonSchema
           : text == "connect"     ? ValueFormat::Connect
           : text == "avro"        ? ValueFormat::Avro
           : text == "csv"         ? ValueFormat::Csv
           : text == "text"        ? ValueFormat::Text
                                   : ValueFormat::Bytes;
}

/// A schema, or those of all files that a path, folder or pattern names.
Result<std::vector<std::string>> schemaTexts(const std::string& given)
{
    std::vector<std::string> texts;
    if (isSchemaText(given))
        return std::vector{given};
    HEADRACE_TRY(const auto files, expandPaths({given}));
    for (const FileEntry& file : files) {
        HEADRACE_TRY(auto text, schemaText(file.path, "avro_schema"));
        if (const auto parsed = avro::Schema::parse(text); !parsed)
            return fail(ErrorCode::Usage,
                        fmt::format("The schema in '{}' cannot be used: {}", file.path, parsed.error().message));
        texts.push_back(std::move(text));
    }
    return texts;
}

Result<AvroSettings> avroSettings(const Options& options)
{
    AvroSettings avro;
    avro.registry = registrySettings(options);
    avro.flatten = options.boolean("flatten");
    const std::string given = options.text("avro_schema");
    const bool isSingle = options.text("avro_encoding") == "single_object";
    if (isSingle && given.empty())
        return fail(ErrorCode::Usage, "Avro's single objects name their schema by its fingerprint, which no registry "
                                      "knows: set 'avro_schema' to the schema or to the files that they may have.");
    if (given.empty() == avro.registry.url.empty())
        return fail(ErrorCode::Usage, given.empty() ? "Avro values need their schema: set 'registry' to the URL of the "
                                                      "schema registry, or 'avro_schema' to the schema or its file."
                                                    : "Avro values have both 'registry' and 'avro_schema'; set one: "
                                                      "with a registry each message names its schema.");
    if (isSingle) {
        HEADRACE_TRY(avro.schemas, schemaTexts(given));
    } else if (!given.empty()) {
        HEADRACE_TRY(avro.schema, schemaText(given, "avro_schema"));
    }
    if (const std::string reader = options.text("reader_schema"); !reader.empty()) {
        HEADRACE_TRY(avro.reader, schemaText(reader, "reader_schema"));
    }
    return avro;
}

Result<CsvFields> csvFields(const Options& options)
{
    HEADRACE_TRY(const csv::Settings settings, csv::settingsFrom(options));
    CsvFields fields{options.list("fields"), settings.columns, settings.delimiter.value_or(',')};
    if (fields.names.empty())
        return fail(ErrorCode::Usage, "CSV values have no header: name their columns in the option 'fields', in the "
                                      "order of the cells.");
    for (const auto& [name, type] : fields.types)
        if (std::ranges::find(fields.names, name) == fields.names.end())
            return fail(ErrorCode::Usage,
                        fmt::format("The option 'columns' names '{}', which is none of the fields {}.", name,
                                    fmt::join(fields.names, ", ")));
    for (auto name = fields.names.begin(); name != fields.names.end(); ++name)
        if (std::find(fields.names.begin(), name, *name) != name)
            return fail(ErrorCode::Usage, fmt::format("The option 'fields' has '{}' twice.", *name));
    return fields;
}

} // namespace

std::vector<OptionSpec> valueOptions()
{
    std::vector<OptionSpec> options{
        {.key = "value",
         .type = OptionType::Choice,
         .label = "Value",
         .help =
             "What the messages hold: JSON objects, whose keys become columns; JSON objects with a JSON Schema in "
             "the schema registry, which gives the columns; Kafka Connect's JSON with schema and payload; Avro; a CSV "
             "record each; text, or bytes.",
         .defaultText = "json",
         .choices = {"json", "json_schema", "connect", "avro", "csv", "text", "bytes"}},
        {.key = "avro_schema",
         .label = "Avro schema",
         .help = "The schema of Avro values without a registry: its JSON, or the path of the file that holds it."},
        {.key = "avro_encoding",
         .type = OptionType::Choice,
         .label = "Avro encoding",
         .help = "How Avro values without a registry stand in the messages: plain, or single_object, behind the "
                 "fingerprint of their schema; 'avro_schema' then names the files of all schemas that come, as in "
                 "schemas/*.avsc.",
         .defaultText = "plain",
         .advanced = true,
         .choices = {"plain", "single_object"}},
        {.key = "reader_schema",
         .label = "Reader schema",
         .help =
             "The Avro schema that the rows are to have: its JSON, or the path of the file that holds it. Values of "
             "other schemas are resolved to it: fields by name or alias, defaults for missing ones. Without it the "
             "columns grow with the schemas that come."},
    };
    const std::vector<OptionSpec> layout{
        {.key = "fields",
         .type = OptionType::List,
         .label = "Fields",
         .help =
             "The columns of CSV values, in the order of the cells. They are text unless 'columns' says their type."},
        {.key = "delimiter",
         .label = "Delimiter",
         .help = "The character between the cells of CSV values.",
         .defaultText = ",",
         .advanced = true,
         .choices = {",", ";", "\\t", "|"}},
        {.key = "flatten",
         .type = OptionType::Boolean,
         .label = "Flatten",
         .help =
             "Members of JSON objects and Avro records inside the value become columns named a.b; otherwise one column "
             "of JSON text.",
         .defaultText = "true"},
    };
    const std::vector<OptionSpec> growing{
        {.key = "extra",
         .type = OptionType::Choice,
         .label = "New keys",
         .help = "JSON keys that are no column yet: grow adds a column, column collects them in _extra, quarantine "
                 "sets the message aside, ignore drops the key.",
         .defaultText = "grow",
         .advanced = true,
         .choices = {"grow", "column", "quarantine", "ignore"}},
        {.key = "sample_rows",
         .type = OptionType::Integer,
         .label = "Sample",
         .help = "How many messages are looked at to find the columns.",
         .defaultText = "1000",
         .advanced = true,
         .minimum = 0,
         .maximum = 1'000'000},
    };
    const auto registry =
        registryOptions("URL of the Confluent-compatible schema registry that holds the schemas of Avro "
                        "and JSON Schema values: http://localhost:8081.");
    for (const auto& more : {registry, layout, ndjson::typeOptions(), growing})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

Result<ValueSettings> valueSettings(const Options& options)
{
    ValueSettings settings;
    settings.value = formatOf(options.text("value"));
    settings.json = jsonSettings(options);
    if (settings.value == ValueFormat::Avro) {
        HEADRACE_TRY(settings.avro, avroSettings(options));
    }
    if (settings.value == ValueFormat::JsonSchema) {
        settings.jsonRegistry = registrySettings(options);
        if (settings.jsonRegistry.url.empty())
            return fail(ErrorCode::Usage,
                        "Values with a JSON Schema name it in a schema registry: set 'registry' to its "
                        "URL, or 'value' to json to read JSON without one.");
    }
    if (settings.value == ValueFormat::Csv) {
        HEADRACE_TRY(settings.csv, csvFields(options));
    }
    settings.sampleRows = options.integer("sample_rows");
    return settings;
}

} // namespace headrace
