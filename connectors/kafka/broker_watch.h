// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/outage.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::kafka {

/// Knows from a client's statistics which of the brokers that it needs do not answer, and from its errors why. The
/// client itself goes on trying and tells nobody. One thread at a time.
class BrokerWatch {
public:
    using WallTime = std::chrono::system_clock::time_point;

    /// `answerWait`: so long a broker may take for an answer to a request for messages.
    explicit BrokerWatch(std::chrono::milliseconds answerWait)
        : m_answerWait(answerWait)
    {
    }

    /// An error of the client, "x:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in …)".
    void noteError(std::string_view reason);

    /// The client's statistics, as
    /// https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md describes them.
    void noteStatistics(std::string_view json, WallTime now);

    /// Of brokers that have been silent for kPatience.
    [[nodiscard]] const std::optional<Outage>& outage() const { return m_outage; }

    static constexpr std::chrono::seconds kInterval{2}; ///< between statistics
    static constexpr std::chrono::seconds kPatience{5};

private:
    struct Broker;
    [[nodiscard]] std::optional<WallTime> unansweredSince(const Broker& broker, WallTime now) const;
    [[nodiscard]] std::optional<WallTime> silentSince(const Broker& broker, WallTime now) const;
    void tell(const std::map<std::string, WallTime>& silent, WallTime now);

    std::chrono::milliseconds m_answerWait;
    std::map<std::string, std::string> m_causes; ///< last error by address
    std::map<std::string, WallTime> m_silent;    ///< since when, by address
    /// Since when a request waits, by connection; nullopt: none did at the last look.
    std::map<std::string, std::optional<WallTime>> m_unanswered;
    std::optional<Outage> m_outage;
};

} // namespace headrace::kafka
