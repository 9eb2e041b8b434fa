// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/qtsql/qt_column.h"
#include "connectors/qtsql/qt_target.h"
#include "connectors/qtsql/work_thread.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::qtsql {

/// Rows of texts; nullopt: NULL.
using Rows = std::vector<std::vector<std::optional<std::string>>>;

/// One of Qt's connections, which lives on a thread of its own, as Qt asks it. Functions block the caller until the
/// thread has answered; at a stop they end with Cancelled and leave the driver's call to itself.
class Connection {
public:
    /// NotFound without the driver, Permission when the login is refused, else Unavailable.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Target& target, const std::stop_token& stop);
    ~Connection();

    /// By which Qt's functions find it, on its thread only.
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] Server server() const { return m_target.server(); }
    [[nodiscard]] const std::string& driver() const { return m_target.driver; }
    [[nodiscard]] WorkThread& thread() { return *m_thread; }

    /// As the server's SQL writes the name of a column or of one part of a table's.
    [[nodiscard]] std::string quoted(const std::string& name) const;

    /// Begins a transaction that only reads and sees one state of the database, as far as the driver has them.
    Status beginSnapshot(const std::stop_token& stop);

    /// `what` opens the sentence of an error.
    [[nodiscard]] Result<Rows> query(const std::string& sql, std::string_view what, const std::stop_token& stop);

    /// The columns that a SELECT gives.
    [[nodiscard]] Result<std::vector<Column>> columnsOf(const std::string& select, std::string_view what,
                                                        const std::stop_token& stop);

    /// Waits for what the thread does; Cancelled at a stop.
    template <typename T>
    [[nodiscard]] Result<T> answerOf(std::future<Result<T>> answer, const std::stop_token& stop)
    {
        while (!waitFor(answer, std::chrono::hours{1}, stop))
            if (stop.stop_requested())
                return fail(cancelled());
        return answer.get();
    }

    [[nodiscard]] Error cancelled() const;

private:
    explicit Connection(const Target& target);

    Target m_target;
    std::string m_name;
    std::string m_quote = "\""; ///< around names
    bool m_hasTransaction = false;
    std::unique_ptr<WorkThread> m_thread;
};

} // namespace headrace::qtsql
