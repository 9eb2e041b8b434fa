// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/kafka/topics.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace headrace::kafka {

/// Partitions as their reader saw them last.
struct SeenProgress {
    std::vector<PartitionProgress> partitions;
    std::vector<TopicPartition> ids; ///< of the same
    std::vector<std::int64_t> next;  ///< offset of the next message; −1: not known
};

/// Keeps what the reader says for whoever looks. A reader that waits until its messages are taken says nothing, and its
/// client, whose queue is full, hears nothing from the brokers either; so a thread of the board's own asks them then
/// where the partitions end, and the lag grows as it does. It also runs the client's callbacks of errors and
/// statistics, so that an outage is known then too. Public methods are thread-safe.
class ProgressBoard {
public:
    /// `client` outlives it.
    explicit ProgressBoard(Client& client);
    ~ProgressBoard(); ///< waits for an answer no longer than kAnswerWait
    ProgressBoard(const ProgressBoard&) = delete;
    ProgressBoard& operator=(const ProgressBoard&) = delete;

    void publish(SeenProgress seen);
    [[nodiscard]] std::shared_ptr<const std::vector<PartitionProgress>> latest() const;

    static constexpr std::chrono::milliseconds kAnswerWait{500};

private:
    void watch(const std::stop_token& stop);

    Client& m_client;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_published;
    SeenProgress m_seen;
    std::int64_t m_version = 0; ///< of m_seen
    std::shared_ptr<const std::vector<PartitionProgress>> m_latest;
    std::jthread m_thread;
};

} // namespace headrace::kafka
