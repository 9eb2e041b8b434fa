// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/messages/schema_settings.h"

#include "connectors/formats/avro/columns_schema.h"
#include "connectors/formats/avro/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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
        {.key = "avro_encoding",
         .type = OptionType::Choice,
         .label = "Avro encoding",
         .help = "How Avro values without a registry stand in the messages: plain, or single_object, behind the "
                 "fingerprint of 'avro_schema'.",
         .defaultText = "plain",
         .advanced = true,
         .choices = {"plain", "single_object"}},
        {.key = "register_schema",
         .type = OptionType::Boolean,
         .label = "Register the schema",
         .help =
             "Registers the schema of the values when a run begins. Otherwise the values have the newest schema that "
             "the registry has for the subject, which the columns must fit.",
         .defaultText = "true"},
        {.key = "subject",
         .label = "Subject",
         .help = "The name in the registry of the schema of values; by default what 'subject_strategy' says.",
         .advanced = true},
        {.key = "subject_strategy",
         .type = OptionType::Choice,
         .label = "Subjects are named after",
         .help = "What the subjects of the schemas are named after: the topic (orders-value, orders-key), the record "
                 "(shop.Order), or both (orders-shop.Order), as the client's strategies TopicName, RecordName and "
                 "TopicRecordName.",
         .defaultText = "topic",
         .advanced = true,
         .choices = {"topic", "record", "topic_record"}},
        {.key = "record_name",
         .label = "Record name",
         .help = "Name of the Avro record that is made of the columns, with its namespace: shop.Order. By default the "
                 "topic's name.",
         .advanced = true},
    };
    options.insert(options.end(), own.begin(), own.end());
    return options;
}

std::vector<OptionSpec> keyOptions()
{
    return {
        {.key = "key",
         .type = OptionType::List,
         .label = "Key columns",
         .help = "The columns that are the message's key, which also chooses the partition; they stay in the value."},
        {.key = "key_format",
         .type = OptionType::Choice,
         .label = "Key format",
         .help =
             "What the key is: the text of one column, JSON, JSON with a schema in the registry, or Avro. One column "
             "is the key itself, several are an object or record.",
         .defaultText = "text",
         .advanced = true,
         .choices = {"text", "json", "json_schema", "avro"}},
        {.key = "key_schema",
         .label = "Key schema",
         .help =
             "The schema of Avro keys: its JSON, or the path of the file that holds it. Without one it is made of the "
             "columns.",
         .advanced = true},
    };
}

Result<std::string> SchemaSettings::subjectOf(bool isNoRecord) const
{
    if (!subject.empty())
        return subject;
    if (naming == SubjectName::Topic)
        return fmt::format("{}-{}", topic, part);
    if (isNoRecord)
        return fail(ErrorCode::Usage,
                    fmt::format("A {} of one column is no record after which 'subject_strategy' could "
                                "name its subject; give the record in '{}_schema', or set topic.",
                                part, part == "key" ? "key" : "avro"));
    return naming == SubjectName::Record ? name : fmt::format("{}-{}", topic, name);
}

namespace {

/// What values and keys share; `given` is the schema of the option `option`, or its file.
Result<SchemaSettings> settingsOf(const Options& options, const std::string& topic, const std::string& part,
                                  const std::string& option)
{
    SchemaSettings settings;
    settings.registry = registrySettings(options);
    settings.topic = topic;
    settings.part = part;
    const std::string naming = options.text("subject_strategy");
    settings.naming = naming == "record"         ? SubjectName::Record
                      : naming == "topic_record" ? SubjectName::TopicRecord
                                                 : SubjectName::Topic;
    settings.isRegistered = options.boolean("register_schema");
    const std::string given = options.text(option);
    if (!given.empty() && !settings.isRegistered && !settings.registry.url.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The {0}s cannot have both the schema of '{1}' and the registry's newest: leave '{1}' "
                                "out, or set 'register_schema' to true.",
                                part, option));
    if (!given.empty()) {
        HEADRACE_TRY(settings.schema, schemaText(given, option));
        HEADRACE_TRY(const auto parsed, avro::Schema::parse(settings.schema));
        settings.name = parsed->root().name;
    }
    return settings;
}

Error placeless(const std::string& part, const std::string& option)
{
    return {ErrorCode::Usage,
            fmt::format("Avro {}s need a place for their schema: set 'registry' to the URL of the schema registry, or "
                        "'{}' to the schema or its file.",
                        part, option),
            {},
            std::nullopt};
}

} // namespace

Result<SchemaSettings> schemaSettings(const Options& options, const std::string& topic)
{
    const bool isJson = options.text("value") == "json_schema";
    HEADRACE_TRY(SchemaSettings settings, settingsOf(options, topic, "value", "avro_schema"));
    settings.subject = options.text("subject");
    settings.isSingle = !isJson && options.text("avro_encoding") == "single_object";
    if (settings.isSingle && !settings.registry.url.empty())
        return fail(ErrorCode::Usage,
                    "Avro's single objects name their schema by its fingerprint, not by its number in "
                    "a registry; leave 'registry' out, or set 'avro_encoding' to plain.");
    if (options.has("record_name"))
        settings.name = options.text("record_name");
    else if (settings.name.empty() || isJson)
        settings.name = avro::avroName(topic);
    HEADRACE_CHECK(checkName(settings.name));
    if (isJson && settings.registry.url.empty())
        return fail(ErrorCode::Usage, "Values with a JSON Schema need a schema registry: set 'registry' to its URL, or "
                                      "'value' to json to write JSON without one.");
    if (settings.schema.empty() && settings.registry.url.empty())
        return fail(placeless("value", "avro_schema"));
    return settings;
}

Result<SchemaSettings> keySchemaSettings(const Options& options, const std::string& topic)
{
    HEADRACE_TRY(SchemaSettings settings, settingsOf(options, topic, "key", "key_schema"));
    if (settings.name.empty())
        settings.name = (options.has("record_name") ? options.text("record_name") : avro::avroName(topic)) + "_key";
    HEADRACE_CHECK(checkName(settings.name));
    if (options.text("key_format") == "json_schema" && settings.registry.url.empty())
        return fail(ErrorCode::Usage, "Keys with a JSON Schema need a schema registry: set 'registry' to its URL, or "
                                      "'key_format' to json to write JSON without one.");
    if (settings.schema.empty() && settings.registry.url.empty())
        return fail(placeless("key", "key_schema"));
    return settings;
}

} // namespace headrace
