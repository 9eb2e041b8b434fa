// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/shard_schedule.h"

#include "connectors/aws/service_limits.h"

#include <algorithm>

namespace headrace::kinesis {

namespace {

using State = ShardSchedule::Shard::State;
using std::chrono::milliseconds;

constexpr milliseconds kFirstBackOff{200};
constexpr milliseconds kLongestBackOff{5000};

/// Small enough that several shards at once stay within bounded memory, large enough to reach the rate AWS allows.
constexpr std::int64_t kPageBytes = 1 << 20;
constexpr std::int64_t kFewest = 20;

milliseconds timeFor(std::int64_t bytes)
{
    return milliseconds{bytes * 1000 / aws::serviceLimit("kinesis", "shard_read_bytes_per_second")};
}

} // namespace

ShardSchedule::ShardSchedule(milliseconds poll)
    : m_poll(poll)
{
}

std::size_t ShardSchedule::add(const aws::ShardInfo& shard, ShardPlace place)
{
    const auto [known, isNew] = m_index.emplace(shard.id, m_shards.size());
    if (isNew) {
        Shard& added = m_shards.emplace_back();
        added.id = shard.id;
        added.parents = shard.parents;
        if (place.isEnd)
            added.state = State::Drained;
        added.place = std::move(place);
    }
    return known->second;
}

bool ShardSchedule::everyParentIs(const Shard& shard, State state) const
{
    return std::ranges::all_of(shard.parents, [&](const std::string& parent) {
        const auto found = m_index.find(parent);
        return found == m_index.end() || m_shards[found->second].state == state;
    });
}

/// Lets go of those whose parents are done. Children stand behind their parents, so one pass is enough.
void ShardSchedule::release()
{
    for (Shard& shard : m_shards) {
        if (shard.state != State::Waiting)
            continue;
        const bool isCutOff = std::ranges::any_of(shard.parents, [&](const std::string& parent) {
            const auto found = m_index.find(parent);
            return found != m_index.end() && m_shards[found->second].state == State::Ended;
        });
        if (isCutOff)
            shard.state = State::Ended;
        else if (everyParentIs(shard, State::Drained))
            shard.state = State::Ready;
    }
}

std::optional<std::size_t> ShardSchedule::take(Time now)
{
    release();
    std::optional<std::size_t> chosen;
    for (std::size_t i = 0; i < m_shards.size(); ++i)
        if (m_shards[i].state == State::Ready && m_shards[i].due <= now &&
            (!chosen || m_shards[i].due < m_shards[*chosen].due))
            chosen = i;
    if (chosen) {
        Shard& shard = m_shards[*chosen];
        shard.state = State::Reading;
        shard.reads.push_back(now);
        if (static_cast<std::int64_t>(shard.reads.size()) > aws::serviceLimit("kinesis", "shard_reads_per_second"))
            shard.reads.pop_front();
    }
    return chosen;
}

std::optional<ShardSchedule::Time> ShardSchedule::nextDue() const
{
    std::optional<Time> due;
    for (const Shard& shard : m_shards)
        if (shard.state == State::Ready && (!due || shard.due < *due))
            due = shard.due;
    return due;
}

void ShardSchedule::wasRead(std::size_t index, Time now, std::int64_t records, std::int64_t bytes, bool isCaughtUp)
{
    Shard& shard = m_shards[index];
    shard.state = State::Ready;
    shard.backOff = milliseconds{0};
    shard.throttledSince.reset();
    shard.due = now + timeFor(bytes);
    if (static_cast<std::int64_t>(shard.reads.size()) == aws::serviceLimit("kinesis", "shard_reads_per_second"))
        shard.due = std::max(shard.due, shard.reads.front() + std::chrono::seconds{1});
    if (isCaughtUp)
        shard.due = std::max(shard.due, now + m_poll);
    if (records > 0)
        shard.limit = std::clamp(kPageBytes * records / std::max<std::int64_t>(bytes, 1), kFewest,
                                 aws::serviceLimit("kinesis", "get_records_count"));
}

void ShardSchedule::wasThrottled(std::size_t index, Time now)
{
    Shard& shard = m_shards[index];
    shard.state = State::Ready;
    if (!shard.throttledSince)
        shard.throttledSince = now;
    shard.backOff = std::clamp(shard.backOff * 2, kFirstBackOff, kLongestBackOff);
    // A little later each, so that the readers of many shards do not come back at the same moment.
    shard.due = now + shard.backOff + shard.backOff / 8 * static_cast<int>(index % 4);
}

void ShardSchedule::hasNewIterator(std::size_t index)
{
    m_shards[index].state = State::Ready;
}

void ShardSchedule::isDrained(std::size_t index)
{
    m_shards[index].state = State::Drained;
    m_shards[index].place = ShardPlace::end();
    release();
}

void ShardSchedule::isEnded(std::size_t index)
{
    m_shards[index].state = State::Ended;
    release();
}

bool ShardSchedule::allEnded() const
{
    return std::ranges::all_of(
        m_shards, [](const Shard& shard) { return shard.state == State::Drained || shard.state == State::Ended; });
}

} // namespace headrace::kinesis
