// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/copy_helper.h"

#include "connectors/core/kill_point.h"

#include <utility>

namespace headrace::postgres {

namespace {

/// One piece is written while the next one waits.
constexpr std::size_t kPieces = 2;

} // namespace

CopyHelper::CopyHelper(Job job)
    : m_job(std::move(job))
    , m_thread([this](const std::stop_token& stop) { work(stop); })
{
}

CopyHelper::~CopyHelper() = default;

Result<bool> CopyHelper::take(const std::shared_ptr<arrow::RecordBatch>& rows, std::int64_t earlierRows)
{
    const std::lock_guard lock(m_mutex);
    if (m_error)
        return fail(*m_error);
    if (!m_isReady || m_pieces.size() >= kPieces)
        return false;
    m_pieces.push_back({rows, earlierRows});
    m_changed.notify_all();
    return true;
}

void CopyHelper::end()
{
    const std::lock_guard lock(m_mutex);
    m_ending = true;
    m_changed.notify_all();
}

Status CopyHelper::waitForEnd()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_ended; });
    return m_error ? Status(fail(*m_error)) : Status();
}

void CopyHelper::work(const std::stop_token& stop)
{
    Status done;
    if (auto connection = Connection::open(m_job.server, stop))
        done = writePieces(*connection, stop);
    const std::lock_guard lock(m_mutex);
    if (!done && m_isReady)
        m_error = std::move(done).error();
    m_ended = true;
    m_changed.notify_all();
}

Status CopyHelper::writePieces(Connection& connection, const std::stop_token& stop)
{
    HEADRACE_CHECK(connection.execute("BEGIN", "The transaction could not begin"));
    CopyWriter writer = m_job.makeWriter(connection);
    HEADRACE_CHECK(writer.begin(m_job.table));
    {
        const std::lock_guard lock(m_mutex);
        m_isReady = true;
    }
    while (const auto piece = nextPiece(stop)) {
        killPoint("mid-help");
        if (const Status written = writer.write(*piece->rows, piece->earlierRows); !written) {
            writer.abort();
            return written;
        }
        const std::lock_guard lock(m_mutex);
        m_pieces.pop_front();
    }
    if (stop.stop_requested()) {
        writer.abort();
        return {};
    }
    HEADRACE_CHECK(writer.end());
    killPoint("before-help-commit");
    HEADRACE_CHECK(connection.execute("COMMIT", "Rows of the batch could not be committed"));
    killPoint("after-help-commit");
    return {};
}

/// The next rows to write; nothing when no more come.
std::optional<CopyHelper::Piece> CopyHelper::nextPiece(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return m_ending || !m_pieces.empty(); });
    if (stop.stop_requested() || m_pieces.empty())
        return std::nullopt;
    return m_pieces.front();
}

} // namespace headrace::postgres
