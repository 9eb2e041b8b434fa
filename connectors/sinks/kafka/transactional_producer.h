// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sinks/kafka/message_producer.h"

#include <chrono>
#include <memory>
#include <string>

namespace headrace::kafka {

/// Writes messages in transactions. One thread at a time, except stopWaiting().
class TransactionalProducer final : public MessageProducer {
public:
    /// Connects, ends what an earlier run under `transactionalId` left open, and keeps that run from writing on.
    [[nodiscard]] static Result<std::unique_ptr<TransactionalProducer>> open(const ClientSettings& settings,
                                                                             const std::string& transactionalId,
                                                                             const Properties& properties,
                                                                             const std::stop_token& stop);

    /// send() is Unavailable when the brokers have rolled the transaction back.
    Status begin() override;
    /// Waits until every message is stored by the brokers, then commits.
    Status commit() override;
    /// Gives up when nobody answers: whoever opens the same transactional id ends the transaction then.
    Status abort() override;
    [[nodiscard]] std::chrono::milliseconds timeLimit() const override { return m_timeout; }
    [[nodiscard]] bool isExpired() const override { return Clock::now() - m_begunAt >= m_timeout; }

private:
    using Clock = std::chrono::system_clock; // goes on while the machine sleeps

    explicit TransactionalProducer(const ClientSettings& settings);
    template <typename Call>
    Status waitFor(std::string_view what, Call&& call, Clock::time_point deadline = Clock::time_point::max());
    [[nodiscard]] Error explained(Error error) const override;

    std::chrono::milliseconds m_timeout; ///< after which the brokers roll a transaction back
    Clock::time_point m_begunAt = Clock::now();
};

} // namespace headrace::kafka
