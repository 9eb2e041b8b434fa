// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_appender.h"

#include "connectors/duckdb/arrow_door.h"
#include "connectors/duckdb/duck_connection.h"
#include "connectors/duckdb/duck_error.h"

#include <arrow/api.h>
#include <fmt/format.h>

namespace headrace {

struct DuckAppender::State {
    duckdb_connection connection = nullptr;
    duckdb_appender appender = nullptr;
    DuckConvertedSchema schema;
    std::string what;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (appender != nullptr)
            duckdb_appender_destroy(&appender);
    }

    [[nodiscard]] Status result(duckdb_state state) const
    {
        if (state == DuckDBSuccess)
            return {};
        return takeError(duckdb_appender_error_data(appender), what);
    }
};

DuckAppender::DuckAppender(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
DuckAppender::DuckAppender(DuckAppender&&) noexcept = default;
DuckAppender& DuckAppender::operator=(DuckAppender&&) noexcept = default;
DuckAppender::~DuckAppender() = default;

Result<DuckAppender> DuckAppender::create(DuckConnection& connection, const std::string& schema,
                                          const std::string& table, const std::shared_ptr<arrow::Schema>& rows)
{
    auto state = std::make_unique<State>();
    state->what = fmt::format("The rows could not be written to the table '{}'", table);
    state->connection = connection.handle();
    HEADRACE_TRY(state->schema, duckSchema(connection.handle(), *rows));
    const duckdb_state created =
        duckdb_appender_create(connection.handle(), schema.c_str(), table.c_str(), &state->appender);
    HEADRACE_CHECK(state->result(created));
    return DuckAppender(std::move(state));
}

Status DuckAppender::append(const arrow::RecordBatch& rows)
{
    for (std::int64_t start = 0; start < rows.num_rows(); start += kDuckChunkRows) {
        HEADRACE_TRY(const DuckChunk chunk,
                     duckChunk(m_state->connection, *rows.Slice(start, kDuckChunkRows), m_state->schema));
        HEADRACE_CHECK(m_state->result(duckdb_append_data_chunk(m_state->appender, chunk.get())));
    }
    return {};
}

Status DuckAppender::flush()
{
    return m_state->result(duckdb_appender_flush(m_state->appender));
}

} // namespace headrace
