// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/sources/postgres/read_position.h"

#include "connectors/core/json.h"
#include "connectors/core/packed_rows.h"
#include "connectors/postgres/cell_text.h"
#include "connectors/sources/saved_json.h"
#include "connectors/sources/tables/table_position.h"

#include <algorithm>

namespace headrace::postgres {

namespace {

class ChunkPositions final : public RowPositions {
public:
    explicit ChunkPositions(BlockPositions block)
        : m_block(std::move(block))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const std::int64_t count = withRefusedRows(rows, m_block.rows->num_rows(), m_block.refused);
        return positionAfter(m_block, count).toPosition();
    }

private:
    BlockPositions m_block;
};

bool hasNull(const BlockPositions& block, std::int64_t row)
{
    return std::ranges::any_of(block.cursor, [&](int column) { return block.rows->column(column)->IsNull(row); });
}

ReadPosition behindCursor(const BlockPositions& block, std::int64_t count)
{
    ReadPosition position = block.start;
    // A refused row may have no cursor that could be kept; it counts with the row before.
    std::int64_t row = count - 1;
    while (row >= 0 && hasNull(block, row))
        --row;
    if (row < 0)
        return position;
    Step step;
    for (const int column : block.cursor)
        step.until.push_back(cellText(*block.rows->column(column), row));
    step.open = block.openAtEnd && count == block.rows->num_rows() ? *block.openAtEnd : block.open;
    // Rows come in the order of the cursor: of the old steps those are left that end above this row.
    const auto& all = block.start.steps;
    const auto holding = block.step == nullptr
                             ? all.size()
                             : static_cast<std::size_t>(static_cast<const arrow::Int32Array&>(*block.step).Value(row));
    position.steps = {std::move(step)};
    position.steps.insert(position.steps.end(),
                          all.begin() + static_cast<std::ptrdiff_t>(std::min(holding, all.size())), all.end());
    return position;
}

} // namespace

Position ReadPosition::toPosition() const
{
    nlohmann::ordered_json json;
    if (byCursor) {
        json["seen"] = nlohmann::ordered_json::array();
        for (const Step& step : steps) {
            nlohmann::ordered_json item{{"until", step.until}};
            if (!step.open.isEmpty())
                item["open"] = {step.open.from, step.open.until};
            json["seen"].push_back(std::move(item));
        }
    } else {
        json = {{"page", page}, {"rows", rows}, {"row", row}, {"horizon", horizon}};
        if (rangePages > 0)
            json["range"] = rangePages;
    }
    return {jsonText(json)};
}

Result<ReadPosition> ReadPosition::parse(const Position& position, bool byCursor)
{
    return readPosition(position, "in the database", [&](const nlohmann::json& json) -> Result<ReadPosition> {
        ReadPosition parsed;
        parsed.byCursor = byCursor;
        if (byCursor) {
            for (const auto& item : json.at("seen")) {
                Step step{item.at("until").get<std::vector<std::string>>(), {}};
                if (item.contains("open"))
                    step.open = {item["open"].at(0).get<std::uint64_t>(), item["open"].at(1).get<std::uint64_t>()};
                parsed.steps.push_back(std::move(step));
            }
        } else {
            parsed.page = json.at("page").get<std::uint64_t>();
            parsed.rows = json.at("rows").get<std::int64_t>();
            parsed.row = json.at("row").get<std::string>();
            parsed.horizon = json.at("horizon").get<std::uint64_t>();
            parsed.rangePages = json.value("range", std::uint64_t{0});
        }
        return parsed;
    });
}

std::string blockRowDigest(const BlockPositions& block, std::int64_t row)
{
    if (!isPacked(*block.rows))
        return rowDigest(*block.rows, row);
    const auto& packed = static_cast<const arrow::BinaryArray&>(*block.rows->column(0));
    return rowDigest(*block.unpacked(packed.GetView(row)), 0);
}

std::string cursorAt(const Position& position)
{
    const auto parsed = ReadPosition::parse(position, true);
    return parsed && !parsed->steps.empty() && !parsed->steps.front().until.empty()
               ? parsed->steps.front().until.front()
               : std::string();
}

std::shared_ptr<const RowPositions> positionsOf(BlockPositions block)
{
    return std::make_shared<ChunkPositions>(std::move(block));
}

ReadPosition positionAfter(const BlockPositions& block, std::int64_t count)
{
    if (count == 0)
        return block.start;
    if (!block.cursor.empty())
        return behindCursor(block, count);
    ReadPosition position = block.start;
    position.rows += count;
    position.row = blockRowDigest(block, count - 1);
    return position;
}

} // namespace headrace::postgres
