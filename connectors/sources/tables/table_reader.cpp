// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/tables/table_reader.h"

#include "connectors/sources/chunk_slicer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace headrace {

namespace {

constexpr std::int64_t kBlockBytes = 8 * 1024 * 1024;

class TableSource final : public Source {
public:
    explicit TableSource(OpenTable open)
        : m_open(std::move(open))
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        HEADRACE_TRY(m_reader, m_open(stop));
        const auto& plan = m_reader->plan();
        m_position = {};
        if (resumeFrom) {
            HEADRACE_TRY(m_position, TablePosition::parse(*resumeFrom, plan.cursor.size()));
        }
        m_estimate = m_position.above.empty() && m_position.rows == 0 ? plan.estimate : std::nullopt;
        m_toSkip = m_position.rows;
        HEADRACE_CHECK(m_reader->begin(m_position, stop));
        m_position.audit = m_reader->audit();
        return plan.schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, fmt::format("Reading the {} was stopped.", m_reader->plan().title));
        if (m_slicer.isEmpty()) {
            if (m_ended)
                return std::nullopt;
            HEADRACE_TRY(RowBlock block, m_reader->read(std::clamp<std::int64_t>(hint.maxRows, 1, blockRows()),
                                                        std::min(hint.maxBytes, kBlockBytes), hint.maxWait, stop));
            m_ended = block.last;
            m_bytes += block.wireBytes;
            if (m_toSkip > 0)
                HEADRACE_CHECK(skip(block));
            if (m_ended && block.rows->num_rows() == 0)
                return std::nullopt;
            HEADRACE_TRY(Chunk chunk, chunkOf(std::move(block)));
            m_slicer.set(std::move(chunk));
        }
        return m_slicer.next(hint);
    }

    Status acknowledge(const Position&) override { return {}; }

    void close() noexcept override
    {
        m_slicer.clear();
        m_reader.reset();
        m_ended = false;
        m_bytes = 0;
    }

    [[nodiscard]] SourceProgress progress() const override { return {m_bytes, std::nullopt, m_estimate}; }
    [[nodiscard]] std::vector<Decision> decisions() const override
    {
        return m_reader ? m_reader->plan().decisions : std::vector<Decision>();
    }

private:
    /// A column needs the room of a block before its first row comes.
    [[nodiscard]] std::int64_t blockRows() const
    {
        constexpr std::int64_t kMost = 32'768;
        constexpr std::int64_t kCells = 1'000'000;
        return std::clamp<std::int64_t>(kCells / std::max<std::int64_t>(1, m_reader->plan().schema->num_fields()), 256,
                                        kMost);
    }

    /// Drops rows that the runs before have counted; the last of them must be what it was.
    Status skip(RowBlock& block)
    {
        const std::int64_t rows = std::min(m_toSkip, block.rows->num_rows());
        m_toSkip -= rows;
        const bool isWrong = m_toSkip == 0 && rowDigest(*block.rows, rows - 1) != m_position.row;
        if (isWrong || (m_toSkip > 0 && block.last))
            return fail(ErrorCode::Conflict,
                        fmt::format("The {} is not what it was: its row {} was another one in the last run. Reset the "
                                    "pipeline's state to read all of it again.",
                                    m_reader->plan().title, m_position.rows));
        const auto dropped = std::ranges::lower_bound(block.refused, rows) - block.refused.begin();
        block.rows = block.rows->Slice(rows);
        block.refused.erase(block.refused.begin(), block.refused.begin() + dropped);
        block.rejected.erase(block.rejected.begin(), block.rejected.begin() + dropped);
        for (std::int64_t& refused : block.refused)
            refused -= rows;
        for (BadRecord& record : block.rejected)
            record.beforeRow -= rows - dropped;
        return {};
    }

    [[nodiscard]] std::shared_ptr<arrow::RecordBatch> deliveredColumns(const arrow::RecordBatch& rows) const
    {
        const auto& schema = m_reader->plan().schema;
        arrow::ArrayVector columns = rows.columns();
        columns.resize(static_cast<std::size_t>(schema->num_fields()));
        return arrow::RecordBatch::Make(schema, rows.num_rows(), std::move(columns));
    }

    Result<Chunk> chunkOf(RowBlock block)
    {
        const auto& plan = m_reader->plan();
        for (const int column : plan.cursor)
            if (block.refused.empty() && block.rows->column(column)->null_count() > 0)
                return fail(ErrorCode::Data,
                            fmt::format("The column '{}' of the {} is NULL in a row, but it is a cursor or key. Take "
                                        "another one.",
                                        block.rows->schema()->field(column)->name(), plan.title));
        const auto visible =
            block.rows->num_columns() == plan.schema->num_fields() ? block.rows : deliveredColumns(*block.rows);
        HEADRACE_TRY(auto rows, deliveredRows(visible, block.refused));
        auto at = tablePositions(m_position, block, plan.cursor, plan.cursorText);
        m_position = positionBehind(m_position, block, plan.cursor, plan.cursorText);
        return Chunk{std::move(rows), std::move(at), std::move(block.rejected)};
    }

    OpenTable m_open;
    std::unique_ptr<TableReader> m_reader;
    TablePosition m_position; ///< behind the last block
    std::optional<std::int64_t> m_estimate;
    ChunkSlicer m_slicer;
    std::int64_t m_toSkip = 0; ///< rows that were counted before
    bool m_ended = false;
    std::atomic<std::int64_t> m_bytes{0};
};

} // namespace

std::unique_ptr<Source> makeTableSource(OpenTable open)
{
    return std::make_unique<TableSource>(std::move(open));
}

} // namespace headrace
