// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sinks.h"

#include "connectors/aws/kinesis.h"
#include "connectors/aws/service_limits.h"
#include "connectors/sinks/aws/record_destination.h"

#include <fmt/format.h>

namespace headrace {

namespace {

std::vector<OptionSpec> kinesisOptions()
{
    std::vector<OptionSpec> options{
        {.key = "stream", .label = "Stream", .help = "Name or ARN of the data stream.", .required = true},
        {.key = "key",
         .label = "Partition key column",
         .help =
             "The column whose text is the record's partition key, which chooses the shard; without one the records "
             "are spread evenly."},
        {.key = "strict_order",
         .type = OptionType::Boolean,
         .label = "Strict order",
         .help = "A request holds each key once, so that a key's records stay in order even where AWS stores only some "
                 "of a request. Slower where there are few keys.",
         .defaultText = "false",
         .advanced = true},
        {.key = "request_records",
         .type = OptionType::Integer,
         .label = "Records a request",
         .help = "How many records a request may hold; by default as many as AWS takes.",
         .advanced = true,
         .minimum = 1},
        {.key = "request_bytes",
         .type = OptionType::Bytes,
         .label = "Bytes a request",
         .help = "How many bytes of data and partition keys a request may hold; by default as many as AWS takes.",
         .advanced = true,
         .minimum = 1000},
    };
    for (auto more : {recordOptions({"json", "json_schema", "avro", "csv", "text", "bytes"}), schemaOptions(),
                      aws::connectionOptions()})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

/// The limit, or less where the user wants less.
Result<std::int64_t> limitOf(const Options& options, const std::string& key, std::int64_t most)
{
    if (!options.has(key))
        return most;
    const std::int64_t wanted = key == "request_bytes" ? options.bytes(key) : options.integer(key);
    if (wanted > most)
        return fail(ErrorCode::Usage, fmt::format("The option '{}' of the kinesis destination: {} is more than the {} "
                                                  "that AWS takes.",
                                                  key, wanted, most));
    return wanted;
}

Result<RequestLimits> limitsOf(const Options& options)
{
    RequestLimits limits;
    HEADRACE_TRY(limits.records,
                 limitOf(options, "request_records", aws::serviceLimit("kinesis", "put_records_count")));
    HEADRACE_TRY(limits.bytes, limitOf(options, "request_bytes", aws::serviceLimit("kinesis", "put_records_bytes")));
    limits.recordBytes = aws::serviceLimit("kinesis", "put_record_bytes");
    limits.eachKeyOnce = options.boolean("strict_order");
    return limits;
}

Result<RecordLayout> layoutOf(const Options& options)
{
    RecordLayout layout;
    layout.owner = "kinesis destination";
    layout.value = options.text("value");
    layout.valueColumn = options.text("value_column");
    if (options.has("key"))
        layout.keyColumns = {options.text("key")};
    layout.nonFinite = options.text("non_finite");
    if (layout.value == "avro" || layout.value == "json_schema") {
        const std::string stream = options.text("stream");
        HEADRACE_TRY(layout.schema, schemaSettings(options, stream.substr(stream.rfind('/') + 1))); // of an ARN
    }
    return layout;
}

} // namespace

SinkType kinesisSink()
{
    SinkType type;
    type.type = "kinesis";
    type.label = "Kinesis stream";
    type.group = "Streams";
    type.help = "Writes a record a row into an Amazon Kinesis data stream, each at least once: the stream keeps no "
                "position, so that after a crash the rows of a batch can come a second time.";
    type.options = kinesisOptions();
    type.guarantee = Guarantee::AtLeastOnce;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        const std::string stream = options.text("stream");
        HEADRACE_TRY(auto connection, aws::Connection::from(options, "kinesis"));
        const auto kinesis = std::make_shared<aws::Kinesis>(std::move(connection), stream);
        RecordDestination::Setup setup;
        HEADRACE_TRY(setup.layout, layoutOf(options));
        HEADRACE_TRY(setup.limits, limitsOf(options));
        setup.what = fmt::format("The Kinesis stream '{}'", stream);
        setup.needsKey = true;
        setup.open = [kinesis](const std::stop_token& stop) { return kinesis->summary(stop).map([](const auto&) {}); };
        setup.put = [kinesis](const std::vector<aws::PutEntry>& entries, const std::stop_token& stop) {
            return kinesis->put(entries, stop);
        };
        return std::make_unique<RecordDestination>(std::move(setup));
    };
    type.probe = [](const Options& options, std::stop_token stop) -> Result<std::string> {
        HEADRACE_TRY(const Options checked, options.check(kinesisOptions(), "kinesis destination"));
        HEADRACE_TRY(auto connection, aws::Connection::from(checked, "kinesis"));
        aws::Kinesis stream(std::move(connection), checked.text("stream"));
        HEADRACE_TRY(const auto summary, stream.summary(stop));
        return fmt::format("The Kinesis stream '{}' has {} open shard{}.", stream.stream(), summary.openShards,
                           summary.openShards == 1 ? "" : "s");
    };
    return type;
}

} // namespace headrace
