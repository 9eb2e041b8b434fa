// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/progress_board.h"

#include <algorithm>
#include <utility>

namespace headrace::kafka {

namespace {

constexpr std::chrono::seconds kSilence{1}; ///< of the reader, before the brokers are asked, and between two questions

} // namespace

ProgressBoard::ProgressBoard(Client& client)
    : m_client(client)
    , m_thread([this](const std::stop_token& stop) { watch(stop); })
{
}

ProgressBoard::~ProgressBoard() = default;

void ProgressBoard::publish(SeenProgress seen)
{
    auto latest = std::make_shared<const std::vector<PartitionProgress>>(seen.partitions);
    const std::lock_guard lock(m_mutex);
    m_seen = std::move(seen);
    m_latest = std::move(latest);
    ++m_version;
    m_published.notify_all();
}

std::shared_ptr<const std::vector<PartitionProgress>> ProgressBoard::latest() const
{
    const std::lock_guard lock(m_mutex);
    return m_latest;
}

void ProgressBoard::watch(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        const std::int64_t version = m_version;
        lock.unlock();
        rd_kafka_poll(m_client.handle(), 0);
        lock.lock();
        if (m_published.wait_for(lock, stop, kSilence, [&] { return m_version != version; }) || m_seen.ids.empty())
            continue;
        if (stop.stop_requested())
            break;
        SeenProgress seen = m_seen;
        lock.unlock();
        const std::vector<std::int64_t> ends = endsOf(m_client, seen.ids, kAnswerWait);
        for (std::size_t i = 0; i < ends.size(); ++i)
            if (ends[i] >= 0 && seen.next[i] >= 0)
                seen.partitions[i].lag = std::max<std::int64_t>(0, ends[i] - seen.next[i]);
        auto latest = std::make_shared<const std::vector<PartitionProgress>>(std::move(seen.partitions));
        lock.lock();
        if (m_version == version)
            m_latest = std::move(latest);
    }
}

} // namespace headrace::kafka
