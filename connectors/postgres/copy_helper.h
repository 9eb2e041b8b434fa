// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/copy_writer.h"
#include "connectors/postgres/pg_connection.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace headrace::postgres {

/// A further connection that fills a table: one COPY in one transaction, on a thread of its own. What it commits
/// should not be seen before the rows of its owner are committed too. Public methods are called by one thread.
class CopyHelper {
public:
    struct Job {
        Target server;
        std::function<CopyWriter(Connection&)> makeWriter; ///< called on the helper's thread
        std::string table;                                 ///< as CopyWriter::begin
    };

    /// Connects in the background. Where that fails, as with a server that takes no further connection, it never takes
    /// rows.
    explicit CopyHelper(Job job);
    ~CopyHelper(); ///< undoes what is not committed

    /// Whether it takes the rows, before which the run had `earlierRows`: it is connected, and has little to do.
    /// An error is one of rows it has taken.
    [[nodiscard]] Result<bool> take(const std::shared_ptr<arrow::RecordBatch>& rows, std::int64_t earlierRows);

    void end();          ///< no more rows come: it writes those it has and commits
    Status waitForEnd(); ///< after end(): waits for that; its rows are durable

private:
    struct Piece {
        std::shared_ptr<arrow::RecordBatch> rows;
        std::int64_t earlierRows;
    };

    void work(const std::stop_token& stop);
    Status writePieces(Connection& connection, const std::stop_token& stop);
    [[nodiscard]] std::optional<Piece> nextPiece(const std::stop_token& stop);

    Job m_job;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Piece> m_pieces; ///< the first one is being written
    bool m_isReady = false;     ///< connected, COPY has begun
    bool m_ending = false;
    bool m_ended = false; ///< the thread has nothing more to do
    std::optional<Error> m_error;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace headrace::postgres
