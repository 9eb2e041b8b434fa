// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sinks.h"

#include "connectors/aws/firehose.h"
#include "connectors/aws/service_limits.h"
#include "connectors/sinks/aws/record_destination.h"

#include <fmt/format.h>

namespace headrace {

namespace {

std::vector<OptionSpec> firehoseOptions()
{
    std::vector<OptionSpec> options{
        {.key = "stream", .label = "Delivery stream", .help = "Name of the Firehose stream.", .required = true},
        {.key = "newline",
         .type = OptionType::Boolean,
         .label = "Line ends",
         .help = "Puts a line end behind each record: Firehose itself writes records one behind the other.",
         .defaultText = "true"},
    };
    for (auto more : {recordOptions({"json", "csv", "text", "bytes"}), aws::connectionOptions()})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

} // namespace

SinkType firehoseSink()
{
    SinkType type;
    type.type = "firehose";
    type.label = "Firehose";
    type.group = "Streams";
    type.help = "Writes a record a row into an Amazon Data Firehose stream, each at least once: after a crash the rows "
                "of a batch can come a second time.";
    type.options = firehoseOptions();
    type.guarantee = Guarantee::AtLeastOnce;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(auto connection, aws::Connection::from(options, "firehose"));
        const auto firehose = std::make_shared<aws::Firehose>(std::move(connection), options.text("stream"));
        RecordDestination::Setup setup;
        setup.layout.owner = "firehose destination";
        setup.layout.value = options.text("value");
        setup.layout.valueColumn = options.text("value_column");
        setup.layout.nonFinite = options.text("non_finite");
        setup.limits = {aws::serviceLimit("firehose", "put_record_batch_count"),
                        aws::serviceLimit("firehose", "put_record_batch_bytes"),
                        aws::serviceLimit("firehose", "put_record_bytes"), false};
        setup.what = fmt::format("The Firehose stream '{}'", options.text("stream"));
        setup.lineEnd = options.boolean("newline") ? "\n" : "";
        setup.open = [firehose](const std::stop_token& stop) { return firehose->check(stop); };
        setup.put = [firehose](const std::vector<aws::PutEntry>& entries, const std::stop_token& stop) {
            return firehose->put(entries, stop);
        };
        return std::make_unique<RecordDestination>(std::move(setup));
    };
    type.probe = [](const Options& options, std::stop_token stop) -> Result<std::string> {
        HEADRACE_TRY(const Options known, options.check(firehoseOptions(), "firehose destination"));
        HEADRACE_TRY(auto connection, aws::Connection::from(known, "firehose"));
        HEADRACE_CHECK(aws::Firehose(std::move(connection), known.text("stream")).check(stop));
        return fmt::format("The Firehose stream '{}' takes records.", known.text("stream"));
    };
    return type;
}

} // namespace headrace
