// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_result.h"

#include "connectors/core/arrow_result.h"
#include "connectors/duckdb/arrow_door.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/duckdb/duck_library.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>

namespace headrace {

struct DuckResult::State {
    duckdb_result result;
    duckdb_arrow_options options = nullptr;
    std::shared_ptr<arrow::Schema> schema;

    explicit State(const duckdb_result& taken)
        : result(taken)
    {
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        duckdb_destroy_arrow_options(&options);
        duckdb_destroy_result(&result);
    }
};

DuckResult::DuckResult(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
DuckResult::DuckResult(DuckResult&&) noexcept = default;
DuckResult& DuckResult::operator=(DuckResult&&) noexcept = default;
DuckResult::~DuckResult() = default;

Result<DuckResult> DuckResult::take(void* duckdbResult, bool succeeded, std::string_view what)
{
    auto state = std::make_unique<State>(*static_cast<duckdb_result*>(duckdbResult));
    if (!succeeded)
        return fail(duckError(duckdb_result_error(&state->result), what));
    state->options = duckdb_result_get_arrow_options(&state->result);
    std::vector<DuckType> types;
    std::vector<std::string> names;
    for (idx_t column = 0; column < duckdb_column_count(&state->result); ++column) {
        types.emplace_back(duckdb_column_logical_type(&state->result, column));
        names.emplace_back(duckdb_column_name(&state->result, column));
    }
    HEADRACE_TRY(state->schema, arrowSchema(state->options, types, names));
    return DuckResult(std::move(state));
}

const std::shared_ptr<arrow::Schema>& DuckResult::schema() const
{
    return m_state->schema;
}

Result<std::shared_ptr<arrow::RecordBatch>> DuckResult::next()
{
    const DuckChunk chunk(duckdb_fetch_chunk(m_state->result));
    if (chunk == nullptr) {
        if (const char* text = duckdb_result_error(&m_state->result); text != nullptr && *text != '\0')
            return fail(duckError(text, "DuckDB could not finish the statement"));
        return nullptr;
    }
    return arrowRows(m_state->options, chunk, m_state->schema);
}

Result<std::shared_ptr<arrow::RecordBatch>> DuckResult::readAll()
{
    arrow::RecordBatchVector batches;
    while (true) {
        HEADRACE_TRY(auto rows, next());
        if (rows == nullptr)
            break;
        batches.push_back(std::move(rows));
    }
    if (batches.empty())
        return fromArrow(arrow::RecordBatch::MakeEmpty(m_state->schema), "An empty result could not be made");
    if (batches.size() == 1)
        return batches.front();
    return fromArrow(arrow::ConcatenateRecordBatches(batches), "The rows of a result could not be joined");
}

std::int64_t DuckResult::rowsChanged() const
{
    return static_cast<std::int64_t>(duckdb_rows_changed(&m_state->result));
}

} // namespace headrace
