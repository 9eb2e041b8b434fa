// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_arrow_stream.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/duck_connection.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/duckdb/duck_library.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>
#include <fmt/format.h>

#include <atomic>
#include <cerrno>

namespace headrace {

namespace {

constexpr std::string_view kMemory = "headrace_memory";

} // namespace

/// The C stream stays at one address, which the view keeps; each statement takes its content and releases it.
struct DuckArrowStream::State {
    DuckConnection* connection = nullptr;
    std::string view;
    ArrowSchema schema{};
    ArrowArrayStream stream{};
    Next next;
    std::string error;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (!view.empty())
            static_cast<void>(
                connection->execute("DROP VIEW IF EXISTS " + view)); // it would vanish at the close anyway
        if (schema.release != nullptr)
            schema.release(&schema);
    }

    static State& of(ArrowArrayStream* stream) { return *static_cast<State*>(stream->private_data); }

    /// A copy that shares the children and frees nothing: DuckDB keeps no hold of it, and duckdb_arrow_scan never
    /// releases the one it asks for.
    static int getSchema(ArrowArrayStream* stream, ArrowSchema* out)
    {
        *out = of(stream).schema;
        out->release = [](ArrowSchema* released) { released->release = nullptr; };
        return 0;
    }

    static int getNext(ArrowArrayStream* stream, ArrowArray* out)
    {
        State& state = of(stream);
        const auto rows = state.next();
        if (!rows) {
            state.error = rows.error().message;
            return EIO;
        }
        out->release = nullptr;
        if (*rows == nullptr)
            return 0;
        const arrow::Status exported = arrow::ExportRecordBatch(**rows, out);
        if (!exported.ok()) {
            state.error = exported.ToString();
            return EIO;
        }
        return 0;
    }

    static const char* lastError(ArrowArrayStream* stream) { return of(stream).error.c_str(); }
    static void release(ArrowArrayStream* stream) { stream->release = nullptr; }
};

DuckArrowStream::DuckArrowStream(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
DuckArrowStream::DuckArrowStream(DuckArrowStream&&) noexcept = default;
DuckArrowStream& DuckArrowStream::operator=(DuckArrowStream&&) noexcept = default;
DuckArrowStream::~DuckArrowStream() = default;

Result<DuckArrowStream> DuckArrowStream::create(DuckConnection& connection,
                                                const std::shared_ptr<arrow::Schema>& schema)
{
    static std::atomic<int> counter = 0;
    auto state = std::make_unique<State>();
    const arrow::Status exported = arrow::ExportSchema(*schema, &state->schema);
    if (!exported.ok())
        return fail(ErrorCode::Data, "The columns cannot be handed to DuckDB.", exported.ToString());
    DuckArrowStream result(std::move(state));
    result.setNext([]() -> Result<std::shared_ptr<arrow::RecordBatch>> { return nullptr; });

    // duckdb_arrow_scan leaves a permanent view in the current database: let that be one in memory.
    HEADRACE_TRY(DuckResult current, connection.query("SELECT current_database()"));
    HEADRACE_TRY(const auto name, current.readAll());
    const auto& names = static_cast<const arrow::StringArray&>(*name->column(0));
    HEADRACE_CHECK(connection.execute(fmt::format("ATTACH IF NOT EXISTS ':memory:' AS {0}; USE {0}", kMemory)));
    const std::string view = fmt::format("rows_{}", ++counter);
    const duckdb_state created = duckdb_arrow_scan(connection.handle(), view.c_str(),
                                                   reinterpret_cast<duckdb_arrow_stream>(&result.m_state->stream));
    HEADRACE_CHECK(connection.execute("USE " + sqlIdentifier(names.GetString(0))));
    if (created != DuckDBSuccess)
        return fail(ErrorCode::Data, fmt::format("DuckDB cannot read rows with the columns: {}.", schema->ToString()));
    result.m_state->connection = &connection;
    result.m_state->view = fmt::format("{}.main.{}", kMemory, view);
    return result;
}

const std::string& DuckArrowStream::view() const
{
    return m_state->view;
}

void DuckArrowStream::setNext(Next next)
{
    m_state->next = std::move(next);
    m_state->error.clear();
    m_state->stream = {State::getSchema, State::getNext, State::lastError, State::release, m_state.get()};
}

} // namespace headrace
