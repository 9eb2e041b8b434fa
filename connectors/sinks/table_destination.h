// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/sinks/batch_queue.h"
#include "connectors/sinks/plain_columns.h"

#include <functional>
#include <memory>
#include <thread>

namespace headrace {

/// A destination with transactions, written by a worker thread of its own: while one transaction is made durable, the
/// next batches come in and share the one after. A concrete sink says how its table is opened and what a transaction
/// does. Its destructor calls close().
class TableDestination : public Sink {
public:
    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token stop) final;
    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) final;
    Status commit(const BatchSummary& batch, const Position& end, std::stop_token stop) final;
    Result<std::optional<CommittedPosition>> durable() final;
    Status flush(std::stop_token stop) final;
    void rollback() noexcept final;
    void close() noexcept final;

protected:
    /// Whether the database has a type for it; rows come with text in place of what it has not.
    [[nodiscard]] virtual bool hasTypeFor(const arrow::DataType&) const { return true; }
    /// As Sink::open; before the worker starts.
    virtual Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                               const RunIdentity& identity, std::stop_token stop) = 0;

    // One transaction, on the worker, in this order:
    virtual Status beginTransaction() = 0;
    /// Writes what queue.next() gives until that is the position to commit, and returns it; nullopt when the batch was
    /// dropped.
    virtual Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) = 0;
    /// A writeRows() that hands each piece to `write`.
    static Result<std::optional<CommittedPosition>>
    passRows(BatchQueue& queue, const std::function<Status(const arrow::RecordBatch&)>& write);
    /// Commits the rows together with the position, or begins to: see isUnderWay().
    virtual Status commitTransaction(const CommittedPosition& last) = 0;
    /// Whether the last commitTransaction() has left that to another thread, which calls committed() or failed().
    [[nodiscard]] virtual bool isUnderWay() const { return false; }
    void committed(const CommittedPosition& last) { m_queue->committed(last); }
    void failed(const Error& error) { m_queue->fail(error); }
    /// After a commit behind which nothing waits: the time for upkeep that may as well fail.
    virtual void caughtUp() noexcept {}
    /// Instead of a commit, and after any error since the transaction began.
    virtual void undoTransaction() noexcept = 0;

    /// Releases everything of openTable(), when the worker has ended and what is under way. More than once.
    virtual void closeTable() noexcept = 0;

private:
    void work();
    Result<std::optional<CommittedPosition>> runTransaction();

    std::unique_ptr<PlainColumns> m_plain; ///< null where nothing becomes text
    std::unique_ptr<BatchQueue> m_queue;
    std::thread m_worker;
};

} // namespace headrace
