// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_connection.h"

#include "connectors/duckdb/duck_error.h"
#include "connectors/duckdb/duck_library.h"

namespace headrace {

namespace {

constexpr std::string_view kQueryFailed = "DuckDB could not run the statement";

} // namespace

void DuckConnection::Disconnect::operator()(_duckdb_connection* handle) const noexcept
{
    duckdb_disconnect(&handle);
}

Status DuckConnection::execute(const std::string& sql)
{
    HEADRACE_CHECK(query(sql));
    return {};
}

Result<DuckResult> DuckConnection::query(const std::string& sql)
{
    duckdb_result result;
    const duckdb_state state = duckdb_query(handle(), sql.c_str(), &result);
    return DuckResult::take(&result, state == DuckDBSuccess, kQueryFailed);
}

Result<DuckStatement> DuckConnection::prepare(const std::string& sql)
{
    duckdb_prepared_statement statement = nullptr;
    const duckdb_state state = duckdb_prepare(handle(), sql.c_str(), &statement);
    DuckStatement prepared(statement);
    if (state != DuckDBSuccess)
        return fail(duckError(duckdb_prepare_error(statement), "DuckDB could not prepare the statement"));
    return prepared;
}

void DuckConnection::interrupt() noexcept
{
    duckdb_interrupt(handle());
}

} // namespace headrace
