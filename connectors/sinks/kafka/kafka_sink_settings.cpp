// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/kafka_sink_settings.h"

#include <chrono>

namespace headrace::kafka {

namespace {

const std::map<std::string, std::string> kDefaults{
    {"partitioner", "murmur2_random"}, // keys go where the Java client puts them
    {"queue.buffering.max.messages", "100000"}, {"queue.buffering.max.kbytes", "32768"},
    {"transaction.timeout.ms", "900000"}, // the most that brokers allow unless they are told otherwise
    {"message.timeout.ms", "120000"},
};

std::vector<OptionSpec> messageOptions()
{
    return {
        {.key = "topic", .label = "Topic", .help = "The topic that receives the messages.", .required = true},
        {.key = "value",
         .type = OptionType::Choice,
         .label = "Value",
         .help =
             "What the messages hold: the row as a JSON object, as one with a JSON Schema in the schema registry, as "
             "an Avro record or a CSV record, or one column as text or bytes; NULL there makes a tombstone.",
         .defaultText = "json",
         .choices = {"json", "json_schema", "avro", "csv", "text", "bytes"}},
        {.key = "value_column",
         .label = "Value column",
         .help = "The column that is the value as text or bytes; by default 'value', or the only one."},
        {.key = "headers",
         .label = "Headers column",
         .help = "A column of JSON lists of names and values, [[\"name\",\"value\"]], as the kafka source gives them.",
         .advanced = true},
        {.key = "partition",
         .label = "Partition column",
         .help = "A column with the number of the partition; NULL leaves it to the key.",
         .advanced = true},
        {.key = "non_finite",
         .type = OptionType::Choice,
         .label = "NaN in JSON",
         .help = "What becomes of NaN and infinities, which JSON has no number for.",
         .defaultText = "refuse",
         .advanced = true,
         .choices = {"refuse", "null", "text"}},
    };
}

std::vector<OptionSpec> writingOptions()
{
    return {
        {.key = "compression",
         .type = OptionType::Choice,
         .label = "Compression",
         .help = "How the messages are compressed on their way and in the topic.",
         .defaultText = "lz4",
         .choices = {"none", "gzip", "snappy", "lz4", "zstd"}},
        {.key = "linger",
         .type = OptionType::Duration,
         .label = "Linger",
         .help = "How long a message waits for others of its partition, so that they travel together.",
         .defaultText = "50ms",
         .advanced = true,
         .minimum = 0,
         .maximum = 60},
        {.key = "create",
         .type = OptionType::Boolean,
         .label = "Create the topic",
         .help = "Creates the topic if it is missing.",
         .defaultText = "true",
         .advanced = true},
        {.key = "partitions",
         .type = OptionType::Integer,
         .label = "Partitions",
         .help = "Number of partitions of a topic that is created; without it as many as the brokers give.",
         .advanced = true,
         .minimum = 1,
         .maximum = 100'000},
        {.key = "transactional_id",
         .label = "Transactional id",
         .help = "Name of this writer in the cluster; by default made of the pipeline's name and the topic. Of two "
                 "writers of one name the older is stopped.",
         .advanced = true},
    };
}

} // namespace

std::vector<OptionSpec> sinkOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    for (auto more : {messageOptions(), keyOptions(), schemaOptions(), writingOptions()})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

Result<SinkSettings> sinkSettings(const Options& options)
{
    SinkSettings settings;
    HEADRACE_TRY(settings.client, ClientSettings::from(options, kDefaults));
    settings.topic = options.text("topic");
    RecordLayout& layout = settings.layout;
    layout.owner = "kafka destination";
    layout.value = options.text("value");
    layout.valueColumn = options.text("value_column");
    layout.keyColumns = options.list("key");
    layout.headersColumn = options.text("headers");
    layout.partitionColumn = options.text("partition");
    layout.nonFinite = options.text("non_finite");
    if (layout.value == "avro" || layout.value == "json_schema") {
        HEADRACE_TRY(layout.schema, schemaSettings(options, settings.topic));
    }
    layout.keyFormat = options.text("key_format");
    if (!layout.keyColumns.empty() && (layout.keyFormat == "avro" || layout.keyFormat == "json_schema")) {
        HEADRACE_TRY(layout.keySchema, keySchemaSettings(options, settings.topic));
    }
    settings.createTopic = options.boolean("create");
    if (options.has("partitions"))
        settings.partitions = static_cast<std::int32_t>(options.integer("partitions"));
    settings.transactionalId = options.text("transactional_id");
    const auto linger = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("linger"));
    settings.properties = {{"compression.codec", options.text("compression")},
                           {"linger.ms", std::to_string(linger.count())}};
    return settings;
}

} // namespace headrace::kafka
