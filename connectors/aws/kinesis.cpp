// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/kinesis.h"

#include "connectors/formats/base64.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headrace::aws {

namespace {

using Json = nlohmann::json;

/// Names that are told to the user when none is near.
constexpr std::size_t kMostNames = 5;

std::string nameOf(IteratorStart::Kind kind)
{
    switch (kind) {
    case IteratorStart::Kind::TrimHorizon:
        return "TRIM_HORIZON";
    case IteratorStart::Kind::Latest:
        return "LATEST";
    case IteratorStart::Kind::AtTime:
        return "AT_TIMESTAMP";
    case IteratorStart::Kind::AtSequence:
        return "AT_SEQUENCE_NUMBER";
    default:
        return "AFTER_SEQUENCE_NUMBER";
    }
}

std::string textOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

double numberOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

/// Good for any array that is missing.
const Json& listOf(const Json& json, const char* key)
{
    static const Json kEmpty = Json::array();
    const auto found = json.find(key);
    return found != json.end() && found->is_array() ? *found : kEmpty;
}

ServiceError notReadable(const std::string& about)
{
    return {{}, {ErrorCode::Failed, fmt::format("{}: a record's data is no Base64.", about), {}, std::nullopt}};
}

} // namespace

Kinesis::Kinesis(std::shared_ptr<Connection> connection, std::string stream)
    : m_stream(std::move(stream))
    , m_about(m_stream.empty() ? "Kinesis" : fmt::format("The Kinesis stream '{}'", m_stream))
    , m_client(std::move(connection), "kinesis", "Kinesis_20131202")
{
}

Json Kinesis::input() const
{
    return {{m_stream.starts_with("arn:") ? "StreamARN" : "StreamName", m_stream}};
}

Result<std::vector<std::string>> Kinesis::streams(const std::stop_token& stop)
{
    std::vector<std::string> names;
    Json page = Json::object();
    while (true) {
        HEADRACE_TRY(const Json answer, withoutType(m_client.call("ListStreams", page, m_about, stop)));
        for (const Json& name : listOf(answer, "StreamNames"))
            if (name.is_string())
                names.push_back(name.get<std::string>());
        if (!answer.value("HasMoreStreams", false) || names.empty())
            return names;
        page = {{"ExclusiveStartStreamName", names.back()}};
    }
}

Error Kinesis::nameNearest(Error error, const std::stop_token& stop)
{
    if (error.code != ErrorCode::NotFound)
        return error;
    const std::string where = fmt::format("in the region '{}'", m_client.connection().region());
    error.message = fmt::format("There is no Kinesis stream '{}' {}", m_stream, where);
    const auto names = streams(stop);
    const std::string near = names ? nearest(m_stream, *names) : "";
    if (!near.empty())
        error.message += fmt::format("; did you mean '{}'?", near);
    else if (names && !names->empty())
        error.message += fmt::format(
            "; there {} '{}'{}", names->size() == 1 ? "is" : "are",
            fmt::join(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(std::min(names->size(), kMostNames)),
                      "', '"),
            names->size() > kMostNames ? " and more." : ".");
    else
        error.message += ".";
    return error;
}

Result<StreamSummary> Kinesis::summary(const std::stop_token& stop)
{
    auto answer = m_client.call("DescribeStreamSummary", input(), m_about, stop);
    if (!answer)
        return fail(nameNearest(std::move(answer.error().error), stop));
    const Json description = answer->value("StreamDescriptionSummary", Json::object());
    const std::string status = textOf(description, "StreamStatus");
    if (status == "CREATING" || status == "DELETING")
        return fail(ErrorCode::Unavailable,
                    fmt::format("{} is being {}.", m_about, status == "CREATING" ? "created" : "deleted"));
    const auto created = description.find("StreamCreationTimestamp");
    return StreamSummary{created == description.end() ? "" : created->dump(),
                         static_cast<std::int64_t>(numberOf(description, "OpenShardCount")),
                         static_cast<std::int64_t>(numberOf(description, "RetentionPeriodHours"))};
}

Result<std::vector<ShardInfo>> Kinesis::shards(const std::stop_token& stop)
{
    std::vector<ShardInfo> shards;
    Json page = input();
    while (true) {
        auto answer = m_client.call("ListShards", page, m_about, stop);
        if (!answer)
            return fail(nameNearest(std::move(answer.error().error), stop));
        for (const Json& shard : listOf(*answer, "Shards")) {
            ShardInfo info{textOf(shard, "ShardId"), {}, false};
            for (const char* key : {"ParentShardId", "AdjacentParentShardId"})
                if (std::string parent = textOf(shard, key); !parent.empty())
                    info.parents.push_back(std::move(parent));
            info.isClosed = !textOf(shard.value("SequenceNumberRange", Json::object()), "EndingSequenceNumber").empty();
            shards.push_back(std::move(info));
        }
        const std::string next = textOf(*answer, "NextToken");
        if (next.empty())
            return shards;
        page = {{"NextToken", next}};
    }
}

ServiceResult<std::string> Kinesis::iterator(const std::string& shard, const IteratorStart& start,
                                             const std::stop_token& stop)
{
    Json wanted = input();
    wanted["ShardId"] = shard;
    wanted["ShardIteratorType"] = nameOf(start.kind);
    if (!start.sequence.empty())
        wanted["StartingSequenceNumber"] = start.sequence;
    if (start.kind == IteratorStart::Kind::AtTime)
        wanted["Timestamp"] = static_cast<double>(start.time) / 1000;
    auto answer = m_client.call("GetShardIterator", wanted, m_about, stop);
    if (!answer)
        return tl::unexpected(std::move(answer.error()));
    return textOf(*answer, "ShardIterator");
}

ServiceResult<RecordPage> Kinesis::records(const std::string& iterator, std::int64_t limit, const std::stop_token& stop)
{
    const Json wanted{{"ShardIterator", iterator}, {"Limit", limit}};
    auto answer = m_client.call("GetRecords", wanted, m_about, stop);
    if (!answer)
        return tl::unexpected(std::move(answer.error()));
    RecordPage page;
    for (const Json& record : listOf(*answer, "Records")) {
        StreamRecord& added = page.records.emplace_back();
        const auto data = record.find("Data");
        if (data == record.end() || !data->is_string() ||
            !decodeBase64(data->get_ref<const std::string&>(), added.data))
            return tl::unexpected(notReadable(m_about));
        added.partitionKey = textOf(record, "PartitionKey");
        added.sequence = textOf(record, "SequenceNumber");
        added.arrival = static_cast<std::int64_t>(numberOf(record, "ApproximateArrivalTimestamp") * 1000 + 0.5);
        page.bytes += static_cast<std::int64_t>(added.data.size() + added.partitionKey.size());
    }
    if (std::string next = textOf(*answer, "NextShardIterator"); !next.empty())
        page.next = std::move(next);
    page.millisBehind = static_cast<std::int64_t>(numberOf(*answer, "MillisBehindLatest"));
    return page;
}

ServiceResult<std::vector<PutFailure>> Kinesis::put(const std::vector<PutEntry>& entries, const std::stop_token& stop)
{
    Json wanted = input();
    Json& records = wanted["Records"] = Json::array();
    for (const PutEntry& entry : entries)
        records.push_back({{"Data", base64Of(entry.data)}, {"PartitionKey", entry.partitionKey}});
    auto answer = m_client.call("PutRecords", wanted, m_about, stop);
    if (!answer)
        return tl::unexpected(std::move(answer.error()));
    return failuresIn(listOf(*answer, "Records"), "SequenceNumber", entries.size());
}

} // namespace headrace::aws
