// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_connection.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

struct _duckdb_database;

namespace headrace {

/// An open DuckDB database. Thread-safe; connections keep what they need of it alive.
class DuckDatabase {
public:
    /// Opens or creates the file at `path`; an empty path opens a database in memory. `settings` are DuckDB's own
    /// ("threads", "memory_limit"). Extensions are never downloaded or loaded by themselves.
    [[nodiscard]] static Result<DuckDatabase> open(const std::string& path,
                                                   const std::map<std::string, std::string>& settings = {});

    /// Opens or creates the file at `path` as a second database. The connections made from now on use it by default.
    /// Costs a fraction of open().
    Status attach(const std::string& path);
    /// The same for a file that exists and stays as it is.
    Status attachReadOnly(const std::string& path);
    /// Closes the attached file; before, its connections must be gone.
    Status detach();

    [[nodiscard]] Result<DuckConnection> connect() const;

private:
    struct Close {
        void operator()(_duckdb_database* handle) const noexcept;
    };
    using Handle = std::unique_ptr<_duckdb_database, Close>;

    Status attach(const std::string& path, std::string_view mode);

    explicit DuckDatabase(Handle handle)
        : m_handle(std::move(handle))
    {
    }

    Handle m_handle;
    bool m_isAttached = false;
};

} // namespace headrace
