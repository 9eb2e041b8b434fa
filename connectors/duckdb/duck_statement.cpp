// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_statement.h"

#include "connectors/duckdb/duck_library.h"

#include <fmt/format.h>

namespace headrace {

namespace {

Status bound(duckdb_state state, int index)
{
    if (state != DuckDBSuccess)
        return fail(ErrorCode::Failed,
                    fmt::format("The parameter {} of a DuckDB statement could not be bound.", index));
    return {};
}

} // namespace

void DuckStatement::Destroy::operator()(_duckdb_prepared_statement* handle) const noexcept
{
    duckdb_destroy_prepare(&handle);
}

Status DuckStatement::bind(int index, std::string_view text)
{
    return bound(duckdb_bind_varchar_length(m_handle.get(), static_cast<idx_t>(index), text.data(), text.size()),
                 index);
}

Status DuckStatement::bind(int index, std::int64_t number)
{
    return bound(duckdb_bind_int64(m_handle.get(), static_cast<idx_t>(index), number), index);
}

Status DuckStatement::bindNull(int index)
{
    return bound(duckdb_bind_null(m_handle.get(), static_cast<idx_t>(index)), index);
}

Result<DuckResult> DuckStatement::execute()
{
    duckdb_result result;
    const duckdb_state state = duckdb_execute_prepared(m_handle.get(), &result);
    return DuckResult::take(&result, state == DuckDBSuccess, "DuckDB could not run the statement");
}

Result<DuckResult> DuckStatement::stream()
{
    duckdb_result result;
    const duckdb_state state = duckdb_execute_prepared_streaming(m_handle.get(), &result);
    return DuckResult::take(&result, state == DuckDBSuccess, "DuckDB could not run the statement");
}

} // namespace headrace
