// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/broker_watch.h"

#include "connectors/core/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace headrace::kafka {

namespace {

using Json = nlohmann::json;

/// "sasl_ssl://x:9092/1" → "x:9092"
std::string addressIn(std::string_view name)
{
    if (const std::size_t scheme = name.find("://"); scheme != std::string_view::npos)
        name.remove_prefix(scheme + 3);
    return std::string(name.substr(0, name.find('/')));
}

/// What went wrong, without what was tried and how often.
std::string causeIn(std::string_view text)
{
    text = text.substr(0, text.find(" (after "));
    constexpr std::string_view kTried = "failed: ";
    if (const std::size_t tried = text.rfind(kTried); tried != std::string_view::npos)
        text.remove_prefix(tried + kTried.size());
    return asCause(text);
}

std::int64_t numberOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

} // namespace

/// One as the statistics have it.
struct BrokerWatch::Broker {
    std::string name; ///< of the connection: the coordinator of transactions has one beside its broker's
    std::string address;
    bool isUp = false;
    bool isNeeded = false; ///< it leads partitions that are read or written, or coordinates transactions
    bool isAsked = false;  ///< a request waits for its answer
    std::chrono::microseconds quiet{};
};

void BrokerWatch::noteError(std::string_view reason)
{
    const std::size_t end = reason.find(": ");
    if (end != std::string_view::npos)
        m_causes[addressIn(reason.substr(0, end))] = causeIn(reason.substr(end + 2));
}

/// Who reads asks all the time. A writer's connection may have been quiet for long before it is asked at all.
std::optional<BrokerWatch::WallTime> BrokerWatch::unansweredSince(const Broker& broker, WallTime now) const
{
    if (!broker.isUp || !broker.isAsked)
        return std::nullopt;
    const WallTime heard = now - broker.quiet;
    const auto known = m_unanswered.find(broker.name);
    if (known == m_unanswered.end())
        return heard;
    return std::max(heard, known->second.value_or(now));
}

std::optional<BrokerWatch::WallTime> BrokerWatch::silentSince(const Broker& broker, WallTime now) const
{
    const auto unanswered = unansweredSince(broker, now);
    if (broker.isUp && (!unanswered || now - *unanswered <= m_answerWait + kPatience))
        return std::nullopt;
    const auto known = m_silent.find(broker.address);
    if (known != m_silent.end())
        return known->second;
    return unanswered.value_or(now);
}

void BrokerWatch::noteStatistics(std::string_view json, WallTime now)
{
    // What the client knows of each partition follows the brokers and may be long.
    std::string text(json.substr(0, json.find("\"topics\":")));
    text.resize(text.find_last_not_of(" ,\n") + 1);
    if (text.size() < json.size())
        text += '}';
    Json all = tryParseJson(text);
    if (!all.is_object())
        return;
    const auto found = all.find("brokers");
    if (found == all.end() || !found->is_object())
        return;
    // The brokers of the first contact count where there are no others: a client that has lost all forgets them.
    const auto isLearned = [](const Json& entry) {
        return numberOf(entry, "nodeid") >= 0 && entry.value("source", "") != "logical";
    };
    const bool isAnyLearned = std::ranges::any_of(*found, isLearned);
    std::vector<Broker> brokers;
    for (const Json& entry : *found) {
        const std::string name = entry.value("name", "");
        const std::string at = entry.value("nodename", "");
        const bool isCoordinator = name == "TxnCoordinator" && !at.empty() && at != ":0";
        if (!isCoordinator && (isAnyLearned ? !isLearned(entry) : entry.value("source", "") != "configured"))
            continue;
        const auto toppars = entry.find("toppars");
        brokers.push_back({.name = name,
                           .address = addressIn(isCoordinator ? at : name),
                           .isUp = entry.value("state", "") == "UP",
                           .isNeeded = isCoordinator || (toppars != entry.end() && !toppars->empty()),
                           .isAsked = numberOf(entry, "waitresp_cnt") > 0,
                           .quiet = std::chrono::microseconds{numberOf(entry, "rxidle")}});
    }
    // A member of a group that was given no partitions needs any broker.
    const bool isAnyNeeded = std::ranges::any_of(brokers, &Broker::isNeeded);
    const bool isAnyUp = std::ranges::any_of(brokers, &Broker::isUp);
    std::map<std::string, WallTime> silent;
    std::map<std::string, std::optional<WallTime>> unanswered;
    for (const Broker& broker : brokers) {
        unanswered.emplace(broker.name, unansweredSince(broker, now));
        if (isAnyNeeded ? broker.isNeeded : !isAnyUp)
            if (const auto since = silentSince(broker, now))
                silent.emplace(broker.address, *since);
    }
    tell(silent, now);
    m_silent = std::move(silent);
    m_unanswered = std::move(unanswered);
}

void BrokerWatch::tell(const std::map<std::string, WallTime>& silent, WallTime now)
{
    std::vector<std::string> names;
    auto since = now;
    for (const auto& [address, time] : silent) {
        if (now - time < kPatience)
            continue;
        names.push_back(address);
        since = std::min(since, time);
    }
    if (names.empty()) {
        m_outage.reset();
        return;
    }
    const bool isOne = names.size() == 1;
    const std::string who = fmt::format("The {} '{}'", isOne ? "broker" : "brokers", fmt::join(names, "', '"));
    std::string recovery = fmt::format("{} {} again", who, isOne ? "answers" : "answer");
    if (m_outage && m_outage->recovery == recovery) // told already
        return;
    const auto cause = m_causes.find(names.front());
    m_outage = {since,
                fmt::format("{} {} not answer since {}: {}.", who, isOne ? "does" : "do", clockTime(since),
                            cause == m_causes.end() ? "it is connected, but sends nothing" : cause->second),
                std::move(recovery)};
}

} // namespace headrace::kafka
