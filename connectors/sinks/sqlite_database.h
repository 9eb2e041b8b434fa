// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace headrace {

/// A prepared statement. Must not outlive its database; one thread at a time.
class SqliteStatement {
public:
    SqliteStatement(sqlite3* database, sqlite3_stmt* handle, std::string what)
        : m_database(database)
        , m_handle(handle)
        , m_what(std::move(what))
    {
    }

    Status bind(int index, std::string_view text); ///< 1-based; `text` outlives the step
    Status bind(int index, std::int64_t number);

    /// True when a row came; false at the end, after which the statement can run again.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] std::string text(int column) const; ///< 0-based, of the row that came
    [[nodiscard]] std::int64_t integer(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };

    sqlite3* m_database;
    std::unique_ptr<sqlite3_stmt, Finalize> m_handle;
    std::string m_what;
};

/// An SQLite database open for writing with full synchronisation, so that a commit survives a power cut. Commits go
/// through a write-ahead log, but a new database begins with a rollback journal, under which pages that are added are
/// written once instead of twice. One thread at a time.
class SqliteWriteDatabase {
public:
    /// Creates it if missing. Statements wait up to `busyTimeout` for other programs' locks; then they fail as
    /// Unavailable.
    [[nodiscard]] static Result<SqliteWriteDatabase> open(const std::string& path,
                                                          std::chrono::milliseconds busyTimeout);

    /// True until useWriteAheadLog(), when open() created the database or found it empty.
    [[nodiscard]] bool isNew() const { return m_isNew; }
    /// Outside a transaction.
    Status useWriteAheadLog();

    Status execute(const std::string& sql);
    [[nodiscard]] Result<SqliteStatement> prepare(const std::string& sql);
    [[nodiscard]] sqlite3* handle() const { return m_handle.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };

    [[nodiscard]] Result<bool> isEmpty();

    std::string m_what; ///< "The SQLite database '/data/x.db'"
    std::unique_ptr<sqlite3, Close> m_handle;
    bool m_isNew = false;
};

} // namespace headrace
