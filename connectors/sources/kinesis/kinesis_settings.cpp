// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sources/kinesis/kinesis_settings.h"

#include "connectors/sources/messages/time_option.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::kinesis {

namespace {

using Start = aws::IteratorStart;

bool isSequence(std::string_view text)
{
    return !text.empty() && text.size() <= 128 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Start> startAt(const std::string& text)
{
    if (text == "earliest" || text == "trim_horizon")
        return Start{};
    if (text == "latest")
        return Start{Start::Kind::Latest, {}, 0};
    if (const auto time = millisecondsOf(text))
        return Start{Start::Kind::AtTime, {}, *time};
    const std::string_view view = text;
    if (view.starts_with("at:") && isSequence(view.substr(3)))
        return Start{Start::Kind::AtSequence, text.substr(3), 0};
    if (view.starts_with("after:") && isSequence(view.substr(6)))
        return Start{Start::Kind::AfterSequence, text.substr(6), 0};
    return fail(ErrorCode::Usage,
                fmt::format("The option 'from' of the kinesis source: '{}' is not earliest, latest, a time like "
                            "2026-01-31T12:00:00Z, or at: or after: and a sequence number.",
                            text));
}

Result<Until> untilOf(const std::string& text)
{
    if (text == "never")
        return Until{};
    if (text == "now")
        return Until{Until::Kind::Now, 0};
    if (const auto time = millisecondsOf(text))
        return Until{Until::Kind::Time, *time};
    return fail(ErrorCode::Usage, fmt::format("The option 'until' of the kinesis source: '{}' is not never, now, or a "
                                              "time like 2026-01-31T12:00:00Z.",
                                              text));
}

std::vector<OptionSpec> readingOptions()
{
    return {
        {.key = "stream", .label = "Stream", .help = "Name or ARN of the data stream.", .required = true},
        {.key = "from",
         .label = "From",
         .help = "Where to begin without a saved position: earliest, latest, a time like 2026-01-31T12:00:00Z, or in a "
                 "single shard at:NUMBER or after:NUMBER of a sequence number.",
         .defaultText = "earliest",
         .choices = {"earliest", "latest", "2026-01-31T12:00:00Z"}},
        {.key = "until",
         .label = "Until",
         .help = "Where to end: never, now (what arrived before the run started), or a time.",
         .defaultText = "never",
         .choices = {"never", "now"}},
        {.key = "shards",
         .type = OptionType::List,
         .label = "Shards",
         .help = "Reads only these shards and those into which they are split or merged.",
         .advanced = true},
        {.key = "poll",
         .type = OptionType::Duration,
         .label = "Poll",
         .help = "How often a shard that has nothing new is asked. AWS allows 5 reads a second and shard, for all "
                 "readers of the stream together.",
         .defaultText = "250ms",
         .advanced = true,
         .minimum = 0.2,
         .maximum = 60},
    };
}

} // namespace

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = readingOptions();
    for (auto more : {aws::connectionOptions(), valueOptions(),
                      metadataOptions("partition_key, sequence_number, sub_sequence (inside an aggregated record), "
                                      "shard and arrival_time")})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

std::vector<MetadataColumn> metadataColumns()
{
    return {{"partition_key", arrow::utf8()},
            {"sequence_number", arrow::utf8()},
            {"sub_sequence", arrow::int64()},
            {"shard", arrow::utf8()},
            {"arrival_time", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")}};
}

Status checkWantedShards(const SourceSettings& settings, const std::vector<aws::ShardInfo>& shards)
{
    std::vector<std::string> names;
    for (const aws::ShardInfo& shard : shards)
        names.push_back(shard.id);
    for (const std::string& wanted : settings.shards)
        if (std::ranges::find(names, wanted) == names.end()) {
            const std::string near = nearest(wanted, names);
            return fail(ErrorCode::NotFound,
                        fmt::format("The Kinesis stream '{}' has no shard '{}'{}", settings.stream, wanted,
                                    near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
        }
    return {};
}

Result<SourceSettings> sourceSettings(const Options& options)
{
    SourceSettings settings;
    HEADRACE_TRY(static_cast<ValueSettings&>(settings), valueSettings(options));
    settings.stream = options.text("stream");
    settings.shards = options.list("shards");
    HEADRACE_TRY(settings.from, startAt(options.text("from")));
    if (!settings.from.sequence.empty() && settings.shards.size() != 1)
        return fail(ErrorCode::Usage, fmt::format("The option 'from' of the kinesis source: '{}' is a place in one "
                                                  "shard; name that shard in 'shards'.",
                                                  options.text("from")));
    HEADRACE_TRY(settings.until, untilOf(options.text("until")));
    settings.poll = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("poll"));
    HEADRACE_TRY(settings.connection, aws::Connection::from(options, "kinesis"));
    return settings;
}

} // namespace headrace::kinesis
