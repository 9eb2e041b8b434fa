// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/type_options.h"
#include "connectors/sources/kafka/kafka_settings.h"

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
         .choices = {"earliest", "latest"}},
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

std::vector<OptionSpec> valueOptions()
{
    return {
        {.key = "value",
         .type = OptionType::Choice,
         .label = "Value",
         .help = "What the messages hold: JSON objects, whose keys become columns, text, or bytes.",
         .defaultText = "json",
         .choices = {"json", "text", "bytes"}},
        {.key = "key",
         .type = OptionType::Choice,
         .label = "Key",
         .help = "What the messages' keys hold.",
         .defaultText = "text",
         .choices = {"text", "bytes"}},
        {.key = "flatten",
         .type = OptionType::Boolean,
         .label = "Flatten",
         .help =
             "Members of JSON objects inside the value become columns named a.b; otherwise one column of JSON text.",
         .defaultText = "true"},
    };
}

std::vector<OptionSpec> columnOptions()
{
    return {
        {.key = "extra",
         .type = OptionType::Choice,
         .label = "New keys",
         .help = "JSON keys that are no column yet: grow adds a column, column collects them in _extra, quarantine "
                 "sets the message aside, ignore drops the key.",
         .defaultText = "grow",
         .advanced = true,
         .choices = {"grow", "column", "quarantine", "ignore"}},
        {.key = "metadata",
         .type = OptionType::List,
         .label = "Metadata",
         .help = "Columns beside the value: all, none, or of topic, key, headers, timestamp, partition, offset. "
                 "Headers are a JSON list of names and values.",
         .defaultText = "all",
         .advanced = true},
        {.key = "metadata_prefix",
         .label = "Metadata prefix",
         .help = "Stands before the names of these columns, so that they do not meet the value's own.",
         .defaultText = "_",
         .advanced = true},
        {.key = "sample_rows",
         .type = OptionType::Integer,
         .label = "Sample",
         .help = "How many messages are looked at to find the columns.",
         .defaultText = "1000",
         .advanced = true,
         .minimum = 0,
         .maximum = 1'000'000},
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
    append(ndjson::typeOptions());
    append(columnOptions());
    return options;
}

} // namespace headrace::kafka
