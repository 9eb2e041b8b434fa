// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_arrow_view.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/arrow_door.h"
#include "connectors/duckdb/duck_connection.h"
#include "connectors/duckdb/duck_error.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace headrace {

/// What the table function behind the view reads. DuckDB keeps it alive as long as the function is registered.
/// duckdb_arrow_scan() is no way here: it drops filters that DuckDB pushes into the scan.
struct DuckArrowView::State {
    duckdb_connection connection = nullptr;
    std::shared_ptr<arrow::Schema> schema;
    std::vector<DuckConvertedSchema> columns; ///< one for each column, so that only those a query reads are converted
    std::vector<DuckType> types;

    std::mutex mutex; ///< guards what follows against DuckDB's threads
    DuckArrowView::Reader next;
    std::shared_ptr<arrow::RecordBatch> batch;
    std::int64_t row = 0;
    idx_t threads = 1;

    /// The next rows that fit a DuckDB chunk; null at the end.
    Result<std::shared_ptr<arrow::RecordBatch>> take()
    {
        const std::lock_guard lock(mutex);
        while (batch == nullptr || row >= batch->num_rows()) {
            if (!next)
                return nullptr;
            HEADRACE_TRY(batch, next());
            row = 0;
            if (batch == nullptr)
                next = nullptr;
        }
        auto rows = batch->Slice(row, kDuckChunkRows);
        row += rows->num_rows();
        return rows;
    }

    void start(DuckArrowView::Reader reader, idx_t readers)
    {
        const std::lock_guard lock(mutex);
        next = std::move(reader);
        batch = nullptr;
        row = 0;
        threads = readers;
    }
};

namespace {

std::string uniqueFunctionName()
{
    static std::atomic<int> counter = 0;
    return fmt::format("headrace_rows_{}", ++counter);
}

struct DestroyTableFunction {
    void operator()(_duckdb_table_function* function) const noexcept { duckdb_destroy_table_function(&function); }
};

} // namespace

/// The callbacks of the table function; its extra info is a shared_ptr<State>.
struct DuckArrowView::Function {
    using StatePointer = std::shared_ptr<State>;

    static void destroy(void* extra) { delete static_cast<StatePointer*>(extra); }

    static void bind(duckdb_bind_info info)
    {
        const State& state = **static_cast<StatePointer*>(duckdb_bind_get_extra_info(info));
        for (std::size_t column = 0; column < state.types.size(); ++column)
            duckdb_bind_add_result_column(info, state.schema->field(static_cast<int>(column))->name().c_str(),
                                          state.types[column].get());
    }

    /// Columns of the view that a run reads, in the order of its output.
    using Projection = std::vector<idx_t>;

    static void init(duckdb_init_info info)
    {
        const State& state = **static_cast<StatePointer*>(duckdb_init_get_extra_info(info));
        duckdb_init_set_max_threads(info, state.threads);
        auto projection = std::make_unique<Projection>();
        for (idx_t column = 0; column < duckdb_init_get_column_count(info); ++column)
            projection->push_back(duckdb_init_get_column_index(info, column));
        duckdb_init_set_init_data(info, projection.release(),
                                  [](void* data) { delete static_cast<Projection*>(data); });
    }

    static Status convert(const State& state, const arrow::RecordBatch& rows, idx_t column, duckdb_vector output)
    {
        // Beyond the columns stands the row number that DuckDB asks for when it only counts; nobody looks at it.
        if (column >= state.columns.size())
            return {};
        HEADRACE_TRY(const auto single,
                     fromArrow(rows.SelectColumns({static_cast<int>(column)}), "A column is missing"));
        HEADRACE_TRY(const DuckChunk chunk, duckChunk(state.connection, *single, state.columns[column]));
        duckdb_vector_reference_vector(output, duckdb_data_chunk_get_vector(chunk.get(), 0));
        return {};
    }

    static void read(duckdb_function_info info, duckdb_data_chunk output)
    {
        State& state = **static_cast<StatePointer*>(duckdb_function_get_extra_info(info));
        const auto rows = state.take();
        if (!rows) {
            duckdb_function_set_error(info, rows.error().message.c_str());
            return;
        }
        if (*rows == nullptr) {
            duckdb_data_chunk_set_size(output, 0);
            return;
        }
        const auto& projection = *static_cast<Projection*>(duckdb_function_get_init_data(info));
        for (idx_t column = 0; column < projection.size(); ++column) {
            const Status converted =
                convert(state, **rows, projection[column], duckdb_data_chunk_get_vector(output, column));
            if (!converted) {
                duckdb_function_set_error(info, converted.error().message.c_str());
                return;
            }
        }
        duckdb_data_chunk_set_size(output, static_cast<idx_t>((*rows)->num_rows()));
    }
};

DuckArrowView::DuckArrowView(std::shared_ptr<State> state)
    : m_state(std::move(state))
{
}

Result<DuckArrowView> DuckArrowView::create(DuckConnection& connection, const std::string& name,
                                            const std::shared_ptr<arrow::Schema>& schema)
{
    auto state = std::make_shared<State>();
    state->connection = connection.handle();
    state->schema = schema;
    HEADRACE_TRY(const auto none, fromArrow(arrow::RecordBatch::MakeEmpty(schema), "No empty rows could be made"));
    for (int column = 0; column < schema->num_fields(); ++column) {
        HEADRACE_TRY(const auto single, fromArrow(none->SelectColumns({column}), "A column is missing"));
        HEADRACE_TRY(DuckConvertedSchema converted, duckSchema(connection.handle(), *single->schema()));
        HEADRACE_TRY(const DuckChunk chunk, duckChunk(connection.handle(), *single, converted));
        state->types.emplace_back(duckdb_vector_get_column_type(duckdb_data_chunk_get_vector(chunk.get(), 0)));
        state->columns.push_back(std::move(converted));
    }

    const std::string functionName = uniqueFunctionName();
    const std::unique_ptr<_duckdb_table_function, DestroyTableFunction> function(duckdb_create_table_function());
    duckdb_table_function_set_name(function.get(), functionName.c_str());
    duckdb_table_function_set_extra_info(function.get(), new std::shared_ptr<State>(state), Function::destroy);
    duckdb_table_function_set_bind(function.get(), Function::bind);
    duckdb_table_function_set_init(function.get(), Function::init);
    duckdb_table_function_set_function(function.get(), Function::read);
    duckdb_table_function_supports_projection_pushdown(function.get(), true);
    if (duckdb_register_table_function(connection.handle(), function.get()) != DuckDBSuccess)
        return fail(ErrorCode::Data, fmt::format("DuckDB cannot read rows with the columns: {}.", schema->ToString()));
    HEADRACE_CHECK(connection.execute(
        fmt::format("CREATE OR REPLACE TEMP VIEW {} AS FROM {}()", sqlIdentifier(name), functionName)));
    return DuckArrowView(std::move(state));
}

void DuckArrowView::setRows(std::vector<std::shared_ptr<arrow::RecordBatch>> batches)
{
    const idx_t threads = std::max<idx_t>(1, batches.size());
    m_state->start(
        [batches = std::move(batches), index = std::size_t{0}]() mutable {
            return index < batches.size() ? std::exchange(batches[index++], nullptr) : nullptr;
        },
        threads);
}

void DuckArrowView::setReader(Reader reader)
{
    m_state->start(std::move(reader), 1);
}

} // namespace headrace
