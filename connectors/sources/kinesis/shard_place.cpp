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

/// Without the time.
std::optional<ShardPlace> placeIn(const std::string& text)
{
    if (text == ".")
        return ShardPlace::end();
    if (text == "-")
        return ShardPlace{};
    if (isNumber(text))
        return ShardPlace::behind(text, 0);
    ShardPlace place;
    if (text.starts_with('@') && readNumber(std::string_view(text).substr(1), place.start.time)) {
        place.start.kind = Start::Kind::AtTime;
        return place;
    }
    if (text.starts_with('=') && isNumber(std::string_view(text).substr(1)))
        return ShardPlace::inside(text.substr(1), 0, 0);
    const std::size_t slash = text.find('/');
    if (slash != std::string::npos && isNumber(std::string_view(text).substr(0, slash)) &&
        readNumber(std::string_view(text).substr(slash + 1), place.taken))
        return ShardPlace::inside(text.substr(0, slash), place.taken, 0);
    return std::nullopt;
}

class ChunkPositions final : public RowPositions {
public:
    explicit ChunkPositions(ChunkRecords records)
        : m_records(std::move(records))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        const auto count = static_cast<std::size_t>(rows);
        const bool isAll = count == m_records.behindRow.size();
        StreamPosition position = *m_records.before;
        DurableRows::Counts taken = m_records.taken;
        if (!m_records.shard.empty() && (isAll || count > 0)) {
            position.shards[m_records.shard] = isAll ? m_records.end : m_records.behindRow[count - 1];
            taken[m_records.index] += isAll ? m_records.messages : m_records.takenAtRow[count - 1];
        }
        const Position text = position.toPosition();
        m_records.durable->note(text, std::move(taken));
        return text;
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

ShardPlace ShardPlace::behind(std::string sequence, std::int64_t readUpTo)
{
    return {{Start::Kind::AfterSequence, std::move(sequence), 0}, 0, false, readUpTo};
}

ShardPlace ShardPlace::inside(std::string sequence, std::uint32_t taken, std::int64_t readUpTo)
{
    return {{Start::Kind::AtSequence, std::move(sequence), 0}, taken, false, readUpTo};
}

std::string ShardPlace::toText() const
{
    if (isEnd)
        return ".";
    const std::string known = readUpTo > 0 ? fmt::format("~{}", readUpTo) : "";
    switch (start.kind) {
    case Start::Kind::AtTime:
        return fmt::format("@{}{}", start.time, known);
    case Start::Kind::AtSequence:
        return (taken == 0 ? "=" + start.sequence : fmt::format("{}/{}", start.sequence, taken)) + known;
    case Start::Kind::AfterSequence:
        return start.sequence + known;
    default:
        return "-" + known;
    }
}

std::optional<ShardPlace> ShardPlace::parse(const std::string& text)
{
    const std::size_t tilde = std::min(text.find('~'), text.size());
    auto place = placeIn(text.substr(0, tilde));
    if (place && tilde < text.size() && !readNumber(std::string_view(text).substr(tilde + 1), place->readUpTo))
        return std::nullopt;
    return place;
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
