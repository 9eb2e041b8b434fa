// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/table_destination.h"

#include "connectors/core/kill_point.h"

namespace headrace {

Result<std::optional<CommittedPosition>> TableDestination::open(const std::shared_ptr<arrow::Schema>& schema,
                                                                const RunIdentity& identity, std::stop_token stop)
{
    close();
    HEADRACE_TRY(m_plain, PlainColumns::make(schema, [this](const arrow::DataType& type) { return hasTypeFor(type); }));
    HEADRACE_TRY(auto committed, openTable(m_plain ? m_plain->schema() : schema, identity, std::move(stop)));
    m_queue = std::make_unique<BatchQueue>();
    m_worker = std::thread([this] { work(); });
    return committed;
}

Status TableDestination::append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop)
{
    if (!m_plain)
        return m_queue->push(rows, std::move(stop));
    HEADRACE_TRY(const auto plain, m_plain->convert(*rows));
    return m_queue->push(plain, std::move(stop));
}

Status TableDestination::commit(const BatchSummary& batch, const Position& end, std::stop_token)
{
    return m_queue->end({end, batch.sequence});
}

Result<std::optional<CommittedPosition>> TableDestination::durable()
{
    return m_queue->durable();
}

Status TableDestination::flush(std::stop_token stop)
{
    return m_queue->flush(std::move(stop));
}

void TableDestination::rollback() noexcept
{
    if (m_queue)
        m_queue->drop();
}

void TableDestination::close() noexcept
{
    if (m_worker.joinable()) {
        m_queue->close();
        m_worker.join();
    }
    closeTable();
    m_queue.reset();
}

Result<std::optional<CommittedPosition>>
TableDestination::passRows(BatchQueue& queue, const std::function<Status(const arrow::RecordBatch&)>& write)
{
    killPoint("before-write");
    while (true) {
        const auto item = queue.next();
        if (const auto* ended = std::get_if<CommittedPosition>(&item)) {
            killPoint("after-write");
            return *ended;
        }
        const auto* rows = std::get_if<BatchQueue::Rows>(&item);
        if (rows == nullptr)
            return std::nullopt;
        killPoint("mid-write");
        HEADRACE_CHECK(write(**rows));
    }
}

void TableDestination::work()
{
    while (m_queue->waitForWork()) {
        auto committed = runTransaction();
        if (committed && *committed && isUnderWay())
            m_queue->transactionLeft();
        else if (committed)
            m_queue->transactionEnded({}, *committed);
        else
            m_queue->transactionEnded(fail(std::move(committed).error()), std::nullopt);
    }
}

Result<std::optional<CommittedPosition>> TableDestination::runTransaction()
{
    HEADRACE_CHECK(beginTransaction());
    auto last = writeRows(*m_queue);
    if (last && *last) {
        const Status committed = commitTransaction(**last);
        if (committed && m_queue->isEmpty())
            caughtUp();
        if (committed)
            return last;
        last = fail(committed.error());
    }
    undoTransaction();
    return last;
}

} // namespace headrace
