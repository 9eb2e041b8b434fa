// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/aws/request_sender.h"

#include "connectors/core/pause.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace headrace {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};
constexpr std::chrono::seconds kPatience{60};

/// Reasons that pass by themselves; none at all is one too.
bool isPassing(const std::string& type)
{
    return type.empty() || type == "InternalFailure" || aws::ServiceError{type, {}}.isThrottling();
}

} // namespace

RequestSender::RequestSender(RequestLimits limits, std::string what, Put put)
    : m_limits(limits)
    , m_what(std::move(what))
    , m_put(std::move(put))
{
}

Status RequestSender::add(std::string_view data, std::string_view partitionKey, const std::stop_token& stop)
{
    const auto size = static_cast<std::int64_t>(data.size() + partitionKey.size());
    if (size > m_limits.recordBytes || size > m_limits.bytes)
        return fail(ErrorCode::Data, fmt::format("{}: a record of {} bytes is larger than the {} that it takes.",
                                                 m_what, size, std::min(m_limits.recordBytes, m_limits.bytes)));
    if (std::ssize(m_records) == m_limits.records || m_bytes + size > m_limits.bytes ||
        (m_limits.eachKeyOnce && m_keys.contains(partitionKey)))
        HEADRACE_CHECK(flush(stop));
    m_records.push_back({std::string(data), std::string(partitionKey)});
    m_bytes += size;
    if (m_limits.eachKeyOnce)
        m_keys.emplace(partitionKey);
    return {};
}

Status RequestSender::flush(const std::stop_token& stop)
{
    auto delay = kFirstPause;
    auto progress = steady_clock::now();
    while (!m_records.empty()) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, fmt::format("{}: writing was stopped.", m_what));
        const std::size_t before = m_records.size();
        HEADRACE_CHECK(sendOnce(stop));
        if (m_records.empty())
            break;
        if (m_records.size() < before) {
            progress = steady_clock::now();
            delay = kFirstPause;
        } else if (steady_clock::now() - progress > kPatience) {
            return fail(ErrorCode::Unavailable, fmt::format("{} has taken no record for {} seconds; it may need more "
                                                            "shards.",
                                                            m_what, kPatience.count()));
        }
        pause(delay, stop);
        delay = std::min(delay * 2, kLongestPause);
    }
    drop();
    return {};
}

/// Keeps the records that were not stored.
Status RequestSender::sendOnce(const std::stop_token& stop)
{
    std::vector<aws::PutEntry> entries;
    entries.reserve(m_records.size());
    for (const Record& record : m_records)
        entries.push_back({record.data, record.partitionKey});
    auto failures = m_put(entries, stop);
    if (!failures) {
        if (failures.error().isThrottling())
            return {};
        return fail(std::move(failures.error().error));
    }
    std::vector<Record> left;
    for (const aws::PutFailure& failure : *failures) {
        if (!isPassing(failure.type))
            return fail(ErrorCode::Failed,
                        fmt::format("{} did not take a record: {}: {}", m_what, failure.type, failure.message));
        left.push_back(std::move(m_records[failure.entry]));
    }
    m_records = std::move(left);
    return {};
}

void RequestSender::drop()
{
    m_records.clear();
    m_keys.clear();
    m_bytes = 0;
}

} // namespace headrace
