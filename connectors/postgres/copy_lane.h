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
#include <variant>

namespace headrace::postgres {

/// A connection that writes transactions of one COPY each, one after the other, on a thread of its own: while it
/// finishes one, another lane may write the next. Public methods are called by one thread, and never wait but where
/// it is said. After an error the transaction is undone and the lane is of no more use.
class CopyLane {
public:
    using MakeWriter = std::function<CopyWriter(Connection&)>;
    using Finish = std::function<Status(Connection&)>;
    using OnError = std::function<void(const Error&)>;

    /// Callbacks run on the lane's thread. The connection is the lane's while a transaction is open.
    CopyLane(Connection& connection, OnError onError);
    /// Connects in the background; where that fails, as with a server that takes no further connection, it is never
    /// ready.
    CopyLane(Target server, OnError onError);
    ~CopyLane(); ///< undoes an open transaction, waits for one that has ended

    /// For a connection that writes at the same time as others: a key created meanwhile could make it wait for one of
    /// them, which waits for its commit.
    static Status prepare(Connection& connection);

    [[nodiscard]] bool isReady() const;
    [[nodiscard]] std::int64_t waitingBytes() const; ///< of rows that it has still to write

    /// `target` as CopyWriter::begin; `first` is SQL that comes before the COPY, "" for none.
    void begin(MakeWriter makeWriter, std::string target, std::string first);
    /// Rows before which the run had `earlierRows`. Waits while the lane has much to write.
    Status push(std::shared_ptr<arrow::RecordBatch> rows, std::int64_t earlierRows);
    void end(Finish finish); ///< `finish` follows the last row, and commits
    Status wait();           ///< until the transaction that has ended is finished
    void drop() noexcept;    ///< undoes the open transaction; waits until it is undone

private:
    struct Begin {
        MakeWriter makeWriter;
        std::string target;
        std::string first;
    };
    struct Piece {
        std::shared_ptr<arrow::RecordBatch> rows;
        std::int64_t earlierRows = 0;
        std::int64_t bytes = 0;
    };
    struct Drop {};
    using Task = std::variant<Begin, Piece, Finish, Drop>;

    void add(Task task);
    void work(Connection* connection, const std::stop_token& stop);
    [[nodiscard]] std::optional<Task> nextTask(const std::stop_token& stop);
    Status perform(const Begin& begin);
    Status perform(const Piece& piece);
    Status perform(const Finish& finish);
    Status perform(const Drop& drop);
    void undo() noexcept;
    void failed(const Error& error);

    std::optional<Target> m_server;
    OnError m_onError;

    // Of the thread:
    Connection* m_connection = nullptr;
    std::optional<CopyWriter> m_writer; ///< of the open COPY
    bool m_inTransaction = false;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Task> m_tasks;
    std::int64_t m_bytes = 0; ///< of the rows among the tasks, and of those being written
    bool m_isReady = false;
    bool m_isBusy = false; ///< a transaction is neither finished nor undone
    std::optional<Error> m_error;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace headrace::postgres
