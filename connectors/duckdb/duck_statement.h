// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_result.h"

#include <cstdint>
#include <memory>
#include <string_view>

struct _duckdb_prepared_statement;

namespace headrace {

/// A prepared statement. One thread at a time; must not outlive its connection.
class DuckStatement {
public:
    explicit DuckStatement(_duckdb_prepared_statement* handle)
        : m_handle(handle)
    {
    }

    /// Binds the parameter `index`, 1-based. Texts must be UTF-8.
    Status bind(int index, std::string_view text);
    Status bind(int index, std::int64_t number);
    Status bindNull(int index);

    /// Runs it with the bound values; callable any number of times.
    [[nodiscard]] Result<DuckResult> execute();
    /// The same for a SELECT whose rows are made while they are read. Its result ends with the next statement of the
    /// connection.
    [[nodiscard]] Result<DuckResult> stream();

private:
    struct Destroy {
        void operator()(_duckdb_prepared_statement* handle) const noexcept;
    };

    std::unique_ptr<_duckdb_prepared_statement, Destroy> m_handle;
};

} // namespace headrace
