// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/mqtt/broker_session.h"
#include "connectors/sources/mqtt/message_spool.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace headrace::mqtt {

/// Takes messages from a broker into a spool, on a thread of its own, and gives them out of it. Except for that thread,
/// one thread at a time.
class MessageFeed {
public:
    explicit MessageFeed(const SourceSettings& settings);
    ~MessageFeed(); ///< joins, then says goodbye to the broker
    MessageFeed(const MessageFeed&) = delete;
    MessageFeed& operator=(const MessageFeed&) = delete;

    /// Opens the spool, connects and begins to take messages.
    Status open(const std::stop_token& stop);

    [[nodiscard]] const MessageSpool& spool() const { return *m_spool; }

    /// Messages from number `from` on, waiting until `deadline` for the first. An error of the broker comes when the
    /// spool has been read out.
    [[nodiscard]] Result<std::vector<Message>> next(std::int64_t from, std::size_t most,
                                                    std::chrono::steady_clock::time_point deadline,
                                                    const std::stop_token& stop);

    /// The spool is read out up to `from`, and nothing has come for as long as the settings say.
    [[nodiscard]] bool ended(std::int64_t from) const;

    /// Messages before number `until` are durable elsewhere.
    Status release(std::int64_t until) { return m_spool->release(until); }

private:
    Status openSpool();
    Status store();
    void work(const std::stop_token& stop);

    SourceSettings m_settings;
    std::string m_temporary; ///< folder to be removed; empty: the spool stays
    std::unique_ptr<MessageSpool> m_spool;
    std::unique_ptr<BrokerSession> m_session; ///< of the thread while that runs

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::chrono::steady_clock::time_point m_lastArrival; ///< guarded by m_mutex, as the failure
    std::optional<Error> m_failure;
    std::jthread m_thread;
};

} // namespace headrace::mqtt
