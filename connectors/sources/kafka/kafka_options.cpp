// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/kafka_settings.h"

#include "connectors/sources/messages/metadata_cells.h"

namespace headrace::kafka {

namespace {

std::vector<OptionSpec> readingOptions()
{
    return {
        {.key = "topic",
         .type = OptionType::List,
         .label = "Topic",
         .help = "One topic or several; a name that begins with ^ is a pattern: ^orders\\..*.",
         .required = true},
        {.key = "from",
         .label = "From",
         .help = "Where to begin without a saved position: earliest, latest, an offset, -N for the last N messages of "
                 "each partition, or a time like 2026-01-31T12:00:00Z.",
         .defaultText = "earliest",
         .choices = {"earliest", "latest", "-100", "0", "2026-01-31T12:00:00Z"}},
        {.key = "until",
         .label = "Until",
         .help = "Where to end: never, now (what is in the topic when the run starts), or a time.",
         .defaultText = "never",
         .choices = {"never", "now"}},
        {.key = "group",
         .label = "Consumer group",
         .help = "Shares the partitions with the other members of this group, which also shows the progress to Kafka's "
                 "own tools. Without one this pipeline reads all partitions."},
        {.key = "partitions",
         .type = OptionType::List,
         .label = "Partitions",
         .help = "Reads only these partitions: 0, 3, 5-7.",
         .advanced = true},
        {.key = "rebalance_wait",
         .type = OptionType::Duration,
         .label = "Rebalance wait",
         .help = "How long a rebalance of the group waits until rows in flight are durable; after that they are "
                 "dropped and read again.",
         .defaultText = "5s",
         .advanced = true,
         .minimum = 0,
         .maximum = 240},
    };
}

std::vector<OptionSpec> keyOptions()
{
    return {
        {.key = "key",
         .type = OptionType::Choice,
         .label = "Key",
         .help = "What the messages' keys hold: text or bytes, which are one column, or JSON objects or Avro, whose "
                 "fields become columns _key.name.",
         .defaultText = "text",
         .choices = {"text", "bytes", "json", "avro"}},
        {.key = "key_schema",
         .label = "Key schema",
         .help = "The schema of Avro keys without a registry: its JSON, or the path of the file that holds it.",
         .advanced = true},
    };
}

} // namespace

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    options.front().required = false; // a settings file may name them
    const auto append = [&](std::vector<OptionSpec> more) {
        options.insert(options.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    append(readingOptions());
    append(valueOptions());
    append(keyOptions());
    append(metadataOptions(
        "topic, key, headers, timestamp, partition, offset. Headers are a JSON list of names and values"));
    return options;
}

} // namespace headrace::kafka
