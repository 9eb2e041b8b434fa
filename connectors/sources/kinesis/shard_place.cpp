// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/shard_place.h"

#include "connectors/core/json.h"
#include "connectors/sources/messages/saved_columns.h"
#include "connectors/sources/saved_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace headrace::kinesis {

namespace {

using Start = aws::IteratorStart;

bool isNumber(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <typename Number>
bool readNumber(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

constexpr std::string_view kPlace = "in the Kinesis stream";

class ChunkPositions final : public RowPositions {
public:
    explicit ChunkPositions(ChunkRecords records)
        : m_records(std::move(records))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const auto count = static_cast<std::size_t>(rows);
        if (m_records.shard.empty() || (count == 0 && !m_records.behindRow.empty()))
            return m_records.before->toPosition();
        StreamPosition position = *m_records.before;
        position.shards[m_records.shard] =
            count == m_records.behindRow.size() ? m_records.end : m_records.behindRow[count - 1];
        return position.toPosition();
    }

private:
    ChunkRecords m_records;
};

} // namespace

ShardPlace ShardPlace::end()
{
    ShardPlace place;
    place.isEnd = true;
    return place;
}

ShardPlace ShardPlace::behind(std::string sequence)
{
    return {{Start::Kind::AfterSequence, std::move(sequence), 0}, 0, false};
}

ShardPlace ShardPlace::inside(std::string sequence, std::uint32_t taken)
{
    return {{Start::Kind::AtSequence, std::move(sequence), 0}, taken, false};
}

std::string ShardPlace::toText() const
{
    if (isEnd)
        return ".";
    switch (start.kind) {
    case Start::Kind::AtTime:
        return fmt::format("@{}", start.time);
    case Start::Kind::AtSequence:
        return taken == 0 ? "=" + start.sequence : fmt::format("{}/{}", start.sequence, taken);
    case Start::Kind::AfterSequence:
        return start.sequence;
    default:
        return "-";
    }
}

std::optional<ShardPlace> ShardPlace::parse(const std::string& text)
{
    if (text == ".")
        return end();
    if (text == "-")
        return ShardPlace{};
    if (isNumber(text))
        return behind(text);
    ShardPlace place;
    if (text.starts_with('@') && readNumber(std::string_view(text).substr(1), place.start.time)) {
        place.start.kind = Start::Kind::AtTime;
        return place;
    }
    if (text.starts_with('=') && isNumber(std::string_view(text).substr(1)))
        return inside(text.substr(1), 0);
    const std::size_t slash = text.find('/');
    if (slash != std::string::npos && isNumber(std::string_view(text).substr(0, slash)) &&
        readNumber(std::string_view(text).substr(slash + 1), place.taken))
        return inside(text.substr(0, slash), place.taken);
    return std::nullopt;
}

Position StreamPosition::toPosition() const
{
    nlohmann::ordered_json json;
    json["created"] = created;
    json["shards"] = nlohmann::ordered_json::object();
    for (const auto& [shard, place] : shards)
        json["shards"][shard] = place.toText();
    if (!columns.empty())
        json["columns"] = columnsToJson(columns);
    return {jsonText(json)};
}

Result<StreamPosition> StreamPosition::parse(const Position& position)
{
    return readPosition(position, kPlace, [&](const nlohmann::json& json) -> Result<StreamPosition> {
        StreamPosition parsed;
        parsed.created = json.at("created").get<std::string>();
        for (const auto& [shard, text] : json.at("shards").items()) {
            const auto place = ShardPlace::parse(text.get<std::string>());
            if (!place)
                return fail(unreadablePosition(kPlace, position.text));
            parsed.shards[shard] = *place;
        }
        if (json.contains("columns") && !columnsFromJson(json["columns"], parsed.columns))
            return fail(unreadablePosition(kPlace, position.text));
        return parsed;
    });
}

std::shared_ptr<const RowPositions> positionsOf(ChunkRecords records)
{
    return std::make_shared<ChunkPositions>(std::move(records));
}

} // namespace headrace::kinesis
