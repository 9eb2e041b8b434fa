// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/outage.h"
#include "connectors/sources/kinesis/kinesis_settings.h"
#include "connectors/sources/kinesis/shard_schedule.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace headrace::kinesis {

/// What one read of a shard gave.
struct ShardPage {
    std::string shard;
    std::vector<aws::StreamRecord> records;
    std::int64_t bytes = 0;
    ShardPlace end; ///< where the shard stands behind them
};

/// Reads the shards of a stream on threads of its own into a queue that is bounded by bytes; the records of a shard
/// stay in order, and those of a parent come before its children's. Follows splits and merges. Throttling and expired
/// iterators are dealt with here, any other error ends it.
class ShardPoller {
public:
    explicit ShardPoller(SourceSettings settings);
    ~ShardPoller();
    ShardPoller(const ShardPoller&) = delete;
    ShardPoller& operator=(const ShardPoller&) = delete;

    /// Finds the shards and where to begin in each. `resumeFrom` belongs to this stream, or it is an error that says
    /// which records are gone. One thread; the next three too.
    Status open(const std::optional<StreamPosition>& resumeFrom, const std::stop_token& stop);

    /// Where every shard stands at the begin, for positions.
    [[nodiscard]] const StreamPosition& start() const { return m_start; }

    /// Starts reading.
    void run();

    /// The next page, waiting until `deadline`; nullopt: nothing came.
    [[nodiscard]] Result<std::optional<ShardPage>> next(std::chrono::steady_clock::time_point deadline,
                                                        const std::stop_token& stop);

    /// Nothing more will come: every shard is at its end.
    [[nodiscard]] bool ended() const;
    /// Every shard has said that it has nothing more for now. Thread-safe.
    [[nodiscard]] bool caughtUp() const;

    /// While a request has waited for its answer for some seconds. Thread-safe.
    [[nodiscard]] std::optional<Outage> outage() const;

    /// Where each shard stands behind all pages, also those that next() has not given yet. Thread-safe.
    [[nodiscard]] Places places() const;

    /// By shard that goes on, how far what next() gave lies behind the newest record: as AWS said at the last read, or
    /// the age of the oldest record that is queued. Thread-safe.
    [[nodiscard]] std::map<std::string, std::chrono::milliseconds> behind() const;

private:
    [[nodiscard]] Status checkGone(const std::vector<aws::ShardInfo>& shards, const Places& known) const;
    [[nodiscard]] Status checkKept(const std::string& shard, const ShardPlace& place, std::int64_t now) const;
    [[nodiscard]] bool isWanted(const aws::ShardInfo& shard) const;
    Status addLatest(aws::Kinesis& stream, const aws::ShardInfo& shard, const std::stop_token& stop);
    void work(const std::stop_token& stop);
    void growReaders();
    void readShard(aws::Kinesis& stream, std::size_t index, const std::stop_token& stop);
    [[nodiscard]] bool isAtEnd(const aws::RecordPage& page, std::chrono::system_clock::time_point serverTime) const;
    void take(std::size_t index, aws::RecordPage page, bool isOver, std::int64_t now);
    void addNew(const std::vector<aws::ShardInfo>& shards);
    void deal(aws::ServiceError failure, std::size_t index);

    SourceSettings m_settings;
    StreamPosition m_start;
    std::optional<std::int64_t> m_endTime; ///< milliseconds: records that arrived then or later are not wanted
    std::chrono::hours m_retention{0};     ///< 0: not known

    mutable std::mutex m_mutex; ///< guards all below; a shard that is being read belongs to its reader
    std::condition_variable_any m_changed;
    ShardSchedule m_schedule;
    std::deque<ShardPage> m_pages;
    std::int64_t m_queuedBytes = 0;
    std::set<std::size_t> m_behind; ///< shards that have not said yet that they have nothing more
    std::uint64_t m_changes = 0;    ///< counts what a waiting reader may have to look at
    std::optional<Error> m_failure;
    mutable std::optional<Outage> m_outage; ///< as it was told
    std::vector<std::jthread> m_readers;    ///< joined first
};

} // namespace headrace::kinesis
