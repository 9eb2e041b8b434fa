// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_result.h"
#include "connectors/duckdb/duck_statement.h"

#include <memory>
#include <string>

struct _duckdb_connection;

namespace headrace {

/// One connection: a transaction at a time, one thread at a time. Statements and results must not outlive it.
class DuckConnection {
public:
    explicit DuckConnection(_duckdb_connection* handle)
        : m_handle(handle)
    {
    }

    /// Runs one or more statements whose rows are of no interest.
    Status execute(const std::string& sql);

    /// Runs one statement; the whole result is held in memory.
    [[nodiscard]] Result<DuckResult> query(const std::string& sql);

    [[nodiscard]] Result<DuckStatement> prepare(const std::string& sql);

    /// Ends a running statement with ErrorCode::Cancelled. Callable from any thread.
    void interrupt() noexcept;

    [[nodiscard]] _duckdb_connection* handle() const { return m_handle.get(); }

private:
    struct Disconnect {
        void operator()(_duckdb_connection* handle) const noexcept;
    };

    std::unique_ptr<_duckdb_connection, Disconnect> m_handle;
};

} // namespace headrace
