// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/packed_rows.h"
#include "connectors/postgres/copy_reader.h"
#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/postgres/cursor_counter.h"
#include "connectors/sources/postgres/cursor_forecast.h"
#include "connectors/sources/postgres/range_reader.h"
#include "connectors/sources/postgres/read_settings.h"
#include "connectors/sources/tables/table_position.h"
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>

namespace headrace {

namespace {

using namespace postgres;

constexpr std::int64_t kBlockBytes = 8 * 1024 * 1024;
constexpr std::uint64_t kRangesThatPay = 4;

class PostgresSource final : public Source, public PacksRows {
public:
    explicit PostgresSource(ReadSettings settings)
        : m_settings(std::move(settings))
    {
    }

    ~PostgresSource() override { close(); }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        m_position = {};
        m_position.byCursor = !m_settings.selection.cursor.empty();
        if (resumeFrom) {
            HEADRACE_TRY(m_position, ReadPosition::parse(*resumeFrom, m_position.byCursor));
        }
        HEADRACE_TRY(auto connection, Connection::open(m_settings.target, stop));
        m_connection = std::make_unique<Connection>(std::move(connection));
        HEADRACE_TRY(auto plan, ReadPlan::make(*m_connection, m_settings, stop));
        m_plan.emplace(std::move(plan));
        arrow::FieldVector fields;
        for (const ReadColumn& column : m_plan->columns())
            fields.push_back(column.field);
        m_schema = arrow::schema(std::move(fields));
        m_packingName = packingName();
        decide();
        HEADRACE_CHECK(m_plan->byCursor() ? beginByCursor(stop) : beginCounted(stop));
        return m_schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, fmt::format("Reading the {} was stopped.", m_plan->title()));
        if (m_slicer.isEmpty()) {
            if (m_ended)
                return std::nullopt;
            HEADRACE_TRY(auto block, m_ranges ? m_ranges->read(hint.maxWait, stop)
                                              : m_reader->read({std::clamp<std::int64_t>(hint.maxRows, 1, blockRows()),
                                                                std::min(hint.maxBytes, kBlockBytes), hint.maxWait},
                                                               m_packing, stop));
            m_ended = block.last;
            if (m_mustMeetLastRow && (m_ended || block.rows->num_rows() > 0))
                HEADRACE_CHECK(dropLastRow(block));
            if (m_ended && block.rows->num_rows() == 0)
                return std::nullopt;
            HEADRACE_TRY(Chunk chunk, chunkOf(std::move(block), stop));
            m_slicer.set(std::move(chunk));
        }
        return m_slicer.next(hint);
    }

    Status acknowledge(const Position&) override { return {}; }

    void close() noexcept override
    {
        m_slicer.clear();
        m_ranges.reset();
        m_reader.reset();
        m_connection.reset();
        m_ended = false;
        m_packing = false;
        m_bytes = 0;
    }

    [[nodiscard]] SourceProgress progress() const override
    {
        return {m_bytes, std::nullopt, m_plan ? m_plan->estimatedRows() : std::nullopt};
    }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }
    [[nodiscard]] std::string packing() const override { return m_packingName; }
    void allowPacking() override { m_packing = true; }

private:
    /// A column needs the room of a block before its first row comes.
    [[nodiscard]] std::int64_t blockRows() const
    {
        constexpr std::int64_t kMost = 16'384;
        constexpr std::int64_t kCells = 1'000'000;
        return std::clamp<std::int64_t>(kCells / m_schema->num_fields(), 256, kMost);
    }

    /// Rows by cursor are looked at for their positions, and those with special values where they must not pass.
    [[nodiscard]] std::string packingName() const
    {
        const ReadOptions& values = m_settings.values;
        if (m_plan->byCursor() || values.numeric != ReadOptions::Numeric::Exact ||
            values.special == ReadOptions::Special::Null)
            return {};
        std::vector<Type> types;
        for (const ReadColumn& column : m_plan->columns())
            types.push_back(column.type);
        return packingOf(types);
    }

    void decide()
    {
        m_decisions.clear();
        if (!m_plan->keyWasFound())
            return;
        std::vector<std::string> key;
        for (const int column : m_plan->cursor())
            key.push_back(m_schema->field(column)->name());
        m_decisions.push_back(keyDecision(key));
    }

    Status beginTransaction(const std::stop_token& stop)
    {
        HEADRACE_CHECK(m_connection->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                                             fmt::format("Reading the {} could not begin", m_plan->title()), stop));
        HEADRACE_TRY(m_snapshot, currentSnapshot(*m_connection, stop));
        return {};
    }

    Status beginByCursor(const std::stop_token& stop)
    {
        std::string latest;
        if (m_plan->cursorIsTime()) {
            HEADRACE_TRY(latest, latestCertainTime(*m_connection, m_settings.selection.lag, stop));
        }
        HEADRACE_CHECK(beginTransaction(stop));
        HEADRACE_CHECK(m_plan->checkFits(m_position));
        HEADRACE_CHECK(m_plan->checkNoNullCursor(*m_connection, stop));
        auto columns = m_plan->columns();
        m_hasStepColumn = ReadPlan::hasOpenSteps(m_position);
        if (m_hasStepColumn) {
            Column step{"headrace step", {}};
            step.type.oid = kInt4;
            columns.push_back(readColumn(step, {}));
        }
        m_reader.emplace(*m_connection, columns, m_settings.values, m_plan->title());
        return m_reader->begin(m_plan->selectByCursor(m_position, m_snapshot, latest));
    }

    Status beginCounted(const std::stop_token& stop)
    {
        HEADRACE_CHECK(beginTransaction(stop));
        if (m_position.horizon != 0)
            HEADRACE_CHECK(m_plan->checkUnchanged(*m_connection, m_position, stop));
        else
            m_position.horizon = m_snapshot.horizon;
        // The last row that was read is read again: it must be the same.
        const std::int64_t skip = std::max<std::int64_t>(0, m_position.rows - 1);
        HEADRACE_TRY(const std::uint64_t pages, divide(stop));
        if (m_position.rangePages > 0) {
            RangeReader::Job job{m_settings.target,
                                 m_plan->columns(),
                                 m_settings.values,
                                 m_plan->title(),
                                 blockRows(),
                                 kBlockBytes,
                                 pages,
                                 m_position.page,
                                 m_position.rangePages,
                                 skip,
                                 m_packing,
                                 std::max(2, m_settings.connections),
                                 [this](std::uint64_t from, std::uint64_t until, std::int64_t rows) {
                                     return m_plan->selectCounted(from, until, rows);
                                 }};
            HEADRACE_TRY(m_ranges, RangeReader::begin(*m_connection, std::move(job), stop));
        } else {
            m_reader.emplace(*m_connection, m_plan->columns(), m_settings.values, m_plan->title());
            HEADRACE_CHECK(m_reader->begin(m_plan->selectCounted(m_position.page, 0, skip)));
        }
        m_mustMeetLastRow = m_position.rows > 0;
        return {};
    }

    /// Decides whether the table is read by ranges, which a read that goes on does as it began. Returns its pages.
    Result<std::uint64_t> divide(const std::stop_token& stop)
    {
        const bool goesOn = m_position.rows > 0 || m_position.page > 0;
        if (!m_plan->hasPages() || m_settings.connections == 1 || (goesOn && m_position.rangePages == 0))
            return 0;
        HEADRACE_TRY(const std::uint64_t pages, tablePages(*m_connection, m_plan->relation(), stop));
        if (!goesOn && (m_settings.connections > 1 || pages >= kRangesThatPay * m_settings.rangePages))
            m_position.rangePages = m_settings.rangePages;
        return pages;
    }

    /// The first row must be the one that the position ends with; it was delivered or refused in the run before.
    Status dropLastRow(CopyReader::Block& block)
    {
        m_mustMeetLastRow = false;
        if (block.rows->num_rows() > 0 && blockRowDigest(positionsIn(block), 0) == m_position.row) {
            block.rows = block.rows->Slice(1);
            if (!block.refused.empty() && block.refused.front() == 0) {
                block.refused.erase(block.refused.begin());
                block.rejected.erase(block.rejected.begin());
            } else {
                for (BadRecord& record : block.rejected)
                    --record.beforeRow;
            }
            for (std::int64_t& refused : block.refused)
                --refused;
            return {};
        }
        return fail(
            ErrorCode::Conflict,
            fmt::format("The {} is not what it was: its row {} was another one in the last run. Reset the pipeline's "
                        "state to read all of it again.",
                        m_plan->title(), m_position.rows));
    }

    Result<Chunk> chunkOf(CopyReader::Block block, const std::stop_token& stop)
    {
        m_bytes += block.wireBytes;
        BlockPositions positions = positionsIn(block);
        if (m_hasStepColumn) {
            positions.step = block.rows->column(block.rows->num_columns() - 1);
            HEADRACE_TRY(positions.rows, fromArrow(block.rows->RemoveColumn(block.rows->num_columns() - 1),
                                                   "The rows could not be kept"));
        }
        if (block.page != m_position.page && !m_plan->byCursor()) { // the range after
            m_position.page = block.page;
            m_position.rows = 0;
            m_position.row.clear();
        }
        positions.start = m_position;
        positions.refused = std::move(block.refused);
        positions.cursor = m_plan->cursor();
        if (m_plan->byCursor()) {
            positions.open = {m_snapshot.horizon, m_snapshot.next};
            HEADRACE_CHECK(checkCursorCells(positions));
            if (block.last) {
                HEADRACE_CHECK(m_connection->execute("COMMIT", "The read could not be ended", stop));
                HEADRACE_TRY(const Snapshot after, currentSnapshot(*m_connection, stop));
                positions.openAtEnd = OpenTransactions{m_snapshot.horizon, after.next};
            }
        }
        m_position = positionAfter(positions, positions.rows->num_rows());
        HEADRACE_TRY(auto rows, deliveredRows(positions.rows, positions.refused));
        return Chunk{std::move(rows), positionsOf(std::move(positions)), std::move(block.rejected)};
    }

    [[nodiscard]] BlockPositions positionsIn(const CopyReader::Block& block) const
    {
        BlockPositions positions;
        positions.rows = block.rows;
        if (block.isPacked)
            positions.unpacked = [columns = m_plan->columns(), options = m_settings.values](std::string_view row) {
                auto rows = CopyReader::unpacked(row, columns, options);
                return rows ? *std::move(rows) : CopyReader::emptyRows(columns);
            };
        return positions;
    }

    /// A NULL that no constraint of a query forbids would hide the rows around it.
    Status checkCursorCells(const BlockPositions& block) const
    {
        if (!block.refused.empty())
            return {};
        for (const int column : block.cursor)
            if (block.rows->column(column)->null_count() > 0)
                return fail(ErrorCode::Data,
                            fmt::format("The column '{}' of the {} is NULL in a row, but it is a cursor or "
                                        "key. Take another one.",
                                        m_schema->field(column)->name(), m_plan->title()));
        return {};
    }

    ReadSettings m_settings;
    std::unique_ptr<Connection> m_connection;
    std::optional<ReadPlan> m_plan;
    std::optional<CopyReader> m_reader;
    std::unique_ptr<RangeReader> m_ranges; ///< instead of the reader
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<Decision> m_decisions;
    ReadPosition m_position; ///< behind the last block
    Snapshot m_snapshot;
    ChunkSlicer m_slicer;
    std::string m_packingName;
    std::atomic<bool> m_packing{false}; ///< blocks may be packed from now on
    bool m_hasStepColumn = false;
    bool m_mustMeetLastRow = false;
    bool m_ended = false;
    std::atomic<std::int64_t> m_bytes{0};
};

} // namespace

SourceType postgresSource()
{
    SourceType source;
    source.type = "postgres";
    source.label = "PostgreSQL";
    source.group = "Databases";
    source.help =
        "A table, view or query of a PostgreSQL database, whole or what is new since the last run, read from one "
        "snapshot.";
    source.options = sourceOptions();
    source.forPreview = [](Options options) {
        options.set("connections", "1"); // for the first rows more do not pay
        return options;
    };
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(ReadSettings settings, readSettings(options));
        return std::make_unique<PostgresSource>(std::move(settings));
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(ReadSettings settings, readSettings(options));
        HEADRACE_CHECK(checkCountsByCursor(settings.selection.cursor, "postgres source"));
        return std::make_unique<CursorCounter>(std::move(settings));
    };
    source.readsWhole = [](const Options& options) { return options.list("cursor").empty(); };
    source.forecast = [](const Options& options, const std::optional<Position>& position,
                         std::chrono::nanoseconds between, std::stop_token stop) -> Result<PullForecast> {
        HEADRACE_TRY(const ReadSettings settings, readSettings(options));
        return forecastPulls(settings, position, between, stop);
    };
    source.cursorAt = cursorAt;
    source.probe = probeSource;
    source.describe = describeDatabase;
    return source;
}

} // namespace headrace
