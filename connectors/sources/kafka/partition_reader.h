// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/kafka/read_range.h"
#include "connectors/sources/kafka/group_commits.h"
#include "connectors/sources/kafka/kafka_settings.h"
#include "connectors/sources/kafka/progress_board.h"
#include "connectors/sources/messages/durable_rows.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace::kafka {

/// One partition as far as it has been read. Offsets are of the next message; −1: not known yet.
struct Progress {
    TopicPartition id;
    std::int64_t next = -1;      ///< behind what was handed out
    std::int64_t inFlight = -1;  ///< behind the last message handed out; not moved by what has no message
    std::int64_t durable = -1;   ///< acknowledged
    std::int64_t committed = -1; ///< the group has answered that it knows
    std::int64_t end = std::numeric_limits<std::int64_t>::max();
    std::int64_t messages = 0;                                        ///< handed out
    std::optional<std::chrono::system_clock::time_point> lastAt = {}; ///< of the last one handed out
    bool assigned = false;
    bool leaving = false; ///< a rebalance takes it away as soon as what is in flight is durable
    bool ended = false;
};

/// Messages in the order they came, which are destroyed with it.
struct MessageBatch {
    std::vector<rd_kafka_message_t*> messages;
    std::vector<std::uint32_t> partitions; ///< index into PartitionReader::partitions() by message

    MessageBatch() = default;
    ~MessageBatch() { clear(); }
    MessageBatch(const MessageBatch&) = delete;
    MessageBatch& operator=(const MessageBatch&) = delete;
    void clear();
};

/// Reads partitions, all of them or those that a consumer group gives it, and serves the group's rebalances on the
/// thread that reads. Nothing is committed but what acknowledge() names. One thread at a time.
class PartitionReader {
public:
    explicit PartitionReader(const SourceSettings& settings);
    ~PartitionReader();
    PartitionReader(const PartitionReader&) = delete;
    PartitionReader& operator=(const PartitionReader&) = delete;

    /// Connects, finds the topics and stands after `resumeFrom`. An offset whose message is gone is an error that names
    /// it.
    Status open(const std::optional<std::map<TopicPartition, std::int64_t>>& resumeFrom, const std::stop_token& stop);

    /// The topics that the settings name; connects, but reads nothing.
    [[nodiscard]] Result<std::vector<TopicInfo>> find(const std::stop_token& stop);

    /// Those of the topics that were found which are to be read.
    [[nodiscard]] std::vector<TopicPartition> wantedPartitions() const;

    /// What stands where reading would begin without a saved position; where nothing does, the last `most` messages of
    /// each partition.
    [[nodiscard]] Result<std::vector<Range>> sampleRanges(std::int64_t most);

    /// Fills an empty `batch`, waiting no longer than `wait` for the first message.
    Status read(MessageBatch& batch, std::chrono::milliseconds wait);

    /// Nothing more will come: every partition has reached its end.
    [[nodiscard]] bool ended() const;

    /// Index by which messages name a partition; grows, never changes.
    [[nodiscard]] const std::vector<Progress>& partitions() const { return m_partitions; }

    /// Of the partitions that are read now, of which so many messages are durable. Asks nobody: the lag is as the last
    /// answers of the brokers had it.
    [[nodiscard]] SeenProgress progress(const DurableRows::Counts& durable) const;

    /// Null before open().
    [[nodiscard]] Client* client() const { return m_client.get(); }

    /// All messages before these offsets are durable.
    Status acknowledge(const std::map<TopicPartition, std::int64_t>& next);

    /// Leaves the group with the last offsets committed.
    void close() noexcept;

private:
    using Indexes = std::vector<std::uint32_t>;
    using Clock = std::chrono::steady_clock;

    // partition_reader.cpp
    Status connect();
    Status findTopics(const std::stop_token& stop);
    [[nodiscard]] std::vector<TopicPartition> idsOf(const Indexes& indexes) const;
    [[nodiscard]] Result<std::vector<std::int64_t>> startsOf(const std::vector<TopicPartition>& partitions);
    Status placeNew(const Indexes& indexes);
    Status checkBounds(const Indexes& indexes);
    Status setEnds(const Indexes& indexes);
    Status assignAll();
    void take(rd_kafka_message_t* message, MessageBatch& batch);
    void noteTimes(const MessageBatch& batch);
    [[nodiscard]] Status eventStatus(const rd_kafka_message_t& message);
    void end(Progress& partition);
    [[nodiscard]] std::uint32_t indexOf(const rd_kafka_message_t& message);
    [[nodiscard]] std::uint32_t indexOf(const TopicPartition& id);

    // group_membership.cpp
    static void onRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                            void* opaque);
    void onAssigned(rd_kafka_topic_partition_list_t* list);
    void accept(const rd_kafka_topic_partition_list_t* list);
    Status place(rd_kafka_topic_partition_list_t* list);
    void onRevoked(const rd_kafka_topic_partition_list_t* list);
    void finishLeaving();
    void letGo(const rd_kafka_topic_partition_list_t* list);
    [[nodiscard]] bool isInFlight(const rd_kafka_topic_partition_list_t* list);
    [[nodiscard]] bool isCooperative() const;
    [[nodiscard]] PartitionList uncommitted() const;
    void commitSoon();
    bool commitNow();
    [[nodiscard]] bool clusterAnswers();
    [[nodiscard]] bool awaitJoin();
    rd_kafka_resp_err_t takeAnswer(std::chrono::milliseconds wait);

    SourceSettings m_settings;
    bool m_resumed = false;
    std::vector<TopicInfo> m_topics;
    std::vector<Progress> m_partitions;
    std::map<TopicPartition, std::uint32_t> m_index;
    std::unique_ptr<Client> m_client;
    std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> m_queue{nullptr, rd_kafka_queue_destroy};
    std::unique_ptr<GroupCommits> m_commits; ///< in a group only
    std::vector<rd_kafka_message_t*> m_received;
    std::size_t m_most; ///< messages of the next read

    const rd_kafka_topic_t* m_lastTopic = nullptr; ///< of the last message, and which partition that was
    std::int32_t m_lastPartition = -1;
    std::uint32_t m_lastIndex = 0;

    bool m_everAssigned = false;
    bool m_closing = false;
    PartitionList m_leaving{nullptr, rd_kafka_topic_partition_list_destroy};
    Clock::time_point m_leavingSince;
    Clock::time_point m_committedAt;
    std::optional<Error> m_failure; ///< of a rebalance; the next read returns it
};

} // namespace headrace::kafka
