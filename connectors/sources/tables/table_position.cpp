// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include "connectors/sources/tables/table_position.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/json.h"
#include "connectors/core/stable_hash.h"
#include "connectors/sources/saved_json.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

bool hasNull(const arrow::RecordBatch& rows, const std::vector<int>& columns, std::int64_t row)
{
    return std::ranges::any_of(columns, [&](int column) { return rows.column(column)->IsNull(row); });
}

/// Behind the first `count` rows of the block.
TablePosition positionAfter(const TablePosition& start, const arrow::RecordBatch& rows, const std::vector<int>& cursor,
                            const CursorText& text, std::int64_t count)
{
    TablePosition position = start;
    if (count == 0)
        return position;
    if (cursor.empty()) {
        position.rows += count;
        position.row = rowDigest(rows, count - 1);
        return position;
    }
    // A refused row may have no cursor that could be kept; it counts with the row before.
    std::int64_t row = count - 1;
    while (row >= 0 && hasNull(rows, cursor, row))
        --row;
    if (row < 0)
        return position;
    position.above.clear();
    for (const int column : cursor)
        position.above.push_back(text(*rows.column(column), row));
    return position;
}

class BlockPositions final : public RowPositions {
public:
    BlockPositions(TablePosition start, const RowBlock& block, std::vector<int> cursor, CursorText text)
        : m_start(std::move(start))
        , m_rows(block.rows)
        , m_refused(block.refused)
        , m_cursor(std::move(cursor))
        , m_text(std::move(text))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const std::int64_t count = withRefusedRows(rows, m_rows->num_rows(), m_refused);
        return positionAfter(m_start, *m_rows, m_cursor, m_text, count).toPosition();
    }

private:
    TablePosition m_start;
    std::shared_ptr<arrow::RecordBatch> m_rows;
    std::vector<std::int64_t> m_refused;
    std::vector<int> m_cursor;
    CursorText m_text;
};

} // namespace

Result<std::shared_ptr<arrow::RecordBatch>> deliveredRows(const std::shared_ptr<arrow::RecordBatch>& rows,
                                                          const std::vector<std::int64_t>& refused)
{
    if (refused.empty())
        return rows;
    arrow::RecordBatchVector parts;
    std::int64_t from = 0;
    for (const std::int64_t row : refused) {
        parts.push_back(rows->Slice(from, row - from));
        from = row + 1;
    }
    parts.push_back(rows->Slice(from));
    return fromArrow(arrow::ConcatenateRecordBatches(parts), "The rows could not be kept");
}

std::int64_t withRefusedRows(std::int64_t delivered, std::int64_t whole, const std::vector<std::int64_t>& refused)
{
    if (delivered == whole - static_cast<std::int64_t>(refused.size()))
        return whole;
    if (delivered == 0)
        return 0;
    std::int64_t count = delivered;
    for (const std::int64_t row : refused)
        count += row < count ? 1 : 0;
    return count;
}

std::string rowDigest(const arrow::RecordBatch& rows, std::int64_t row)
{
    StableHash hash;
    for (const auto& column : rows.columns()) {
        if (column->IsNull(row)) {
            hash.add(std::string_view("\0n", 2));
        } else {
            const auto scalar = column->GetScalar(row);
            hash.add(scalar.ok() ? (*scalar)->ToString() : "");
        }
        hash.add(std::string_view("\0", 1));
    }
    return fmt::format("{:016x}", hash.value());
}

Position TablePosition::toPosition() const
{
    nlohmann::ordered_json json;
    if (above.empty())
        json = {{"rows", rows}, {"row", row}};
    else
        json = {{"above", above}};
    if (!audit.isEmpty())
        json["audit"] = audit.toJson();
    return {jsonText(json)};
}

Result<TablePosition> TablePosition::parse(const Position& position)
{
    return readPosition(position, "in the database", [](const nlohmann::json& json) -> Result<TablePosition> {
        TablePosition parsed;
        if (json.contains("audit"))
            parsed.audit = CursorAudit::fromJson(json["audit"]);
        if (json.contains("above")) {
            parsed.above = json["above"].get<std::vector<std::string>>();
        } else {
            parsed.rows = json.at("rows").get<std::int64_t>();
            parsed.row = json.at("row").get<std::string>();
        }
        return parsed;
    });
}

Result<TablePosition> TablePosition::parse(const Position& position, std::size_t columns)
{
    HEADRACE_TRY(TablePosition parsed, parse(position));
    if (parsed.above.size() == columns || (parsed.above.empty() && parsed.rows == 0))
        return parsed;
    return fail(ErrorCode::Conflict, "The saved position does not fit the cursor and key of what is read; reset the "
                                     "pipeline's state to start again.");
}

std::string textOfText(const arrow::Array& column, std::int64_t row)
{
    return static_cast<const arrow::StringArray&>(column).GetString(row);
}

std::string tableCursorAt(const Position& position)
{
    const auto parsed = TablePosition::parse(position);
    return parsed && !parsed->above.empty() ? parsed->above.front() : std::string();
}

std::string tableLateRows(const Position& position)
{
    const auto parsed = TablePosition::parse(position);
    return parsed ? parsed->audit.sentence() : std::string();
}

std::shared_ptr<const RowPositions> tablePositions(TablePosition start, const RowBlock& block, std::vector<int> cursor,
                                                   CursorText text)
{
    return std::make_shared<BlockPositions>(std::move(start), block, std::move(cursor), std::move(text));
}

TablePosition positionBehind(const TablePosition& start, const RowBlock& block, const std::vector<int>& cursor,
                             const CursorText& text)
{
    return positionAfter(start, *block.rows, cursor, text, block.rows->num_rows());
}

} // namespace headrace
