// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/spool_position.h"

#include "connectors/core/json.h"
#include "connectors/sources/messages/saved_columns.h"
#include "connectors/sources/saved_json.h"

namespace headrace::mqtt {

namespace {

constexpr std::string_view kPlace = "in the MQTT spool";

class ChunkPositions final : public RowPositions {
public:
    ChunkPositions(SpoolPosition before, std::vector<std::uint32_t> messageOfRow, std::size_t messages)
        : m_before(std::move(before))
        , m_messageOfRow(std::move(messageOfRow))
        , m_messages(messages)
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const auto count = static_cast<std::size_t>(rows);
        SpoolPosition position = m_before;
        if (count == m_messageOfRow.size())
            position.next += static_cast<std::int64_t>(m_messages);
        else if (count > 0)
            position.next += m_messageOfRow[count - 1] + 1;
        return position.toPosition();
    }

private:
    SpoolPosition m_before;
    std::vector<std::uint32_t> m_messageOfRow;
    std::size_t m_messages;
};

} // namespace

Position SpoolPosition::toPosition() const
{
    nlohmann::ordered_json json{{"spool", spool}, {"next", next}};
    if (!columns.empty())
        json["columns"] = columnsToJson(columns);
    return {jsonText(json)};
}

Result<SpoolPosition> SpoolPosition::parse(const Position& position)
{
    return readPosition(position, kPlace, [&](const nlohmann::json& json) -> Result<SpoolPosition> {
        SpoolPosition parsed;
        parsed.spool = json.at("spool").get<std::string>();
        parsed.next = json.at("next").get<std::int64_t>();
        if (json.contains("columns") && !columnsFromJson(json["columns"], parsed.columns))
            return fail(unreadablePosition(kPlace, position.text));
        return parsed;
    });
}

std::shared_ptr<const RowPositions> positionsOf(SpoolPosition before, std::vector<std::uint32_t> messageOfRow,
                                                std::size_t messages)
{
    return std::make_shared<ChunkPositions>(std::move(before), std::move(messageOfRow), messages);
}

} // namespace headrace::mqtt
