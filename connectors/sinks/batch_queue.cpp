// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sinks/batch_queue.h"

#include "connectors/core/value_bytes.h"

#include <algorithm>
#include <utility>

namespace headrace {

namespace {

constexpr std::int64_t kQueueBytes = 16 * 1024 * 1024;
/// An unfinished batch of this size is not waited for.
constexpr std::int64_t kWaitBytes = 16 * 1024 * 1024;
/// More rows of an unfinished batch, or in more pieces, do not wait for its end.
constexpr std::int64_t kMostBeforeBegin = 4 * 1024 * 1024;
constexpr std::size_t kMostPieces = 4096;
/// Ended batches wait for company until so many times the duration of the last commit have passed since it, so that
/// commits take a tenth of the worker's time at most; where rows come faster than they are written, for kLongestWait.
/// A batch that comes after a pause is committed at once.
constexpr int kCommitShare = 10;
constexpr std::chrono::milliseconds kLongestWait{1000};
/// Where rows are few a slow commit costs nobody anything, but what waits for its company is seen later: a stream's
/// rows wait no longer than this.
constexpr std::int64_t kFewRows = 5'000;
constexpr std::chrono::milliseconds kLongestWaitOfFew{20};
/// Behind a backlog a transaction also waits for the rows that DuckDB writes as whole row groups, past its log.
constexpr std::int64_t kBulkRows = 2 * 122'880;
constexpr std::chrono::milliseconds kBacklogInterval{4000};

Error stopped()
{
    return {ErrorCode::Cancelled, "The run was stopped while rows were waiting for the destination.", {}, std::nullopt};
}

} // namespace

std::chrono::steady_clock::duration BatchQueue::companyWait(std::chrono::steady_clock::duration commitCost,
                                                            std::int64_t rows, bool isSaturated)
{
    if (isSaturated)
        return kLongestWait;
    const std::chrono::milliseconds longest = rows < kFewRows ? kLongestWaitOfFew : kLongestWait;
    return std::min<std::chrono::steady_clock::duration>(kCommitShare * commitCost, longest);
}

Status BatchQueue::push(const Rows& rows, std::stop_token stop)
{
    const std::int64_t bytes = valueBytes(*rows);
    std::unique_lock lock(m_mutex);
    const auto hasRoom = [&] { return m_error.has_value() || m_bytes == 0 || m_bytes + bytes <= kQueueBytes; };
    m_pushWaited |= !hasRoom();
    const bool room = m_changed.wait(lock, stop, hasRoom);
    if (m_error)
        return headrace::fail(*m_error);
    if (!room)
        return headrace::fail(stopped());
    if (m_items.empty())
        m_waitsSince = std::chrono::steady_clock::now();
    m_bytes += bytes;
    m_items.emplace_back(rows);
    m_changed.notify_all();
    return {};
}

Status BatchQueue::end(const CommittedPosition& committed)
{
    const std::lock_guard lock(m_mutex);
    if (m_error)
        return headrace::fail(*m_error);
    m_items.emplace_back(committed);
    ++m_ends;
    m_changed.notify_all();
    return {};
}

void BatchQueue::drop()
{
    std::unique_lock lock(m_mutex);
    while (!m_items.empty() && std::holds_alternative<Rows>(m_items.back())) {
        m_bytes -= valueBytes(*std::get<Rows>(m_items.back()));
        m_items.pop_back();
    }
    // Rows the worker already has are those of the open batch only when no end is left that they could belong to.
    m_dropping = m_inTransaction && m_batchOpen && m_ends == 0;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_dropping; });
}

Status BatchQueue::flush(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    m_flushing = true;
    m_changed.notify_all();
    const bool done = m_changed.wait(lock, stop, [this] {
        return m_error.has_value() ||
               (m_ends == 0 && !m_ended && (m_lastLeft == 0 || (m_durable && m_durable->sequence >= m_lastLeft)));
    });
    m_flushing = false;
    if (m_error)
        return headrace::fail(*m_error);
    return done ? Status() : headrace::fail(stopped());
}

void BatchQueue::close()
{
    drop();
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

Result<std::optional<CommittedPosition>> BatchQueue::durable() const
{
    const std::lock_guard lock(m_mutex);
    if (m_error)
        return headrace::fail(*m_error);
    return m_durable;
}

bool BatchQueue::isEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_items.empty();
}

bool BatchQueue::waitForWork(bool waitsForMost)
{
    std::unique_lock lock(m_mutex);
    m_waitsSince = std::chrono::steady_clock::now();
    m_changed.wait(lock, [&] {
        const bool mayBegin =
            !waitsForMost || m_ends > 0 || m_bytes >= kMostBeforeBegin || m_items.size() >= kMostPieces;
        return m_closed || m_error.has_value() || (!m_items.empty() && mayBegin);
    });
    if (m_items.empty() || m_error)
        return false;
    m_inTransaction = true;
    return true;
}

std::optional<std::chrono::steady_clock::duration> BatchQueue::unfinishedWait() const
{
    const std::lock_guard lock(m_mutex);
    if (m_ends > 0)
        return std::nullopt;
    return std::chrono::steady_clock::now() - m_waitsSince;
}

bool BatchQueue::isDropped() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropping || m_error.has_value() || (m_closed && m_items.empty());
}

std::variant<BatchQueue::Rows, CommittedPosition, BatchQueue::Dropped, BatchQueue::Late>
BatchQueue::next(std::optional<TimePoint> until)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (m_ended && !m_batchOpen && !joinsNow(lock)) {
            m_handedOut = std::chrono::steady_clock::now();
            return *m_ended;
        }
        const auto hasNews = [this] { return m_dropping || m_closed || m_error.has_value() || !m_items.empty(); };
        if (!until)
            m_changed.wait(lock, hasNews);
        else if (!m_changed.wait_until(lock, *until, hasNews))
            return Late{};
        if (m_dropping || m_items.empty())
            return Dropped{};
        Item item = std::move(m_items.front());
        m_items.pop_front();
        if (const auto* ended = std::get_if<CommittedPosition>(&item)) {
            --m_ends;
            m_batchOpen = false;
            m_ended = *ended;
            continue;
        }
        Rows rows = std::get<Rows>(std::move(item));
        m_bytes -= valueBytes(*rows);
        m_batchOpen = true;
        m_transactionRows += rows->num_rows();
        m_changed.notify_all();
        return rows;
    }
}

void BatchQueue::transactionEnded(const Status& outcome, const std::optional<CommittedPosition>& durable)
{
    const std::lock_guard lock(m_mutex);
    leaveTransaction();
    m_lastCommit = std::chrono::steady_clock::now();
    if (durable)
        m_commitCost = m_lastCommit - m_handedOut;
    if (!outcome)
        setError(outcome.error());
    else if (durable)
        m_durable = durable;
    m_changed.notify_all();
}

void BatchQueue::transactionLeft()
{
    const std::lock_guard lock(m_mutex);
    m_lastLeft = m_ended->sequence;
    leaveTransaction();
    m_changed.notify_all();
}

void BatchQueue::committed(const CommittedPosition& durable)
{
    const std::lock_guard lock(m_mutex);
    m_durable = durable;
    m_lastCommit = std::chrono::steady_clock::now();
    m_changed.notify_all();
}

void BatchQueue::fail(const Error& error)
{
    const std::lock_guard lock(m_mutex);
    setError(error);
    m_changed.notify_all();
}

void BatchQueue::limitTransactions(std::int64_t rows)
{
    const std::lock_guard lock(m_mutex);
    m_mostRows = rows;
}

void BatchQueue::leaveTransaction()
{
    m_inTransaction = false;
    m_batchOpen = false;
    m_dropping = false;
    m_transactionRows = 0;
    m_ended.reset();
    m_pushWaitedBefore = std::exchange(m_pushWaited, false);
}

void BatchQueue::setError(const Error& error)
{
    if (!m_error)
        m_error = error;
    m_items.clear();
    m_bytes = 0;
    m_ends = 0;
}

/// Whether the next batch joins the running transaction, whose batches have all ended.
bool BatchQueue::joinsNow(std::unique_lock<std::mutex>& lock)
{
    if (m_transactionRows >= m_mostRows)
        return false;
    const auto now = std::chrono::steady_clock::now();
    const auto deadline =
        m_lastCommit + companyWait(m_commitCost, m_transactionRows, m_pushWaited || m_pushWaitedBefore);
    if (m_ends > 0 && m_transactionRows < kBulkRows && now < m_lastCommit + kBacklogInterval)
        return true;
    if (now >= deadline)
        return false;
    m_changed.wait_until(lock, deadline,
                         [this] { return m_ends > 0 || m_flushing || m_closed || m_bytes >= kWaitBytes; });
    return m_ends > 0;
}

} // namespace headrace
