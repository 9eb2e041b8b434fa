// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/formats/ndjson/block_parser.h"

#include <fmt/format.h>

#include <cstring>

namespace headrace::ndjson {

namespace {

/// Where the next record begins behind each row of a block.
class BlockPositions final : public RowPositions {
public:
    struct RowEnd {
        std::uint32_t offset = 0;
        std::uint32_t line = 0;
    };

    BlockPositions(const Place& start, const Place& end, std::vector<RowEnd> ends)
        : m_start(start)
        , m_end(end)
        , m_ends(std::move(ends))
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        if (rows == static_cast<std::int64_t>(m_ends.size()))
            return {m_end.toText()};
        Place place = m_start;
        if (rows > 0) {
            place.offset += m_ends[static_cast<std::size_t>(rows - 1)].offset;
            place.line += m_ends[static_cast<std::size_t>(rows - 1)].line;
        }
        return {place.toText()};
    }

private:
    Place m_start;
    Place m_end;
    std::vector<RowEnd> m_ends;
};

/// Lines from the block's start to where the record ends.
std::uint32_t lineAfter(const Block& block, const RecordTokens::Record& record)
{
    if (block.start.layout == Layout::Lines)
        return record.line + (record.end > 0 && block.bytes[record.end - 1] == '\n' ? 1 : 0);
    return record.line + static_cast<std::uint32_t>(std::count(record.text.begin(), record.text.end(), '\n'));
}

BadRecord badRecord(const std::string& origin, const Block& block, const RecordTokens::Record& record,
                    std::size_t beforeRow, std::string reason)
{
    BadRecord bad;
    bad.beforeRow = static_cast<std::int64_t>(beforeRow);
    bad.origin = origin;
    bad.line = block.start.line + record.line;
    bad.byteOffset = block.start.offset + (record.text.data() - block.bytes.get());
    bad.reason = std::move(reason);
    bad.raw = record.text.substr(0, BadRecord::kMaxRawBytes);
    return bad;
}

bool isKey(const JsonValue& key, const std::string& quoted)
{
    return key.raw.size() == quoted.size() + 1 && std::memcmp(key.raw.data() + 1, quoted.data(), quoted.size()) == 0;
}

} // namespace

BlockParser::BlockParser(std::shared_ptr<const RecordShape> shape)
    : m_shape(std::move(shape))
{
    for (const Column& column : m_shape->columns)
        m_buffers.emplace_back(column);
}

Chunk BlockParser::parse(const Block& block)
{
    std::vector<BlockPositions::RowEnd> ends;
    std::vector<BadRecord> rejected;
    if (block.oversized)
        rejected.push_back(*block.oversized);
    for (ColumnBuffer& buffer : m_buffers)
        buffer.cells().reserve(m_expectedRows);
    ends.reserve(m_expectedRows);

    m_row = 0;
    m_tokens.start(block);
    RecordTokens::Record record;
    while (m_tokens.next(record)) {
        if (parseRecord(record)) {
            endRow();
            ends.push_back({record.end, lineAfter(block, record)});
        } else {
            dropRow();
            rejected.push_back(badRecord(m_shape->origin, block, record, m_row, std::move(m_reason)));
        }
    }
    m_expectedRows = m_row + m_row / 8;

    arrow::ArrayVector columns;
    columns.reserve(m_buffers.size());
    for (ColumnBuffer& buffer : m_buffers)
        columns.push_back(buffer.cells().finish());
    return {arrow::RecordBatch::Make(m_shape->schema, static_cast<std::int64_t>(m_row), std::move(columns)),
            std::make_shared<BlockPositions>(block.start, block.end, std::move(ends)), std::move(rejected)};
}

bool BlockParser::parseRecord(const RecordTokens::Record& record)
{
    m_reason.clear();
    m_extra.clear();
    if (!record.problem.empty())
        return notJson(record.problem);
    if (!parseMembers(*m_shape->keys, {}))
        return false;
    if (!m_tokens.cursor().isAtEnd())
        return notJson("text follows its object");
    return true;
}

bool BlockParser::notJson(std::string_view problem)
{
    if (m_reason.empty())
        m_reason = fmt::format("The record is no JSON object: {}.", problem);
    return false;
}

bool BlockParser::parseMembers(const KeyGroup& group, const std::string& prefix)
{
    JsonCursor& cursor = m_tokens.cursor();
    bool isLast = false;
    if (!cursor.enterObject(isLast))
        return notJson(cursor.problem());
    std::size_t expected = 0;
    while (!isLast)
        if (!parseMember(group, prefix, expected) || !cursor.endMember(isLast))
            return notJson(cursor.problem());
    return true;
}

bool BlockParser::parseMember(const KeyGroup& group, const std::string& prefix, std::size_t& expected)
{
    JsonCursor& cursor = m_tokens.cursor();
    JsonValue key;
    if (!cursor.key(key))
        return false;
    const auto& members = group.members();
    if (expected >= members.size() || !isKey(key, members[expected].quoted)) {
        std::string_view name;
        if (!cursor.text(key, name))
            return false;
        const int found = members.empty() ? -1 : group.find(name, expected);
        JsonValue value;
        if (found < 0)
            return cursor.value(value) && addExtra(prefix, key, value);
        expected = static_cast<std::size_t>(found);
    }
    const KeyGroup::Member& member = members[expected++];
    if (member.group != nullptr && cursor.peek() == '{')
        return parseMembers(*member.group, prefix + member.quoted.substr(0, member.quoted.size() - 1) + ".");

    JsonValue value;
    if (!cursor.value(value))
        return false;
    if (member.group != nullptr && value.type == JsonType::Null)
        return true;
    if (member.group != nullptr) {
        m_reason = fmt::format("The key {} is flattened into columns, which the value {} does not fit.", key.raw,
                               value.raw.substr(0, 200));
        return false;
    }
    ColumnBuffer& buffer = m_buffers[static_cast<std::size_t>(member.column)];
    if (buffer.cells().rows() > m_row) {
        m_reason = fmt::format("The key {} comes twice.", key.raw);
        return false;
    }
    return buffer.append(value, cursor, m_reason);
}

bool BlockParser::addExtra(const std::string& prefix, const JsonValue& key, const JsonValue& value)
{
    const std::string_view name = key.raw.substr(1);
    switch (m_shape->extra) {
    case ExtraKeys::Ignore:
        return true;
    case ExtraKeys::Column:
        m_extra += fmt::format("{}\"{}{}:{}", m_extra.empty() ? "{" : ",", prefix, name, value.raw);
        return true;
    case ExtraKeys::Quarantine:
        break;
    }
    m_reason = fmt::format("The record has the key \"{}{}, which is no column; name it in 'columns', or set 'extra' to "
                           "column or ignore.",
                           prefix, name);
    return false;
}

void BlockParser::endRow()
{
    if (!m_extra.empty())
        m_buffers.back().cells().append(m_extra + "}");
    ++m_row;
    for (ColumnBuffer& buffer : m_buffers)
        if (buffer.cells().rows() < m_row)
            buffer.cells().appendNull();
}

void BlockParser::dropRow()
{
    for (ColumnBuffer& buffer : m_buffers)
        if (buffer.cells().rows() > m_row)
            buffer.cells().truncate(m_row);
}

} // namespace headrace::ndjson
