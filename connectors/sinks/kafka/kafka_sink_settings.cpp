// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/kafka/kafka_sink_settings.h"

#include "connectors/core/state_folder.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace headrace::kafka {

namespace {

const std::map<std::string, std::string> kDefaults{
    {"partitioner", "murmur2_random"}, // keys go where the Java client puts them
    {"queue.buffering.max.messages", "100000"}, {"queue.buffering.max.kbytes", "32768"},
    {"transaction.timeout.ms", "900000"}, // the most that brokers allow unless they are told otherwise
    {"message.timeout.ms", "120000"},
};

/// Without idempotence a message that is sent again would come behind those that were sent after it.
constexpr std::pair<const char*, const char*> kInOrder{"max.in.flight.requests.per.connection", "1"};

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
        nonFiniteOption(),
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
        {.key = "acks",
         .type = OptionType::Choice,
         .label = "Acknowledged by",
         .help =
             "Who must have a message before it counts as written: all replicas in sync, in transactions and exactly "
             "once; the partition's leader (1), so that what it has not passed on when it breaks is lost; or nobody "
             "(0), so that messages are lost unseen. 1 and 0 need 'delivery: at_least_once' in the pipeline.",
         .defaultText = "all",
         .advanced = true,
         .choices = {"all", "1", "0"}},
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
        {.key = "spool",
         .type = OptionType::Path,
         .label = "Spool",
         .help = "Folder where the rows of large batches wait that are open for long, because brokers roll back what "
                 "does not end; by default beside the checkpoints.",
         .advanced = true},
        {.key = "spool_limit",
         .type = OptionType::Bytes,
         .label = "Spool limit",
         .help = "How much may wait there; when it is full, the transaction begins before its batch ends.",
         .defaultText = "8GiB",
         .advanced = true,
         .minimum = 1 << 20},
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
    settings.acks = options.text("acks");
    settings.transactionalId = options.text("transactional_id");
    auto defaults = kDefaults;
    if (!settings.isTransactional()) {
        defaults.insert(kInOrder);
        settings.properties["acks"] = settings.acks;
        if (!settings.transactionalId.empty())
            return fail(ErrorCode::Usage, fmt::format("The option 'transactional_id' of the kafka destination names "
                                                      "the writer of transactions, which need 'acks: all', not '{}'; "
                                                      "leave one of the two out.",
                                                      settings.acks));
    }
    HEADRACE_TRY(settings.client, ClientSettings::from(options, defaults));
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
    settings.spool = options.has("spool") ? options.text("spool") : defaultStateFolder() + "/kafka";
    settings.spoolBytes = options.bytes("spool_limit");
    if (options.has("partitions"))
        settings.partitions = static_cast<std::int32_t>(options.integer("partitions"));
    const auto linger = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("linger"));
    settings.properties["compression.codec"] = options.text("compression");
    settings.properties["linger.ms"] = std::to_string(linger.count());
    return settings;
}

std::optional<Weakening> weakening(const Options& options)
{
    const std::string acks = options.text("acks");
    if (acks == "1")
        return Weakening{Guarantee::AtLeastOnce, "acks: 1", "acks: all",
                         "Every row arrives at least once as long as no broker breaks: with acks 1 the kafka "
                         "destination waits for the leader of a partition only, and what that has not passed on when "
                         "it breaks is lost. After a crash of this program the last batch may come twice."};
    if (acks == "0")
        return Weakening{Guarantee::None, "acks: 0", "acks: all",
                         "Rows may be lost unseen: with acks 0 the kafka destination sends them without asking "
                         "whether a broker has them. After a crash of this program the last batch may come twice."};
    return std::nullopt;
}

} // namespace headrace::kafka
