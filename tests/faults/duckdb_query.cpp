// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/duckdb_query.h"

#include <duckdb.h>

#include <cstdio>
#include <cstdlib>

namespace headrace::test {

namespace {

[[noreturn]] void stop(const std::string& sql, const char* message)
{
    std::fprintf(stderr, "DuckDB: %s\n%s\n", sql.c_str(), message == nullptr ? "unknown error" : message);
    std::abort();
}

} // namespace

struct DuckdbQuery::Handles {
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
};

DuckdbQuery::DuckdbQuery(const std::string& path)
    : m_handles(new Handles)
{
    char* message = nullptr;
    if (duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &m_handles->database, nullptr, &message) !=
        DuckDBSuccess)
        stop("open '" + path + "'", message);
    if (duckdb_connect(m_handles->database, &m_handles->connection) != DuckDBSuccess)
        stop("connect", nullptr);
}

DuckdbQuery::~DuckdbQuery()
{
    duckdb_disconnect(&m_handles->connection);
    duckdb_close(&m_handles->database);
    delete m_handles;
}

void DuckdbQuery::run(const std::string& sql)
{
    duckdb_result result;
    if (duckdb_query(m_handles->connection, sql.c_str(), &result) != DuckDBSuccess)
        stop(sql, duckdb_result_error(&result));
    duckdb_destroy_result(&result);
}

std::int64_t DuckdbQuery::number(const std::string& sql)
{
    duckdb_result result;
    if (duckdb_query(m_handles->connection, sql.c_str(), &result) != DuckDBSuccess)
        stop(sql, duckdb_result_error(&result));
    const std::int64_t value = duckdb_value_int64(&result, 0, 0);
    duckdb_destroy_result(&result);
    return value;
}

void DuckdbQuery::forEachText(const std::string& sql, const std::function<void(std::int64_t, std::string_view)>& visit)
{
    duckdb_result result;
    if (duckdb_query(m_handles->connection, sql.c_str(), &result) != DuckDBSuccess)
        stop(sql, duckdb_result_error(&result));
    std::int64_t row = 0;
    while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
        auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i, ++row)
            visit(row, {duckdb_string_t_data(&texts[i]), duckdb_string_t_length(texts[i])});
        duckdb_destroy_data_chunk(&chunk);
    }
    duckdb_destroy_result(&result);
}

} // namespace headrace::test
