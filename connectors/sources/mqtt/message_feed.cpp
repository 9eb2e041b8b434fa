// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/message_feed.h"

#include "connectors/core/durable_file.h"

#include <cerrno>
#include <filesystem>
#include <stdlib.h>

namespace headrace::mqtt {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStep{50};
constexpr std::int64_t kReadBytes = 4 << 20;

} // namespace

MessageFeed::MessageFeed(const SourceSettings& settings)
    : m_settings(settings)
{
}

MessageFeed::~MessageFeed()
{
    m_thread = {};
    m_session.reset();
    m_spool.reset();
    std::error_code ignored;
    if (!m_temporary.empty())
        std::filesystem::remove_all(m_temporary, ignored);
}

Status MessageFeed::openSpool()
{
    std::string folder = m_settings.spool;
    if (folder.empty()) {
        std::string pattern = (std::filesystem::temp_directory_path() / "headrace-mqtt-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return fail(systemError("created", pattern, errno));
        folder = m_temporary = pattern;
    }
    HEADRACE_TRY(m_spool, MessageSpool::open(folder));
    return {};
}

Status MessageFeed::open(const std::stop_token& stop)
{
    HEADRACE_CHECK(openSpool());
    m_session = std::make_unique<BrokerSession>(
        m_settings.broker, [this](Message message) { m_spool->append(message); }, [this] { return store(); });
    HEADRACE_CHECK(
        m_session->open(m_settings.clientId, m_settings.isPersistent, m_settings.topics, m_settings.qos, stop));
    m_lastArrival = steady_clock::now();
    m_thread = std::jthread([this](const std::stop_token& stopped) { work(stopped); });
    return {};
}

Status MessageFeed::store()
{
    const std::int64_t before = m_spool->end();
    HEADRACE_CHECK(m_spool->sync());
    if (m_spool->end() == before)
        return {};
    const std::lock_guard lock(m_mutex);
    m_lastArrival = steady_clock::now();
    m_changed.notify_all();
    return {};
}

void MessageFeed::work(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        const Status done = m_session->step(kStep, m_spool->bytes() < m_settings.spoolBytes);
        if (done)
            continue;
        const std::lock_guard lock(m_mutex);
        m_failure = done.error();
        m_changed.notify_all();
        return;
    }
}

Result<std::vector<Message>> MessageFeed::next(std::int64_t from, std::size_t most, steady_clock::time_point deadline,
                                               const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, stop, deadline, [&] { return m_spool->end() > from || m_failure.has_value(); });
    if (m_spool->end() <= from && m_failure)
        return fail(*m_failure);
    lock.unlock();
    return m_spool->read(from, most, kReadBytes);
}

bool MessageFeed::ended(std::int64_t from) const
{
    const std::lock_guard lock(m_mutex);
    return m_settings.idle && m_spool->end() <= from && !m_failure &&
           steady_clock::now() - m_lastArrival >= *m_settings.idle;
}

} // namespace headrace::mqtt
