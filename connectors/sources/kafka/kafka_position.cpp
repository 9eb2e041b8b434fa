// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/kafka_position.h"

#include "connectors/core/json.h"
#include "connectors/sources/messages/saved_columns.h"
#include "connectors/sources/saved_json.h"

#include <fmt/format.h>

#include <charconv>

namespace headrace::kafka {

namespace {

class ChunkPositions final : public RowPositions {
public:
    explicit ChunkPositions(ChunkMessages messages)
        : m_messages(std::move(messages))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const auto count = static_cast<std::size_t>(rows);
        const bool isAll = count == m_messages.messageOfRow.size();
        const std::size_t messages = isAll        ? m_messages.offset.size()
                                     : count == 0 ? 0
                                                  : m_messages.messageOfRow[count - 1] + 1;
        std::vector<std::int64_t> next = m_messages.start;
        DurableRows::Counts taken = m_messages.taken;
        for (std::size_t i = 0; i < messages; ++i) {
            next[m_messages.partition[i]] = m_messages.offset[i] + 1;
            ++taken[m_messages.partition[i]];
        }
        Position position = positionAt(isAll ? m_messages.end : next);
        m_messages.durable->note(position, std::move(taken));
        return position;
    }

private:
    [[nodiscard]] Position positionAt(const std::vector<std::int64_t>& next) const
    {
        ReadPosition position;
        position.columns = m_messages.frame->columns;
        position.keyColumns = m_messages.frame->keyColumns;
        for (std::size_t i = 0; i < next.size(); ++i)
            if (next[i] >= 0)
                position.next[m_messages.frame->partitions[i]] = next[i];
        return position.toPosition();
    }

    ChunkMessages m_messages;
};

bool parseOffsets(const std::string& topic, const std::string& text, std::map<TopicPartition, std::int64_t>& next)
{
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        TopicPartition partition{topic, 0};
        std::int64_t offset = 0;
        const auto number = std::from_chars(at, end, partition.partition);
        if (number.ec != std::errc{} || number.ptr == end || *number.ptr != ':')
            return false;
        const auto place = std::from_chars(number.ptr + 1, end, offset);
        if (place.ec != std::errc{} || offset < 0)
            return false;
        next[partition] = offset;
        at = place.ptr;
        if (at != end && *at++ != ' ')
            return false;
    }
    return true;
}

constexpr std::string_view kPlace = "in the Kafka topic";

} // namespace

Position ReadPosition::toPosition() const
{
    nlohmann::ordered_json json;
    json["offsets"] = nlohmann::ordered_json::object();
    std::string offsets;
    for (auto at = next.begin(); at != next.end();) {
        const std::string& topic = at->first.topic;
        offsets.clear();
        for (; at != next.end() && at->first.topic == topic; ++at)
            offsets += fmt::format("{}{}:{}", offsets.empty() ? "" : " ", at->first.partition, at->second);
        json["offsets"][topic] = offsets;
    }
    if (!columns.empty())
        json["columns"] = columnsToJson(columns);
    if (!keyColumns.empty())
        json["keys"] = columnsToJson(keyColumns);
    return {jsonText(json)};
}

Result<ReadPosition> ReadPosition::parse(const Position& position)
{
    return readPosition(position, kPlace, [&](const nlohmann::json& json) -> Result<ReadPosition> {
        ReadPosition parsed;
        for (const auto& [topic, offsets] : json.at("offsets").items())
            if (!parseOffsets(topic, offsets.get<std::string>(), parsed.next))
                return fail(unreadablePosition(kPlace, position.text));
        if (json.contains("columns") && !columnsFromJson(json["columns"], parsed.columns))
            return fail(unreadablePosition(kPlace, position.text));
        if (json.contains("keys") && !columnsFromJson(json["keys"], parsed.keyColumns))
            return fail(unreadablePosition(kPlace, position.text));
        return parsed;
    });
}

std::shared_ptr<const RowPositions> positionsOf(ChunkMessages messages)
{
    return std::make_shared<ChunkPositions>(std::move(messages));
}

} // namespace headrace::kafka
