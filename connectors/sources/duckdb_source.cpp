// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/core/shown_number.h"
#include "connectors/core/value_bytes.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/duckdb/duck_position.h"
#include "connectors/sources/duckdb/duck_reader.h"
#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"
#include "connectors/sources/tables/table_position.h"
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>

#include <atomic>

namespace headrace {

namespace {

/// DuckDB hands out 2,048 rows at a time; so many are joined into one chunk.
constexpr std::int64_t kChunkRows = 30 * 2048;

struct Settings {
    duck::Query::Settings query;
    TableSelection selection; ///< of a read by cursor
    std::int64_t memoryLimit = 0;
};

/// One thread reads, because only that keeps the order of the rows.
Result<std::shared_ptr<DuckDatabase>> openDatabase(const std::string& path, std::int64_t memoryLimit)
{
    return sharedDuckDatabase(
        path, DuckAccess::Read,
        {{"threads", "1"}, {"preserve_insertion_order", "true"}, {"memory_limit", fmt::format("{}B", memoryLimit)}});
}

class DuckSource final : public Source {
public:
    explicit DuckSource(Settings settings)
        : m_settings(std::move(settings))
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        duck::ReadPosition position;
        if (resumeFrom) {
            HEADRACE_TRY(position, duck::ReadPosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(m_database, openDatabase(path(), m_settings.memoryLimit));
        HEADRACE_TRY(DuckConnection connection, m_database->connect());
        m_connection = std::make_unique<DuckConnection>(std::move(connection));
        const std::stop_callback interrupt(stop, [this] { m_connection->interrupt(); });
        HEADRACE_CHECK(m_connection->execute("SET TimeZone = 'UTC'; BEGIN TRANSACTION READ ONLY"));
        HEADRACE_TRY(m_query, duck::Query::plan(*m_connection, m_settings.query));
        if (resumeFrom)
            HEADRACE_CHECK(checkPosition(position));
        position.columns = m_query.fingerprint();
        m_position = std::move(position);
        HEADRACE_TRY(m_statement,
                     m_connection->prepare(m_query.hasRowId() ? m_query.behindRowId(m_position.rowId.value_or(-1))
                                                              : m_query.behindRows(m_position.rows)));
        HEADRACE_TRY(m_result, m_statement->stream());
        if (stop.stop_requested())
            return fail(stopped());
        arrow::FieldVector fields = m_result->schema()->fields();
        if (m_query.hasRowId())
            fields.erase(fields.begin());
        return arrow::schema(std::move(fields));
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(stopped());
        const std::stop_callback interrupt(stop, [this] { m_connection->interrupt(); });
        if (m_slicer.isEmpty()) {
            HEADRACE_TRY(auto rows, duck::nextRows(*m_result, std::min(hint.maxRows, kChunkRows)));
            if (rows == nullptr)
                return std::nullopt;
            m_slicer.set(chunkOf(std::move(rows)));
        }
        Chunk chunk = m_slicer.next(hint);
        m_bytes += valueBytes(*chunk.rows);
        return chunk;
    }

    Status acknowledge(const Position&) override { return {}; }

    void close() noexcept override
    {
        m_slicer.clear();
        m_result.reset();
        m_statement.reset();
        m_connection.reset();
        m_database.reset();
        m_bytes = 0;
    }

    [[nodiscard]] SourceProgress progress() const override { return {m_bytes, std::nullopt, std::nullopt}; }

private:
    [[nodiscard]] const std::string& path() const { return m_settings.query.path; }
    [[nodiscard]] Error stopped() const
    {
        return {ErrorCode::Cancelled, fmt::format("Reading '{}' was stopped.", path()), {}, std::nullopt};
    }

    /// A position that no longer means what it did would lose rows or double them.
    Status checkPosition(const duck::ReadPosition& position)
    {
        const auto changed = [&](std::string_view what) {
            return fail(
                ErrorCode::Conflict,
                fmt::format("{} of the {} in '{}' since the last run; reset the pipeline's state to start again.", what,
                            m_query.title(), path()));
        };
        if (position.columns != m_query.fingerprint())
            return changed("The columns have changed");
        if (position.rowId && m_query.hasRowId()) {
            HEADRACE_TRY(DuckResult result, m_connection->query(m_query.atRowId(*position.rowId)));
            HEADRACE_TRY(const auto rows, result.readAll());
            if (rows->num_rows() != 1 || rowDigest(*withoutRowId(*rows), 0) != position.row)
                return changed("Rows that were read have been changed or deleted");
        }
        if (position.rows > 0 && !m_query.hasRowId()) {
            HEADRACE_TRY(DuckResult result, m_connection->query(m_query.count()));
            HEADRACE_TRY(const auto rows, result.readAll());
            if (static_cast<const arrow::Int64Array&>(*rows->column(0)).Value(0) < position.rows)
                return changed("Rows that were read have been deleted");
        }
        return {};
    }

    static std::shared_ptr<arrow::RecordBatch> withoutRowId(const arrow::RecordBatch& rows)
    {
        return rows.RemoveColumn(0).ValueOrDie(); // it has the column
    }

    Chunk chunkOf(std::shared_ptr<arrow::RecordBatch> rows)
    {
        const std::int64_t count = rows->num_rows();
        std::shared_ptr<arrow::Int64Array> rowIds;
        if (m_query.hasRowId()) {
            rowIds = std::static_pointer_cast<arrow::Int64Array>(rows->column(0));
            rows = withoutRowId(*rows);
        }
        auto positions = duck::positionsOf(m_position, rows, rowIds);
        m_position.rows += count;
        if (rowIds != nullptr) {
            m_position.rowId = rowIds->Value(count - 1);
            m_position.row = rowDigest(*rows, count - 1);
        }
        return {std::move(rows), std::move(positions), {}};
    }

    Settings m_settings;
    std::shared_ptr<DuckDatabase> m_database;
    std::unique_ptr<DuckConnection> m_connection;
    std::optional<DuckStatement> m_statement;
    std::optional<DuckResult> m_result;
    duck::Query m_query;
    duck::ReadPosition m_position; ///< behind the chunk in the slicer
    ChunkSlicer m_slicer;
    std::atomic<std::int64_t> m_bytes{0};
};

std::vector<OptionSpec> duckOptions()
{
    std::vector<OptionSpec> options{
        {.key = "path",
         .type = OptionType::Path,
         .label = "Database file",
         .help = "The DuckDB file; it is only read.",
         .required = true},
        {.key = "table",
         .label = "Table",
         .help = "A table or view. Without a cursor tables are read in the order of their rows, and a later run reads "
                 "the rows that were added behind the last one."},
        {.key = "schema", .label = "Schema", .help = "Schema of the table.", .defaultText = "main", .advanced = true},
        queryOption(),
        {.key = "memory_limit",
         .type = OptionType::Bytes,
         .label = "Memory limit",
         .help = "Memory that DuckDB may use; a query that needs more goes to temporary files.",
         .defaultText = "32MiB",
         .advanced = true,
         .minimum = 32.0 * 1024 * 1024},
    };
    const auto cursor = cursorOptions(fileLagHelp());
    options.insert(options.begin() + 4, cursor.begin(), cursor.end());
    return options;
}

Result<Settings> settingsOf(const Options& options)
{
    Settings settings;
    settings.query = {options.text("path"), options.text("schema"), options.text("table"), options.text("query")};
    HEADRACE_TRY(settings.selection, readSelection(options, "duckdb source"));
    settings.memoryLimit = options.bytes("memory_limit");
    return settings;
}

OpenTable opener(Settings settings)
{
    return [settings = std::move(settings)](std::stop_token stop) -> Result<std::unique_ptr<TableReader>> {
        HEADRACE_TRY(auto database, openDatabase(settings.query.path, settings.memoryLimit));
        return duck::openTable(std::move(database), settings.query, settings.selection, stop);
    };
}

/// Opens the file anew for every count: as long as it is open, no other program can write to it.
class CursorCounter final : public RowCounter {
public:
    explicit CursorCounter(Settings settings)
        : m_settings(std::move(settings))
    {
    }

    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                     std::stop_token stop) override
    {
        HEADRACE_TRY(const auto counter, makeTableCounter(m_settings.selection, opener(m_settings), "duckdb source"));
        return counter->countBehind(position, enough, std::move(stop));
    }

private:
    Settings m_settings;
};

Result<PullForecast> forecastDuck(const Options& options, const std::optional<Position>& position,
                                  std::chrono::nanoseconds between, std::stop_token stop)
{
    HEADRACE_TRY(Settings settings, settingsOf(options));
    if (!settings.selection.cursor.empty())
        return forecastTable(opener(std::move(settings)), position, between, stop);
    PullForecast forecast;
    forecast.unknown = "without a cursor the rows do not tell how fast they come";
    HEADRACE_TRY(const auto database, openDatabase(settings.query.path, settings.memoryLimit));
    HEADRACE_TRY(DuckConnection connection, database->connect());
    HEADRACE_TRY(const auto query, duck::Query::plan(connection, settings.query));
    if (query.hasRows() && !position)
        forecast.next = query.estimatedRows();
    return forecast;
}

Result<std::string> probeDuck(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(duckOptions(), "duckdb source"));
    HEADRACE_TRY(const Settings settings, settingsOf(checked));
    if (!settings.selection.cursor.empty()) { // finds what is wrong with it
        HEADRACE_TRY(const auto reader, opener(settings)(stop));
    }
    HEADRACE_TRY(const auto database, openDatabase(settings.query.path, settings.memoryLimit));
    HEADRACE_TRY(DuckConnection connection, database->connect());
    HEADRACE_TRY(const auto query, duck::Query::plan(connection, settings.query));
    return fmt::format("The {} has {}.", query.title(),
                       counted(static_cast<std::int64_t>(query.columns().size()), "column"));
}

Result<std::vector<Readable>> describeDuck(const Options& options, std::stop_token stop)
{
    constexpr std::int64_t kMemory = 32 * 1024 * 1024;
    HEADRACE_TRY(const auto database, openDatabase(options.text("path"), kMemory));
    HEADRACE_TRY(DuckConnection connection, database->connect());
    const std::stop_callback interrupt(stop, [&connection] { connection.interrupt(); });
    HEADRACE_TRY(const auto tables, duck::listTables(connection));
    std::vector<Readable> readables;
    for (const duck::TableInfo& table : tables) {
        const bool isMain = table.schema == "main";
        Options only = options;
        only.erase("query");
        only.set("table", table.name);
        if (!isMain)
            only.set("schema", table.schema);
        readables.push_back({isMain ? table.name : table.schema + "." + table.name, std::move(only),
                             fmt::format("{}, {}{}", table.isView ? "view" : "table", counted(table.columns, "column"),
                                         table.isView ? "" : ", about " + counted(table.rows, "row"))});
    }
    return readables;
}

} // namespace

SourceType duckdbSource()
{
    SourceType source;
    source.type = "duckdb";
    source.label = "DuckDB database";
    source.group = "Databases";
    source.help =
        "A table, view or query of a DuckDB file, read from one snapshot. Types that few destinations know, such "
        "as UUID, ENUM, HUGEINT and MAP, come as text.";
    source.fileEndings = {".duckdb", ".ddb"};
    source.options = duckOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(Settings settings, settingsOf(options));
        if (!settings.selection.cursor.empty())
            return makeTableSource(opener(std::move(settings)));
        return std::make_unique<DuckSource>(std::move(settings));
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(Settings settings, settingsOf(options));
        HEADRACE_CHECK(checkCountsByCursor(settings.selection.cursor, "duckdb source"));
        return std::make_unique<CursorCounter>(std::move(settings));
    };
    source.forPreview = previewOfTable;
    source.forecast = forecastDuck;
    source.cursorAt = tableCursorAt;
    source.lateRows = tableLateRows;
    source.probe = probeDuck;
    source.describe = describeDuck;
    return source;
}

} // namespace headrace
