// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/kinesis.h"
#include "connectors/sources/kinesis/shard_place.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kinesis {

/// Which shard is read next, and when: a shard only when its parents are read to their end, none more often and with
/// more bytes than AWS allows, one without news at a slower pace, one that AWS throttles ever more slowly. Pure: times
/// are passed in. Not thread-safe.
class ShardSchedule {
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Shard {
        std::string id;
        std::vector<std::string> parents;
        ShardPlace place;                                ///< behind what was read
        std::string iterator;                            ///< at the place; empty: to be asked for
        std::int64_t limit = 500;                        ///< records of the next read
        std::optional<std::chrono::milliseconds> behind; ///< the newest record, at the last read
        enum class State { Waiting, Ready, Reading, Drained, Ended } state = State::Waiting;
        Time due{};
        std::deque<Time> reads; ///< when the last ones began
        std::chrono::milliseconds backOff{0};
        std::optional<Time> throttledSince;
    };

    /// `poll` is the pause of a shard that has nothing new.
    explicit ShardSchedule(std::chrono::milliseconds poll);

    /// Its index. One that is known already keeps its place.
    std::size_t add(const aws::ShardInfo& shard, ShardPlace place);

    [[nodiscard]] bool has(const std::string& id) const { return m_index.contains(id); }
    [[nodiscard]] Shard& at(std::size_t index) { return m_shards[index]; }
    [[nodiscard]] const std::deque<Shard>& shards() const { return m_shards; }

    /// The shard that has waited longest of those that are due; it counts as read from now on.
    [[nodiscard]] std::optional<std::size_t> take(Time now);
    /// When a shard is due next; nullopt: none is until a read ends.
    [[nodiscard]] std::optional<Time> nextDue() const;

    // How the read of a shard that was taken ended:
    void wasRead(std::size_t index, Time now, std::int64_t records, std::int64_t bytes, bool isCaughtUp);
    void wasThrottled(std::size_t index, Time now);
    void hasNewIterator(std::size_t index);
    void isDrained(std::size_t index); ///< nothing more will ever come
    void isEnded(std::size_t index);   ///< the rest is not wanted, nor are its children

    /// Nothing is left to read.
    [[nodiscard]] bool allEnded() const;

private:
    void release();
    [[nodiscard]] bool everyParentIs(const Shard& shard, Shard::State state) const;

    std::chrono::milliseconds m_poll;
    std::deque<Shard> m_shards; ///< references stay good
    std::map<std::string, std::size_t> m_index;
};

} // namespace headrace::kinesis
