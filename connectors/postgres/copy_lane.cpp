// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/postgres/copy_lane.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/value_bytes.h"

#include <algorithm>
#include <utility>

namespace headrace::postgres {

namespace {

/// Rows that wait for a lane: as many as it writes while the others are fed.
constexpr std::int64_t kLaneBytes = 4 * 1024 * 1024;

} // namespace

CopyLane::CopyLane(Connection& connection, OnError onError)
    : m_onError(std::move(onError))
    , m_isReady(true)
    , m_thread([this, &connection](const std::stop_token& stop) { work(&connection, stop); })
{
}

CopyLane::CopyLane(Target server, OnError onError)
    : m_server(std::move(server))
    , m_onError(std::move(onError))
    , m_thread([this](const std::stop_token& stop) { work(nullptr, stop); })
{
}

CopyLane::~CopyLane() = default;

Status CopyLane::prepare(Connection& connection)
{
    return connection.execute("SET lock_timeout = '30s'", "The session could not be set up");
}

bool CopyLane::isReady() const
{
    const std::lock_guard lock(m_mutex);
    return m_isReady;
}

std::int64_t CopyLane::waitingBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

void CopyLane::begin(MakeWriter makeWriter, std::string target, std::string first)
{
    add(Begin{std::move(makeWriter), std::move(target), std::move(first)});
}

Status CopyLane::push(std::shared_ptr<arrow::RecordBatch> rows, std::int64_t earlierRows)
{
    const std::int64_t bytes = valueBytes(*rows);
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_error.has_value() || m_bytes == 0 || m_bytes + bytes <= kLaneBytes; });
        if (m_error)
            return fail(*m_error);
        m_bytes += bytes;
    }
    add(Piece{std::move(rows), earlierRows, bytes});
    return {};
}

void CopyLane::end(Finish finish)
{
    add(std::move(finish));
}

Status CopyLane::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_isBusy; });
    return m_error ? Status(fail(*m_error)) : Status();
}

void CopyLane::drop() noexcept
{
    std::unique_lock lock(m_mutex);
    if (!m_isBusy)
        return;
    m_tasks.clear();
    m_bytes = 0;
    m_tasks.emplace_back(Drop{});
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_isBusy; });
}

void CopyLane::add(Task task)
{
    const std::lock_guard lock(m_mutex);
    if (m_error)
        return;
    m_isBusy = true;
    m_tasks.push_back(std::move(task));
    m_changed.notify_all();
}

void CopyLane::work(Connection* connection, const std::stop_token& stop)
{
    std::optional<Connection> own;
    if (connection == nullptr) {
        auto opened = Connection::open(*m_server, stop);
        if (!opened || !prepare(*opened))
            return;
        connection = &own.emplace(std::move(*opened));
    }
    m_connection = connection;
    {
        const std::lock_guard lock(m_mutex);
        m_isReady = true;
    }
    while (auto task = nextTask(stop)) {
        const auto* piece = std::get_if<Piece>(&*task);
        const std::int64_t bytes = piece == nullptr ? 0 : piece->bytes;
        const bool isLast = std::holds_alternative<Finish>(*task) || std::holds_alternative<Drop>(*task);
        const Status done = std::visit([this](const auto& what) { return perform(what); }, *task);
        if (!done) {
            undo();
            failed(done.error());
            return;
        }
        const std::lock_guard lock(m_mutex);
        m_bytes = std::max<std::int64_t>(0, m_bytes - bytes);
        m_isBusy = m_isBusy && !(isLast && m_tasks.empty());
        m_changed.notify_all();
    }
    undo();
}

/// Nothing when the lane ends; one that ends finishes a transaction whose end has come.
std::optional<CopyLane::Task> CopyLane::nextTask(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_tasks.empty(); });
    if (m_tasks.empty() || (stop.stop_requested() && !std::holds_alternative<Finish>(m_tasks.back())))
        return std::nullopt;
    Task task = std::move(m_tasks.front());
    m_tasks.pop_front();
    return task;
}

Status CopyLane::perform(const Begin& begin)
{
    HEADRACE_CHECK(m_connection->execute("BEGIN ISOLATION LEVEL READ COMMITTED", "The transaction could not begin"));
    m_inTransaction = true;
    if (!begin.first.empty())
        HEADRACE_CHECK(m_connection->execute(begin.first, "The rows of the table could not be replaced"));
    m_writer.emplace(begin.makeWriter(*m_connection));
    return m_writer->begin(begin.target);
}

Status CopyLane::perform(const Piece& piece)
{
    killPoint("mid-write");
    return m_writer->write(*piece.rows, piece.earlierRows);
}

Status CopyLane::perform(const Finish& finish)
{
    HEADRACE_CHECK(m_writer->end());
    m_writer.reset();
    HEADRACE_CHECK(finish(*m_connection));
    m_inTransaction = false;
    return {};
}

Status CopyLane::perform(const Drop& /*drop*/)
{
    undo();
    return {};
}

void CopyLane::undo() noexcept
{
    if (m_writer)
        m_writer->abort();
    m_writer.reset();
    if (std::exchange(m_inTransaction, false) &&
        !m_connection->isBroken()) // else the server has undone it; the first error is the one that tells
        static_cast<void>(m_connection->execute("ROLLBACK", "The transaction could not be undone"));
}

void CopyLane::failed(const Error& error)
{
    m_onError(error);
    const std::lock_guard lock(m_mutex);
    m_error = error;
    m_tasks.clear();
    m_isBusy = false;
    m_changed.notify_all();
}

} // namespace headrace::postgres
