// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/core/shown_number.h"
#include "connectors/formats/schema_text.h"
#include "connectors/sources/sqlite/sqlite_position.h"
#include "connectors/sources/sqlite/sqlite_reader.h"
#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"

#include <fmt/format.h>

#include <atomic>
#include <limits>
#include <sqlite3.h>

namespace headrace {

namespace {

constexpr std::int64_t kFirstRowId = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kRowsBetweenStopChecks = 1024;
constexpr std::size_t kMostRejected = 1000; ///< in one chunk

using Settings = sqlite::CursorRead;

Error stopped(const std::string& path)
{
    return {ErrorCode::Cancelled, fmt::format("Reading '{}' was stopped.", path), {}, std::nullopt};
}

class SqliteSource final : public Source {
public:
    explicit SqliteSource(Settings settings)
        : m_settings(std::move(settings))
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        m_position = {};
        if (resumeFrom) {
            HEADRACE_TRY(m_position, sqlite::ReadPosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(auto database, sqlite::Database::open(m_settings.path, m_settings.busyTimeout));
        m_database = std::make_unique<sqlite::Database>(std::move(database));
        const std::stop_callback interrupt(stop, [this] { sqlite3_interrupt(m_database->handle()); });
        HEADRACE_CHECK(m_database->beginSnapshot());
        HEADRACE_TRY(m_query, sqlite::Query::plan(*m_database, m_settings.selection.table, m_settings.selection.query));
        HEADRACE_CHECK(adoptColumns());
        HEADRACE_TRY(m_statement, m_query.statement(*m_database));
        HEADRACE_CHECK(goToPosition(stop));
        if (stop.stop_requested())
            return fail(stopped(m_settings.path));
        return m_schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        const std::stop_callback interrupt(stop, [this] { sqlite3_interrupt(m_database->handle()); });
        Building chunk;
        chunk.start = m_position;
        while (chunk.rows < std::max<std::int64_t>(1, hint.maxRows) && chunk.rejected.size() < kMostRejected) {
            if (chunk.rows % kRowsBetweenStopChecks == 0 && stop.stop_requested())
                return fail(stopped(m_settings.path));
            if (!m_hasRow && !m_ended) {
                HEADRACE_TRY(m_hasRow, m_database->step(m_statement));
                m_ended = !m_hasRow;
            }
            if (m_ended || !appendRow(chunk, hint.maxBytes))
                break;
            m_hasRow = false;
        }
        if (m_ended && chunk.rows == 0 && chunk.rejected.empty())
            return std::nullopt;
        m_bytes += chunk.bytes;
        return finish(std::move(chunk));
    }

    Status acknowledge(const Position&) override { return {}; }

    void close() noexcept override
    {
        m_statement.reset();
        m_database.reset();
        m_hasRow = false;
        m_ended = false;
        m_bytes = 0;
    }

    [[nodiscard]] SourceProgress progress() const override { return {m_bytes, std::nullopt, std::nullopt}; }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    struct Building {
        sqlite::ReadPosition start;
        std::int64_t rows = 0;
        std::int64_t bytes = 0;
        std::vector<std::int64_t> keys; ///< of positionsOf()
        std::vector<BadRecord> rejected;
    };

    Status adoptColumns()
    {
        m_types.clear();
        m_cells.clear();
        if (m_position.schema.empty()) {
            HEADRACE_TRY(m_types, m_query.types(*m_database, m_settings.types));
            arrow::FieldVector fields;
            std::string found;
            for (std::size_t i = 0; i < m_types.size(); ++i) {
                fields.push_back(sqlite::toField(m_query.columns()[i], m_types[i]));
                found += fmt::format("{}{}: {}", i == 0 ? "" : ", ", m_query.columns()[i], notation(m_types[i]));
            }
            m_schema = arrow::schema(std::move(fields));
            HEADRACE_TRY(m_position.schema, encodeSchema(*m_schema));
            m_decisions = {{"columns", found,
                            fmt::format("They are declared so, and the first {} fit.",
                                        counted(m_settings.types.sampleRows, "row"))}};
        } else {
            HEADRACE_TRY(m_schema, decodeSchema(m_position.schema));
            if (m_schema->field_names() != m_query.columns())
                return fail(ErrorCode::Conflict,
                            fmt::format("The columns of the {} in '{}' have changed since the last run; reset the "
                                        "pipeline's state to start again.",
                                        m_query.title(), m_settings.path));
            for (const auto& field : m_schema->fields()) {
                HEADRACE_TRY(const auto type, sqlite::toColumnType(*field));
                m_types.push_back(type);
            }
        }
        for (const auto& field : m_schema->fields())
            m_cells.emplace_back(field->type());
        return {};
    }

    Status goToPosition(const std::stop_token& stop)
    {
        if (m_query.hasRowId()) {
            sqlite3_bind_int64(m_statement.get(), 1, m_position.rowId.value_or(kFirstRowId));
            return {};
        }
        for (std::int64_t row = 0; row < m_position.rows; ++row) {
            if (row % kRowsBetweenStopChecks == 0 && stop.stop_requested())
                return fail(stopped(m_settings.path));
            HEADRACE_TRY(const bool isRow, m_database->step(m_statement));
            if (!isRow)
                return fail(ErrorCode::Conflict,
                            fmt::format("The {} of '{}' has only {}, but {} were read before; reset the pipeline's "
                                        "state to start again.",
                                        m_query.title(), m_settings.path, counted(row, "row"),
                                        groupedNumber(m_position.rows)));
        }
        return {};
    }

    /// False when the row does not fit into the chunk any more; it is then the first of the next one.
    bool appendRow(Building& chunk, std::int64_t maxBytes)
    {
        const int first = m_query.hasRowId() ? 1 : 0;
        std::int64_t bytes = 0;
        for (std::size_t i = 0; i < m_cells.size(); ++i) {
            sqlite3_value* value = sqlite3_column_value(m_statement.get(), first + static_cast<int>(i));
            if (!sqlite::appendValue(m_cells[i], m_types[i], value)) {
                chunk.rejected.push_back(rejectedRow(chunk.rows, i, value));
                dropRow(chunk.rows);
                advance();
                return true;
            }
            bytes += m_cells[i].lastCellBytes();
        }
        if (chunk.rows > 0 && chunk.bytes + bytes > maxBytes) {
            dropRow(chunk.rows);
            return false;
        }
        advance();
        chunk.keys.push_back(m_query.hasRowId() ? *m_position.rowId : m_position.rows);
        chunk.bytes += bytes;
        ++chunk.rows;
        return true;
    }

    void advance()
    {
        if (m_query.hasRowId())
            m_position.rowId = sqlite3_column_int64(m_statement.get(), 0);
        ++m_position.rows;
    }

    void dropRow(std::int64_t rows)
    {
        for (CellBuffer& cells : m_cells)
            cells.truncate(static_cast<std::size_t>(rows));
    }

    [[nodiscard]] BadRecord rejectedRow(std::int64_t beforeRow, std::size_t column, sqlite3_value* value) const
    {
        BadRecord record;
        record.beforeRow = beforeRow;
        const std::int64_t row = m_query.hasRowId() ? sqlite3_column_int64(m_statement.get(), 0) : m_position.rows + 1;
        record.origin =
            fmt::format("{}, {}, {} {}", m_settings.path, m_query.title(), m_query.hasRowId() ? "row id" : "row", row);
        const bool badText = sqlite3_value_type(value) == SQLITE_TEXT && m_types[column].kind == sqlite::Kind::Text;
        record.reason =
            badText ? fmt::format("The column '{}' holds text that is not valid UTF-8.", m_query.columns()[column])
                    : fmt::format("The column '{}' is read as {}, which the value {} does not fit.",
                                  m_query.columns()[column], notation(m_types[column]), sqlite::literal(value));
        const int first = m_query.hasRowId() ? 1 : 0;
        for (std::size_t i = 0; i < m_cells.size() && record.raw.size() < BadRecord::kMaxRawBytes; ++i)
            record.raw +=
                fmt::format("{}{}", i == 0 ? "" : ", ",
                            sqlite::literal(sqlite3_column_value(m_statement.get(), first + static_cast<int>(i))));
        return record;
    }

    Chunk finish(Building chunk)
    {
        arrow::ArrayVector columns;
        columns.reserve(m_cells.size());
        for (CellBuffer& cells : m_cells)
            columns.push_back(cells.finish());
        return {arrow::RecordBatch::Make(m_schema, chunk.rows, std::move(columns)),
                sqlite::positionsOf(std::move(chunk.start), m_position, std::move(chunk.keys), m_query.hasRowId()),
                std::move(chunk.rejected)};
    }

    Settings m_settings;
    std::unique_ptr<sqlite::Database> m_database;
    sqlite::Query m_query;
    sqlite::Statement m_statement;
    sqlite::ReadPosition m_position;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<sqlite::ColumnType> m_types;
    std::vector<CellBuffer> m_cells;
    std::vector<Decision> m_decisions;
    bool m_hasRow = false; ///< the statement stands on a row that was not handed out
    bool m_ended = false;
    std::atomic<std::int64_t> m_bytes{0};
};

std::vector<OptionSpec> sqliteOptions()
{
    std::vector<OptionSpec> options{
        {.key = "path",
         .type = OptionType::Path,
         .label = "Database file",
         .help = "The SQLite file; it is only read.",
         .required = true},
        {.key = "table",
         .type = OptionType::Text,
         .label = "Table",
         .help = "A table or view. Without a cursor tables are read in the order of their row ids, and a later run "
                 "reads the rows that were added behind the last one."},
        queryOption(),
        {.key = "types",
         .type = OptionType::Choice,
         .label = "Types",
         .help = "Detect takes the declared types where a sample fits them; text reads every column as text.",
         .defaultText = "detect",
         .choices = {"detect", "text"}},
        {.key = "columns",
         .type = OptionType::Map,
         .label = "Column types",
         .help = "Types by column name, before those found: text, json, blob, bool, int64, double, decimal(10,2), "
                 "date, timestamp, timestamptz, timestamp_s, timestamp_ms (integers since 1970)."},
        {.key = "sample_rows",
         .type = OptionType::Integer,
         .label = "Sample",
         .help = "How many rows are looked at to find the types.",
         .defaultText = "10000",
         .advanced = true,
         .minimum = 0,
         .maximum = 10'000'000},
        {.key = "busy_timeout",
         .type = OptionType::Duration,
         .label = "Wait for writers",
         .help = "How long to wait while another program has locked the database.",
         .defaultText = "5s",
         .advanced = true,
         .minimum = 0,
         .maximum = 3600},
    };
    const auto cursor = cursorOptions(fileLagHelp());
    options.insert(options.begin() + 3, cursor.begin(), cursor.end());
    return options;
}

Result<Settings> settingsOf(const Options& options)
{
    Settings settings;
    settings.path = options.text("path");
    HEADRACE_TRY(settings.selection, readSelection(options, "sqlite source"));
    settings.types.detect = options.text("types") == "detect";
    settings.types.columns = options.map("columns");
    settings.types.sampleRows = options.integer("sample_rows");
    settings.busyTimeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("busy_timeout"));
    for (const auto& [name, type] : settings.types.columns)
        HEADRACE_CHECK(sqlite::parseColumnType(name, type));
    return settings;
}

/// Opens the file anew for every count: what else writes to it is not kept from doing so.
class RowIdCounter final : public RowCounter {
public:
    explicit RowIdCounter(Settings settings)
        : m_settings(std::move(settings))
    {
    }

    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                     std::stop_token stop) override
    {
        sqlite::ReadPosition from;
        if (position) {
            HEADRACE_TRY(from, sqlite::ReadPosition::parse(*position));
        }
        HEADRACE_TRY(auto database, sqlite::Database::open(m_settings.path, m_settings.busyTimeout));
        const std::stop_callback interrupt(stop, [&database] { sqlite3_interrupt(database.handle()); });
        HEADRACE_TRY(const auto query,
                     sqlite::Query::plan(database, m_settings.selection.table, m_settings.selection.query));
        if (!query.hasRowId())
            return fail(ErrorCode::Usage,
                        fmt::format("The trigger 'new_rows' counts row ids, which the {} of '{}' does not have; use "
                                    "every or cron.",
                                    query.title(), m_settings.path));
        return query.countBehind(database, from.rowId.value_or(kFirstRowId), enough);
    }

private:
    Settings m_settings;
};

OpenTable opener(Settings settings)
{
    return [settings = std::move(settings)](std::stop_token stop) { return sqlite::openTable(settings, stop); };
}

Result<PullForecast> forecastSqlite(const Options& options, const std::optional<Position>& position,
                                    std::chrono::nanoseconds between, std::stop_token stop)
{
    HEADRACE_TRY(Settings settings, settingsOf(options));
    if (!settings.selection.cursor.empty())
        return forecastTable(opener(std::move(settings)), position, between, stop);
    HEADRACE_TRY(auto database, sqlite::Database::open(settings.path, settings.busyTimeout));
    PullForecast forecast;
    forecast.unknown = "without a cursor the rows do not tell how fast they come";
    if (settings.selection.table.empty())
        return forecast;
    HEADRACE_TRY(const auto table, database.table(settings.selection.table));
    if (!table.hasRowId)
        return forecast;
    if (position) {
        HEADRACE_TRY(forecast.next, RowIdCounter(std::move(settings)).countBehind(position, kMostForecast, stop));
    } else {
        HEADRACE_TRY(forecast.next, database.highestRowId(table));
    }
    return forecast;
}

Result<std::string> probeSqlite(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sqliteOptions(), "sqlite source"));
    HEADRACE_TRY(const Settings settings, settingsOf(checked));
    if (!settings.selection.cursor.empty()) { // finds what is wrong with it
        HEADRACE_TRY(const auto reader, opener(settings)(stop));
    }
    HEADRACE_TRY(auto database, sqlite::Database::open(settings.path, settings.busyTimeout));
    HEADRACE_TRY(const auto query, sqlite::Query::plan(database, settings.selection.table, settings.selection.query));
    return fmt::format("The {} has {}.", query.title(),
                       counted(static_cast<std::int64_t>(query.columns().size()), "column"));
}

Result<std::vector<Readable>> describeSqlite(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(auto database, sqlite::Database::open(options.text("path"), std::chrono::seconds{5}));
    const std::stop_callback interrupt(stop, [&database] { sqlite3_interrupt(database.handle()); });
    HEADRACE_TRY(const auto tables, database.tables());
    HEADRACE_TRY(auto estimates, database.estimates());
    std::vector<Readable> readables;
    for (const sqlite::TableInfo& table : tables) {
        if (stop.stop_requested())
            return fail(stopped(options.text("path")));
        const sqlite::Database::Estimate& known = estimates[table.name];
        std::string description =
            fmt::format("{}, {}", table.isView ? "view" : "table", counted(table.columns, "column"));
        HEADRACE_TRY(const auto most, database.highestRowId(table));
        if (known.rows)
            description += ", about " + counted(*known.rows, "row");
        else if (most)
            description += ", up to " + counted(*most, "row");
        if (known.bytes)
            description += ", " + shownSize(*known.bytes);
        Options only = options;
        only.erase("query");
        only.set("table", table.name);
        readables.push_back({table.name, std::move(only), std::move(description)});
    }
    return readables;
}

} // namespace

SourceType sqliteSource()
{
    SourceType source;
    source.type = "sqlite";
    source.label = "SQLite database";
    source.group = "Databases";
    source.help =
        "A table, view or query of an SQLite file, read from one snapshot. Values that do not fit their column's "
        "type go to quarantine.";
    source.fileEndings = {".sqlite", ".sqlite3", ".db"};
    source.options = sqliteOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(Settings settings, settingsOf(options));
        if (!settings.selection.cursor.empty())
            return makeTableSource(opener(std::move(settings)));
        return std::make_unique<SqliteSource>(std::move(settings));
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(Settings settings, settingsOf(options));
        if (!settings.selection.cursor.empty())
            return makeTableCounter(settings.selection, opener(settings), "sqlite source");
        return std::make_unique<RowIdCounter>(std::move(settings));
    };
    source.forPreview = previewOfTable;
    source.forecast = forecastSqlite;
    source.cursorAt = sqlite::cursorAt;
    source.lateRows = tableLateRows;
    source.probe = probeSqlite;
    source.describe = describeSqlite;
    return source;
}

} // namespace headrace
