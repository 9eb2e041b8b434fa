// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/partition_reader.h"

#include "connectors/kafka/client_error.h"
#include "connectors/sources/kafka/metadata_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <regex>

namespace headrace::kafka {

namespace {

constexpr std::size_t kMostMessages = 10'000; ///< in one read …
constexpr std::size_t kFirstMessages = 256;
constexpr std::size_t kMostBytes = 4 << 20; ///< … and about so much of them, as far as the one before tells their size

Error offsetGone(const Progress& partition, std::int64_t low, std::int64_t high)
{
    const std::string what = partition.next < low
                                 ? fmt::format("its messages before offset {} were deleted", low)
                                 : fmt::format("it ends at offset {}, so the topic was probably made anew", high);
    return {ErrorCode::Conflict,
            fmt::format("Reading '{}' was to go on at offset {}, but {}. Reset the pipeline's state to start again, or "
                        "set another 'from'.",
                        toText(partition.id), partition.next, what),
            {},
            std::nullopt};
}

Error noSuchOffset(const Progress& partition, std::int64_t low, std::int64_t high)
{
    return {ErrorCode::Usage,
            fmt::format("The option 'from' of the kafka source is offset {}, but '{}' has messages from offset {} and "
                        "ends at {}. Set an offset in between, earliest, latest or a time; 'partitions' chooses "
                        "partitions.",
                        partition.next, toText(partition.id), low, high),
            {},
            std::nullopt};
}

} // namespace

void MessageBatch::clear()
{
    for (rd_kafka_message_t* message : messages)
        rd_kafka_message_destroy(message);
    messages.clear();
    partitions.clear();
}

PartitionReader::PartitionReader(const SourceSettings& settings)
    : m_settings(settings)
    , m_received(kMostMessages)
    , m_most(kFirstMessages)
{
}

PartitionReader::~PartitionReader()
{
    close();
}

Status PartitionReader::connect()
{
    Conf conf = m_settings.client.conf();
    set(conf.get(), "group.id", m_settings.group.empty() ? "headrace-none" : m_settings.group);
    set(conf.get(), "enable.auto.commit", "false");
    set(conf.get(), "enable.auto.offset.store", "false");
    set(conf.get(), "auto.offset.reset", "error");
    set(conf.get(), "enable.partition.eof", "true");
    if (m_settings.until.kind != Until::Kind::Never)
        set(conf.get(), "fetch.wait.max.ms", "100"); // so long an end without messages of its own is waited for
    Client::watchBrokers(conf.get());
    if (!m_settings.group.empty())
        rd_kafka_conf_set_rebalance_cb(conf.get(), onRebalance);
    HEADRACE_TRY(m_client, Client::create(Client::Kind::Consumer, std::move(conf), m_settings.client, this));
    return {};
}

Result<std::vector<TopicInfo>> PartitionReader::find(const std::stop_token& stop)
{
    HEADRACE_CHECK(connect());
    HEADRACE_CHECK(findTopics(stop));
    return m_topics;
}

Status PartitionReader::open(const std::optional<std::map<TopicPartition, std::int64_t>>& resumeFrom,
                             const std::stop_token& stop)
{
    HEADRACE_CHECK(connect());
    HEADRACE_CHECK(findTopics(stop));
    m_queue.reset(rd_kafka_queue_get_consumer(m_client->handle()));
    m_resumed = resumeFrom.has_value();
    for (const auto& [id, next] : resumeFrom.value_or(std::map<TopicPartition, std::int64_t>{})) {
        Progress& partition = m_partitions[indexOf(id)];
        partition.next = partition.inFlight = partition.durable = next;
    }
    Indexes wanted;
    for (const TopicPartition& id : wantedPartitions())
        wanted.push_back(indexOf(id));
    HEADRACE_CHECK(setEnds(wanted));
    if (m_settings.group.empty()) {
        HEADRACE_CHECK(placeNew(wanted));
        HEADRACE_CHECK(checkBounds(wanted));
        for (const std::uint32_t index : wanted)
            m_partitions[index].assigned = true;
        return assignAll();
    }
    const auto topics = newPartitionList(m_settings.topics.size());
    for (const std::string& topic : m_settings.topics)
        rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    m_commits = std::make_unique<GroupCommits>(m_client->handle());
    if (const auto code = rd_kafka_subscribe(m_client->handle(), topics.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, fmt::format("The consumer group '{}' cannot be joined", m_settings.group)));
    return {};
}

Status PartitionReader::findTopics(const std::stop_token& stop)
{
    std::vector<std::string> names;
    std::vector<std::regex> patterns;
    for (const std::string& topic : m_settings.topics) {
        if (topic.starts_with('^'))
            patterns.emplace_back(topic, std::regex::extended);
        else
            names.push_back(topic);
    }
    m_topics.clear();
    if (!names.empty()) {
        HEADRACE_TRY(m_topics, m_client->topics(names, stop));
    }
    if (patterns.empty())
        return {};
    HEADRACE_TRY(const auto all, m_client->topics({}, stop));
    for (const TopicInfo& topic : all)
        if (std::ranges::find(names, topic.name) == names.end() &&
            std::ranges::any_of(patterns, [&](const auto& pattern) { return std::regex_search(topic.name, pattern); }))
            m_topics.push_back(topic);
    if (m_topics.empty())
        return fail(ErrorCode::NotFound, fmt::format("The Kafka cluster at '{}' has no topic that fits '{}'.",
                                                     m_settings.client.brokers(), m_settings.topics.front()));
    return {};
}

std::vector<TopicPartition> PartitionReader::wantedPartitions() const
{
    std::vector<TopicPartition> wanted;
    for (const TopicInfo& topic : m_topics)
        for (const std::int32_t partition : topic.partitions)
            if (m_settings.partitions.empty() ||
                std::ranges::find(m_settings.partitions, partition) != m_settings.partitions.end())
                wanted.push_back({topic.name, partition});
    return wanted;
}

std::vector<TopicPartition> PartitionReader::idsOf(const Indexes& indexes) const
{
    std::vector<TopicPartition> ids;
    for (const std::uint32_t index : indexes)
        ids.push_back(m_partitions[index].id);
    return ids;
}

Result<std::vector<std::int64_t>> PartitionReader::startsOf(const std::vector<TopicPartition>& partitions)
{
    switch (m_settings.from.kind) {
    case StartAt::Kind::Earliest:
        return offsetsAt(*m_client, partitions, kEarliest);
    case StartAt::Kind::Latest:
        return offsetsAt(*m_client, partitions, kLatest);
    case StartAt::Kind::Time:
        return offsetsAt(*m_client, partitions, m_settings.from.value);
    case StartAt::Kind::Offset:
        return std::vector<std::int64_t>(partitions.size(), m_settings.from.value);
    case StartAt::Kind::Tail:
        break;
    }
    // The last messages are those before the time at which reading ends.
    const std::int64_t time = m_settings.until.kind == Until::Kind::Time ? m_settings.until.time : kLatest;
    HEADRACE_TRY(auto lows, offsetsAt(*m_client, partitions, kEarliest));
    HEADRACE_TRY(const auto ends, offsetsAt(*m_client, partitions, time));
    for (std::size_t i = 0; i < lows.size(); ++i)
        lows[i] = std::max(lows[i], ends[i] - m_settings.from.value);
    return lows;
}

/// Partitions that came to a topic later are read from their start, so that nothing is left out.
Status PartitionReader::placeNew(const Indexes& indexes)
{
    Indexes fresh;
    std::ranges::copy_if(indexes, std::back_inserter(fresh),
                         [this](std::uint32_t index) { return m_partitions[index].next < 0; });
    const auto ids = idsOf(fresh);
    HEADRACE_TRY(const auto starts, m_resumed ? offsetsAt(*m_client, ids, kEarliest) : startsOf(ids));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        Progress& partition = m_partitions[fresh[i]];
        partition.next = partition.inFlight = partition.durable = starts[i];
    }
    return {};
}

Status PartitionReader::checkBounds(const Indexes& indexes)
{
    const auto ids = idsOf(indexes);
    HEADRACE_TRY(const auto lows, offsetsAt(*m_client, ids, kEarliest));
    HEADRACE_TRY(const auto highs, offsetsAt(*m_client, ids, kLatest));
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        const Progress& partition = m_partitions[indexes[i]];
        if (partition.next >= lows[i] && partition.next <= highs[i])
            continue;
        const bool isFirst = !m_resumed && partition.committed < 0 && m_settings.from.kind == StartAt::Kind::Offset;
        return fail(isFirst ? noSuchOffset(partition, lows[i], highs[i]) : offsetGone(partition, lows[i], highs[i]));
    }
    return {};
}

Status PartitionReader::setEnds(const Indexes& indexes)
{
    if (m_settings.until.kind == Until::Kind::Never)
        return {};
    const std::int64_t time = m_settings.until.kind == Until::Kind::Now ? kLatest : m_settings.until.time;
    HEADRACE_TRY(const auto ends, offsetsAt(*m_client, idsOf(indexes), time));
    for (std::size_t i = 0; i < indexes.size(); ++i)
        m_partitions[indexes[i]].end = ends[i];
    return {};
}

Result<std::vector<Range>> PartitionReader::sampleRanges(std::int64_t most)
{
    const auto ids = wantedPartitions();
    HEADRACE_TRY(const auto lows, offsetsAt(*m_client, ids, kEarliest));
    HEADRACE_TRY(const auto highs, offsetsAt(*m_client, ids, kLatest));
    HEADRACE_TRY(const auto starts, startsOf(ids));
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        std::int64_t begin = std::clamp(starts[i], lows[i], std::max(lows[i], highs[i]));
        if (begin == highs[i])
            begin = std::max(lows[i], highs[i] - most);
        ranges.push_back({ids[i], begin, highs[i]});
    }
    return ranges;
}

/// What is assigned and has not ended.
Status PartitionReader::assignAll()
{
    const auto list = newPartitionList(m_partitions.size());
    for (Progress& partition : m_partitions) {
        if (!partition.assigned)
            continue;
        partition.ended = partition.next >= partition.end;
        if (!partition.ended)
            rd_kafka_topic_partition_list_add(list.get(), partition.id.topic.c_str(), partition.id.partition)->offset =
                partition.next;
    }
    m_everAssigned = true;
    const auto code = rd_kafka_assign(m_client->handle(), list.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, fmt::format("The topic '{}' cannot be read", m_settings.topics.front())));
    return {};
}

bool PartitionReader::ended() const
{
    return m_everAssigned && m_leaving == nullptr && m_settings.until.kind != Until::Kind::Never &&
           std::ranges::all_of(m_partitions, [](const Progress& p) { return !p.assigned || p.ended; });
}

Status PartitionReader::read(MessageBatch& batch, std::chrono::milliseconds wait)
{
    finishLeaving();
    commitSoon();
    if (m_failure)
        return fail(*std::exchange(m_failure, std::nullopt));
    const auto receive = [this](std::chrono::milliseconds time, std::size_t most) {
        const ssize_t count =
            rd_kafka_consume_batch_queue(m_queue.get(), static_cast<int>(time.count()), m_received.data(), most);
        return static_cast<std::size_t>(std::max<ssize_t>(0, count));
    };
    // A full batch is waited for in vain where messages come slowly: the first one ends the wait.
    std::size_t count = receive(std::chrono::milliseconds{0}, m_most);
    if (count == 0)
        count = receive(wait, 1);
    Status status;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        rd_kafka_message_t* message = m_received[i];
        bytes += message->len + message->key_len;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            take(message, batch);
            continue;
        }
        if (status)
            status = eventStatus(*message);
        rd_kafka_message_destroy(message);
    }
    if (count > 0)
        m_most = std::clamp<std::size_t>(kMostBytes * count / std::max<std::size_t>(1, bytes), 1, kMostMessages);
    noteTimes(batch);
    if (status && m_failure)
        status = fail(*std::exchange(m_failure, std::nullopt));
    return status;
}

/// Asks only the last message of each stretch of one partition: a look at every one would cost its share.
void PartitionReader::noteTimes(const MessageBatch& batch)
{
    for (std::size_t i = 0; i < batch.messages.size(); ++i) {
        if (i + 1 < batch.messages.size() && batch.partitions[i + 1] == batch.partitions[i])
            continue;
        if (const auto time = timestampOf(*batch.messages[i]))
            m_partitions[batch.partitions[i]].lastAt =
                std::chrono::system_clock::time_point{std::chrono::milliseconds{*time}};
    }
}

void PartitionReader::take(rd_kafka_message_t* message, MessageBatch& batch)
{
    const std::uint32_t index = indexOf(*message);
    Progress& partition = m_partitions[index];
    const bool isWanted =
        partition.assigned && !partition.leaving && !partition.ended && message->offset >= partition.next;
    if (isWanted && message->offset >= partition.end)
        end(partition);
    if (!isWanted || partition.ended) {
        rd_kafka_message_destroy(message);
        return;
    }
    partition.next = partition.inFlight = message->offset + 1;
    ++partition.messages;
    batch.messages.push_back(message);
    batch.partitions.push_back(index);
    if (partition.next >= partition.end)
        end(partition);
}

Status PartitionReader::eventStatus(const rd_kafka_message_t& message)
{
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        Progress& partition = m_partitions[indexOf(message)];
        if (!partition.assigned || partition.leaving || partition.ended)
            return {};
        partition.next = std::max(partition.next, message.offset); // past what transactions leave without a message
        if (message.offset >= partition.end)
            end(partition);
        return {};
    }
    if (isPassing(message.err)) // the client connects again by itself
        return {};
    const std::string topic = message.rkt == nullptr ? m_settings.topics.front() : rd_kafka_topic_name(message.rkt);
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message.err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        const TopicPartition id{topic, message.partition};
        HEADRACE_TRY(const auto lows, offsetsAt(*m_client, {id}, kEarliest));
        HEADRACE_TRY(const auto highs, offsetsAt(*m_client, {id}, kLatest));
        return fail(offsetGone(m_partitions[indexOf(id)], lows[0], highs[0]));
    }
    return fail(clientError(message.err, fmt::format("The topic '{}' cannot be read", topic),
                            rd_kafka_message_errstr(&message)));
}

SeenProgress PartitionReader::progress(const DurableRows::Counts& durable) const
{
    SeenProgress seen;
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        const Progress& partition = m_partitions[i];
        if (!partition.assigned)
            continue;
        PartitionProgress progress{.name = toText(partition.id),
                                   .rows = partition.messages,
                                   .durable = i < durable.size() ? durable[i] : 0,
                                   .lastAt = partition.lastAt};
        if (partition.next >= 0)
            progress.position = std::to_string(partition.next);
        std::int64_t low = 0;
        std::int64_t high = RD_KAFKA_OFFSET_INVALID;
        if (rd_kafka_get_watermark_offsets(m_client->handle(), partition.id.topic.c_str(), partition.id.partition, &low,
                                           &high) == RD_KAFKA_RESP_ERR_NO_ERROR &&
            high >= 0)
            progress.lag = std::max<std::int64_t>(0, high - partition.next);
        seen.partitions.push_back(std::move(progress));
        seen.ids.push_back(partition.id);
        seen.next.push_back(partition.next);
    }
    return seen;
}

void PartitionReader::end(Progress& partition)
{
    partition.ended = true;
    partition.next = std::max(partition.next, partition.end);
    const PartitionList list = listOf({partition.id});
    rd_kafka_pause_partitions(m_client->handle(), list.get());
}

std::uint32_t PartitionReader::indexOf(const rd_kafka_message_t& message)
{
    if (message.rkt != m_lastTopic || message.partition != m_lastPartition) {
        m_lastIndex = indexOf(TopicPartition{rd_kafka_topic_name(message.rkt), message.partition});
        m_lastTopic = message.rkt;
        m_lastPartition = message.partition;
    }
    return m_lastIndex;
}

std::uint32_t PartitionReader::indexOf(const TopicPartition& id)
{
    const auto [entry, isNew] = m_index.try_emplace(id, static_cast<std::uint32_t>(m_partitions.size()));
    if (isNew)
        m_partitions.push_back({id});
    return entry->second;
}

} // namespace headrace::kafka
