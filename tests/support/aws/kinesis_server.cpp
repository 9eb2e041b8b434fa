// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/aws/kinesis_server.h"

#include "connectors/aws/connection.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QThread>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 60'000;

/// The middle of a hash key range, in decimal.
std::string middleOf(const nlohmann::json& range)
{
    using Wide = unsigned __int128;
    const auto read = [](const std::string& text) {
        Wide value = 0;
        for (const char c : text)
            value = value * 10 + static_cast<Wide>(c - '0');
        return value;
    };
    const Wide low = read(range.at("StartingHashKey"));
    const Wide high = read(range.at("EndingHashKey"));
    std::string digits;
    for (Wide middle = low + (high - low) / 2; middle > 0; middle /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(middle % 10)));
    return digits;
}

} // namespace

KinesisServer::KinesisServer()
    : AwsServer(QStringLiteral(HEADRACE_RUN_KINESIS))
{
}

aws::Kinesis KinesisServer::client(const std::string& stream) const
{
    const auto options = Options{{"endpoint", endpoint()}}.check(aws::connectionOptions(), "test");
    return {*aws::Connection::from(*options, "kinesis"), stream};
}

nlohmann::json KinesisServer::ask(const std::string& stream, const char* operation, const nlohmann::json& input)
{
    auto asked = client(stream);
    const auto answer = asked.client().call(operation, input, stream, {});
    if (!answer)
        qFatal("test Kinesis: %s: %s", operation, answer.error().error.detail.c_str());
    return *answer;
}

void KinesisServer::awaitActive(const std::string& stream)
{
    QElapsedTimer clock;
    clock.start();
    while (true) {
        const auto answer = ask(stream, "DescribeStreamSummary", {{"StreamName", stream}});
        if (answer.at("StreamDescriptionSummary").at("StreamStatus") == "ACTIVE")
            return;
        if (clock.elapsed() > kWaitMs)
            qFatal("test Kinesis: '%s' does not become active", stream.c_str());
    }
}

void KinesisServer::createStream(const std::string& stream, int shards)
{
    ask(stream, "CreateStream", {{"StreamName", stream}, {"ShardCount", shards}});
    awaitActive(stream);
}

void KinesisServer::deleteStream(const std::string& stream)
{
    ask(stream, "DeleteStream", {{"StreamName", stream}});
    auto asked = client(stream);
    while (true) {
        const auto answer = asked.client().call("DescribeStreamSummary", {{"StreamName", stream}}, stream, {});
        if (!answer && answer.error().type == "ResourceNotFoundException")
            return;
    }
}

void KinesisServer::put(const std::string& stream, const std::vector<KinesisRecord>& records)
{
    constexpr std::size_t kMost = 400;
    auto asked = client(stream);
    for (std::size_t first = 0; first < records.size(); first += kMost) {
        std::vector<aws::PutEntry> entries;
        for (std::size_t i = first; i < std::min(records.size(), first + kMost); ++i)
            entries.push_back({records[i].data, records[i].key});
        const auto failed = asked.put(entries, {});
        if (!failed || !failed->empty())
            qFatal("test Kinesis: put: %s", failed ? "partly" : failed.error().error.detail.c_str());
    }
}

std::vector<aws::ShardInfo> KinesisServer::shards(const std::string& stream)
{
    return *client(stream).shards({});
}

void KinesisServer::split(const std::string& stream, const std::string& shard)
{
    const auto listed = ask(stream, "ListShards", {{"StreamName", stream}});
    for (const auto& found : listed.at("Shards"))
        if (found.at("ShardId") == shard)
            ask(stream, "SplitShard",
                {{"StreamName", stream},
                 {"ShardToSplit", shard},
                 {"NewStartingHashKey", middleOf(found.at("HashKeyRange"))}});
    awaitActive(stream);
}

void KinesisServer::merge(const std::string& stream, const std::string& left, const std::string& right)
{
    ask(stream, "MergeShards", {{"StreamName", stream}, {"ShardToMerge", left}, {"AdjacentShardToMerge", right}});
    awaitActive(stream);
}

std::vector<aws::StreamRecord> KinesisServer::readAll(const std::string& stream)
{
    std::vector<aws::StreamRecord> all;
    auto asked = client(stream);
    const auto shards = asked.shards({});
    for (const aws::ShardInfo& shard : *shards) {
        std::string next = *asked.iterator(shard.id, {}, {});
        while (!next.empty()) {
            const auto page = asked.records(next, 10'000, {});
            if (!page)
                qFatal("test Kinesis: records: %s", page.error().error.detail.c_str());
            all.insert(all.end(), page->records.begin(), page->records.end());
            next = page->records.empty() ? "" : page->next.value_or("");
        }
    }
    return all;
}

std::vector<KinesisRecord> KinesisServer::records(const std::string& stream)
{
    std::vector<KinesisRecord> all;
    for (const aws::StreamRecord& record : readAll(stream))
        all.push_back({record.data, record.partitionKey});
    return all;
}

void KinesisServer::awaitArrivals(const std::string& stream)
{
    std::int64_t last = 0;
    for (const aws::StreamRecord& record : readAll(stream))
        last = std::max(last, record.arrival);
    while (QDateTime::currentMSecsSinceEpoch() <= last)
        QThread::msleep(5);
}

} // namespace headrace::test
