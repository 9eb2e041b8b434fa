// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/core/sink.h"

#include <arrow/type_fwd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <variant>

namespace headrace {

/// Rows and batch ends on their way from the pipeline's thread to a sink's worker, bounded by bytes. It decides which
/// batches share a transaction: a batch joins the one before only when its end is already here, so that a transaction
/// never holds an unfinished batch together with a finished one. Public methods are thread-safe.
class BatchQueue {
public:
    using Rows = std::shared_ptr<arrow::RecordBatch>;

    /// How long after the last commit, which took `commitCost`, a transaction of so many rows waits for more batches.
    /// Saturated: rows come faster than they are written.
    [[nodiscard]] static std::chrono::steady_clock::duration companyWait(std::chrono::steady_clock::duration commitCost,
                                                                         std::int64_t rows, bool isSaturated);

    struct Dropped {}; ///< the open batch was rolled back: undo the transaction
    struct Late {};    ///< nothing has come in time
    using TimePoint = std::chrono::steady_clock::time_point;

    // --- the pipeline's thread
    Status push(const Rows& rows, std::stop_token stop); ///< waits while the queue is full
    Status end(const CommittedPosition& committed);
    void drop();                        ///< the open batch; returns when the worker has let go of it
    Status flush(std::stop_token stop); ///< waits until every ended batch is durable
    void close();                       ///< no more comes; an open batch is dropped
    [[nodiscard]] Result<std::optional<CommittedPosition>> durable() const;

    // --- who commits on another thread than the worker
    void committed(const CommittedPosition& durable); ///< of transactions under way, in their order
    void fail(const Error& error);                    ///< as an outcome; the first one stays

    // --- the worker
    /// From now on a transaction of so many rows takes no further batch.
    void limitTransactions(std::int64_t rows);
    /// True: begin a transaction; false: closed and empty, or failed. `waitsForMost` leaves the rows of an unfinished
    /// batch where they are until its end or more than can wait has come: for transactions that do not last.
    [[nodiscard]] bool waitForWork(bool waitsForMost = false);
    /// How long the rows have waited that are next, unless the end of their batch is here too. Of a worker that
    /// waitForWork() has told to begin.
    [[nodiscard]] std::optional<std::chrono::steady_clock::duration> unfinishedWait() const;
    /// The transaction's next rows; the position up to which to commit it; or that its batch was dropped.
    [[nodiscard]] std::variant<Rows, CommittedPosition, Dropped, Late> next(std::optional<TimePoint> until = {});
    /// Whether next() would say so.
    [[nodiscard]] bool isDropped() const;
    [[nodiscard]] bool isEmpty() const;
    void transactionEnded(const Status& outcome, const std::optional<CommittedPosition>& durable);
    /// Instead: another thread commits the transaction, and says so by committed() or fail().
    void transactionLeft();

private:
    using Item = std::variant<Rows, CommittedPosition>; ///< rows, or the end of a batch

    [[nodiscard]] bool joinsNow(std::unique_lock<std::mutex>& lock);
    void leaveTransaction();
    void setError(const Error& error);

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Item> m_items;
    std::int64_t m_bytes = 0;
    int m_ends = 0;          ///< ends of batches in the queue
    TimePoint m_waitsSince;  ///< rows lie here that nobody takes
    bool m_dropping = false; ///< the worker is to undo its transaction
    bool m_flushing = false;
    bool m_closed = false;
    bool m_pushWaited = false;       ///< for room, since the last transaction ended …
    bool m_pushWaitedBefore = false; ///< … and during the one before
    std::optional<Error> m_error;
    std::optional<CommittedPosition> m_durable;
    std::int64_t m_lastLeft = 0; ///< the last batch whose commit was left to another thread

    // Of the worker's transaction:
    bool m_inTransaction = false;
    bool m_batchOpen = false; ///< rows of a batch whose end has not come are in it
    std::int64_t m_transactionRows = 0;
    std::int64_t m_mostRows = std::numeric_limits<std::int64_t>::max();
    std::optional<CommittedPosition> m_ended; ///< the last batch that has ended in it
    TimePoint m_handedOut;                    ///< when the position to commit was given to the worker
    TimePoint m_lastCommit;
    std::chrono::steady_clock::duration m_commitCost{}; ///< of the last commit
};

} // namespace headrace
