// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/kafka_settings.h"

#include "connectors/core/quantity.h"
#include "connectors/sources/messages/time_option.h"

#include <fmt/format.h>

#include <charconv>
#include <regex>

namespace headrace::kafka {

namespace {

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Result<StartAt> startAt(const std::string& text)
{
    if (text == "earliest")
        return StartAt{StartAt::Kind::Earliest, 0};
    if (text == "latest")
        return StartAt{StartAt::Kind::Latest, 0};
    if (const auto number = wholeNumber(text))
        return *number < 0 ? StartAt{StartAt::Kind::Tail, -*number} : StartAt{StartAt::Kind::Offset, *number};
    if (const auto time = millisecondsOf(text))
        return StartAt{StartAt::Kind::Time, *time};
    return fail(
        ErrorCode::Usage,
        fmt::format("The option 'from' of the kafka source: '{}' is not earliest, latest, an offset, -N for the "
                    "last N messages of each partition, or a time like 2026-01-31T12:00:00Z.",
                    text));
}

Result<Until> untilOf(const std::string& text)
{
    if (text == "never")
        return Until{Until::Kind::Never, 0};
    if (text == "now")
        return Until{Until::Kind::Now, 0};
    if (const auto time = millisecondsOf(text))
        return Until{Until::Kind::Time, *time};
    return fail(ErrorCode::Usage, fmt::format("The option 'until' of the kafka source: '{}' is not never, now, or a "
                                              "time like 2026-01-31T12:00:00Z.",
                                              text));
}

Result<std::vector<std::int32_t>> partitionsOf(const OptionList& texts)
{
    std::vector<std::int32_t> partitions;
    for (const std::string& text : texts) {
        const std::size_t dash = text.find('-');
        const auto first = wholeNumber(std::string_view(text).substr(0, dash));
        const auto last = dash == std::string::npos ? first : wholeNumber(std::string_view(text).substr(dash + 1));
        if (!first || !last || *first < 0 || *last < *first || *last > 1'000'000)
            return fail(ErrorCode::Usage, fmt::format("The option 'partitions' of the kafka source: '{}' is not a "
                                                      "partition's number or a range like 0-3.",
                                                      text));
        for (std::int64_t partition = *first; partition <= *last; ++partition)
            partitions.push_back(static_cast<std::int32_t>(partition));
    }
    return partitions;
}

/// Of keys that become columns.
Result<std::optional<ValueSettings>> keySettings(const Options& options)
{
    ValueSettings key;
    key.sampleRows = options.integer("sample_rows");
    if (options.text("key") == "json")
        return key;
    if (options.text("key") != "avro")
        return std::nullopt;
    key.value = ValueFormat::Avro;
    key.avro.registry = registrySettings(options);
    const std::string given = options.text("key_schema");
    if (given.empty() && key.avro.registry.url.empty())
        return fail(ErrorCode::Usage, "Avro keys need their schema: set 'registry' to the URL of the schema registry, "
                                      "or 'key_schema' to the schema or its file.");
    if (!given.empty()) {
        HEADRACE_TRY(key.avro.schema, schemaText(given, "key_schema"));
    }
    return key;
}

Status checkTopics(const std::vector<std::string>& topics)
{
    for (const std::string& topic : topics)
        try {
            if (topic.starts_with('^'))
                static_cast<void>(std::regex(topic, std::regex::extended));
        } catch (const std::regex_error& error) {
            return fail(ErrorCode::Usage, fmt::format("The option 'topic' of the kafka source: '{}' is no pattern: {}.",
                                                      topic, error.what()));
        }
    return {};
}

} // namespace

Result<SourceSettings> sourceSettings(const Options& options)
{
    SourceSettings settings;
    HEADRACE_TRY(static_cast<ValueSettings&>(settings), valueSettings(options));
    HEADRACE_TRY(settings.client, ClientSettings::from(options));
    settings.topics = options.list("topic");
    HEADRACE_CHECK(checkTopics(settings.topics));
    HEADRACE_TRY(settings.partitions, partitionsOf(options.list("partitions")));
    settings.group = options.text("group");
    if (!settings.group.empty() && !settings.partitions.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The kafka source has both 'group' ('{}') and 'partitions'; the group "
                                "shares the partitions out by itself, so set one.",
                                settings.group));
    HEADRACE_TRY(settings.from, startAt(options.text("from")));
    HEADRACE_TRY(settings.until, untilOf(options.text("until")));
    settings.keyAsBytes = options.text("key") == "bytes";
    HEADRACE_TRY(settings.key, keySettings(options));
    settings.keyName = options.text("metadata_prefix") + "key";
    settings.rebalanceWait = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("rebalance_wait"));
    return settings;
}

} // namespace headrace::kafka
