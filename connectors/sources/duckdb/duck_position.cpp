// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/sources/duckdb/duck_position.h"

#include "connectors/core/json.h"
#include "connectors/sources/saved_json.h"
#include "connectors/sources/tables/table_position.h"

#include <utility>

namespace headrace::duck {

namespace {

class ChunkPositions final : public RowPositions {
public:
    ChunkPositions(ReadPosition start, std::shared_ptr<arrow::RecordBatch> rows,
                   std::shared_ptr<arrow::Int64Array> rowIds)
        : m_start(std::move(start))
        , m_rows(std::move(rows))
        , m_rowIds(std::move(rowIds))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        ReadPosition position = m_start;
        position.rows += rows;
        if (rows > 0 && m_rowIds != nullptr) {
            position.rowId = m_rowIds->Value(rows - 1);
            position.row = rowDigest(*m_rows, rows - 1);
        }
        return position.toPosition();
    }

private:
    ReadPosition m_start;
    std::shared_ptr<arrow::RecordBatch> m_rows;
    std::shared_ptr<arrow::Int64Array> m_rowIds;
};

} // namespace

Position ReadPosition::toPosition() const
{
    nlohmann::ordered_json json;
    if (rowId) {
        json["rowid"] = *rowId;
        json["row"] = row;
    }
    json["rows"] = rows;
    json["columns"] = columns;
    return {jsonText(json)};
}

Result<ReadPosition> ReadPosition::parse(const Position& position)
{
    return readPosition(position, "in the database", [](const nlohmann::json& json) -> Result<ReadPosition> {
        ReadPosition parsed;
        if (json.contains("rowid")) {
            parsed.rowId = json["rowid"].get<std::int64_t>();
            parsed.row = json.at("row").get<std::string>();
        }
        parsed.rows = json.at("rows").get<std::int64_t>();
        parsed.columns = json.at("columns").get<std::string>();
        return parsed;
    });
}

std::shared_ptr<const RowPositions> positionsOf(ReadPosition start, std::shared_ptr<arrow::RecordBatch> rows,
                                                std::shared_ptr<arrow::Int64Array> rowIds)
{
    return std::make_shared<ChunkPositions>(std::move(start), std::move(rows), std::move(rowIds));
}

} // namespace headrace::duck
