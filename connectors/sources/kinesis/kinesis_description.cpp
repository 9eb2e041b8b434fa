// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/kinesis_description.h"

#include "connectors/core/option_lookup.h"
#include "connectors/core/shown_number.h"
#include "connectors/sources/kinesis/kinesis_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace headrace::kinesis {

namespace {

/// Streams that are asked for more than their name: AWS allows 20 such questions a second.
constexpr std::size_t kMostSummaries = 40;

std::string summaryText(const aws::StreamSummary& summary)
{
    return fmt::format("{} open shard{}, kept for {}", summary.openShards, summary.openShards == 1 ? "" : "s",
                       exactDuration(std::chrono::hours{summary.retentionHours}));
}

Options onlyStream(Options options, const std::string& stream)
{
    options.erase("shards");
    options.set("stream", stream);
    return options;
}

Readable shardReadable(const Options& options, const std::string& stream, const aws::ShardInfo& shard)
{
    Options only = onlyStream(options, stream);
    only.set("shards", OptionList{shard.id});
    std::string description = shard.isClosed ? "closed shard" : "open shard";
    for (const std::string& parent : shard.parents)
        description += fmt::format(" {} {}", &parent == &shard.parents.front() ? "of" : "and", parent);
    return {fmt::format("{}/{}", stream, shard.id), std::move(only), std::move(description)};
}

} // namespace

Result<std::string> probeStream(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "kinesis source"));
    HEADRACE_TRY(const SourceSettings settings, sourceSettings(checked));
    aws::Kinesis stream(settings.connection, settings.stream);
    HEADRACE_TRY(const auto summary, stream.summary(stop));
    if (!settings.shards.empty()) {
        HEADRACE_TRY(const auto shards, stream.shards(stop));
        if (Status wanted = checkWantedShards(settings, shards); !wanted)
            return fail(std::move(wanted.error()));
    }
    return fmt::format("The Kinesis stream '{}' has {}.", settings.stream, summaryText(summary));
}

Result<std::vector<Readable>> describeStreams(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, checkedPart(options, aws::connectionOptions(), "kinesis source"));
    HEADRACE_TRY(const auto connection, aws::Connection::from(checked, "kinesis"));
    HEADRACE_TRY(const auto names, aws::Kinesis(connection, {}).streams(stop));
    const std::string named = options.has("stream") ? options.text("stream") : "";
    std::vector<Readable> readables;
    for (const std::string& name : names) {
        std::string description = "stream";
        aws::Kinesis stream(connection, name);
        if (readables.size() < kMostSummaries)
            if (const auto summary = stream.summary(stop))
                description = summaryText(*summary);
        readables.push_back({name, onlyStream(options, name), std::move(description)});
        if (name != named)
            continue;
        HEADRACE_TRY(const auto shards, stream.shards(stop));
        for (const aws::ShardInfo& shard : shards)
            readables.push_back(shardReadable(options, name, shard));
    }
    return readables;
}

} // namespace headrace::kinesis
