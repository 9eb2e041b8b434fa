// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/messages/schema_settings.h"

#include "connectors/formats/avro/columns_schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

/// Avro's names have parts between dots.
Status checkName(const std::string& name)
{
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t dot = std::min(name.find('.', begin), name.size());
        if (const std::string part = name.substr(begin, dot - begin); avro::avroName(part) != part)
            return fail(
                ErrorCode::Usage,
                fmt::format("The option 'record_name': '{}' is no name in Avro; write letters, digits and _, with "
                            "dots behind a namespace, like shop.Order.",
                            name));
        begin = dot + 1;
    }
    return {};
}

} // namespace

std::vector<OptionSpec> schemaOptions()
{
    std::vector<OptionSpec> options =
        registryOptions("URL of the Confluent-compatible schema registry where the schema of Avro and JSON Schema "
                        "values is registered: "
                        "http://localhost:8081. Each value then begins with the schema's number.");
    const std::vector<OptionSpec> own{
        {.key = "avro_schema",
         .label = "Avro schema",
         .help =
             "The schema of Avro values: its JSON, or the path of the file that holds it. Without one it is made of "
             "the columns."},
        {.key = "register_schema",
         .type = OptionType::Boolean,
         .label = "Register the schema",
         .help =
             "Registers the schema of the values when a run begins. Otherwise the values have the newest schema that "
             "the registry has for the subject, which the columns must fit.",
         .defaultText = "true"},
        {.key = "subject",
         .label = "Subject",
         .help = "The schema's name in the registry; by default the topic's name and -value.",
         .advanced = true},
        {.key = "record_name",
         .label = "Record name",
         .help = "Name of the Avro record that is made of the columns, with its namespace: shop.Order. By default the "
                 "topic's name.",
         .advanced = true},
    };
    options.insert(options.end(), own.begin(), own.end());
    return options;
}

Result<SchemaSettings> schemaSettings(const Options& options, const std::string& topic)
{
    SchemaSettings settings;
    settings.registry = registrySettings(options);
    settings.subject = options.has("subject") ? options.text("subject") : topic + "-value";
    settings.name = options.has("record_name") ? options.text("record_name") : avro::avroName(topic);
    HEADRACE_CHECK(checkName(settings.name));
    settings.isRegistered = options.boolean("register_schema");
    if (options.text("value") == "json_schema") {
        if (settings.registry.url.empty())
            return fail(ErrorCode::Usage,
                        "Values with a JSON Schema need a schema registry: set 'registry' to its URL, or "
                        "'value' to json to write JSON without one.");
        return settings;
    }
    const std::string given = options.text("avro_schema");
    if (given.empty() && settings.registry.url.empty())
        return fail(ErrorCode::Usage, "Avro values need a place for their schema: set 'registry' to the URL of the "
                                      "schema registry, or 'avro_schema' to the schema or its file.");
    if (!given.empty() && !settings.isRegistered && !settings.registry.url.empty())
        return fail(ErrorCode::Usage, "The values cannot have both the schema of 'avro_schema' and the registry's "
                                      "newest: leave 'avro_schema' out, or set 'register_schema' to true.");
    if (!given.empty()) {
        HEADRACE_TRY(settings.schema, schemaText(given, "avro_schema"));
    }
    return settings;
}

} // namespace headrace
