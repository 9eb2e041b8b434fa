// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sqlite/sqlite_position.h"

#include "connectors/core/json.h"
#include "connectors/sources/saved_json.h"

#include <utility>

namespace headrace::sqlite {

namespace {

class ChunkPositions final : public RowPositions {
public:
    ChunkPositions(ReadPosition start, ReadPosition end, std::vector<std::int64_t> keys, bool byRowId)
        : m_start(std::move(start))
        , m_end(std::move(end))
        , m_keys(std::move(keys))
        , m_byRowId(byRowId)
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        if (rows == static_cast<std::int64_t>(m_keys.size()))
            return m_end.toPosition();
        ReadPosition position = m_start;
        if (rows > 0 && m_byRowId)
            position.rowId = m_keys[static_cast<std::size_t>(rows - 1)];
        else if (rows > 0)
            position.rows = m_keys[static_cast<std::size_t>(rows - 1)];
        return position.toPosition();
    }

private:
    ReadPosition m_start;
    ReadPosition m_end;
    std::vector<std::int64_t> m_keys;
    bool m_byRowId;
};

} // namespace

Position ReadPosition::toPosition() const
{
    nlohmann::ordered_json json;
    if (rowId)
        json["rowid"] = *rowId;
    else
        json["rows"] = rows;
    json["schema"] = schema;
    return {jsonText(json)};
}

Result<ReadPosition> ReadPosition::parse(const Position& position)
{
    return readPosition(position, "in the database", [](const nlohmann::json& json) -> Result<ReadPosition> {
        ReadPosition parsed;
        if (json.contains("rowid"))
            parsed.rowId = json["rowid"].get<std::int64_t>();
        else
            parsed.rows = json.at("rows").get<std::int64_t>();
        parsed.schema = json.at("schema").get<std::string>();
        return parsed;
    });
}

std::shared_ptr<const RowPositions> positionsOf(ReadPosition start, ReadPosition end, std::vector<std::int64_t> keys,
                                                bool byRowId)
{
    return std::make_shared<ChunkPositions>(std::move(start), std::move(end), std::move(keys), byRowId);
}

} // namespace headrace::sqlite
