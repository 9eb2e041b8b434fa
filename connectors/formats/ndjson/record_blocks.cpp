// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/record_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace headrace::ndjson {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::int64_t countLines(const char* first, const char* last)
{
    return std::count(first, last, '\n');
}

/// One past the JSON value that begins at `at`; null when it goes on behind `end`.
const char* valueEnd(const char* at, const char* end)
{
    int depth = 0;
    for (; at < end; ++at) {
        switch (*at) {
        case '"':
            for (++at; at < end && *at != '"'; ++at)
                at += *at == '\\' ? 1 : 0;
            break;
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return at;
            --depth;
            break;
        case ',':
            if (depth == 0)
                return at;
            continue;
        default:
            continue;
        }
        if (depth == 0 && at < end)
            return at + 1;
    }
    return nullptr;
}

Error damaged(const std::string& path, std::string_view what)
{
    return {ErrorCode::Data, fmt::format("'{}' {}.", path, what), {}, std::nullopt};
}

} // namespace

std::string Place::toText() const
{
    const std::string_view suffix = layout == Layout::Elements ? ":array" : layout == Layout::Closed ? ":closed" : "";
    return fmt::format("{}:{}{}", offset, line, suffix);
}

Result<Place> Place::parse(const std::string& text)
{
    Place place;
    const char* const end = text.data() + text.size();
    const auto offset = std::from_chars(text.data(), end, place.offset);
    if (offset.ec == std::errc{} && offset.ptr != end && *offset.ptr == ':') {
        const auto line = std::from_chars(offset.ptr + 1, end, place.line);
        const std::string_view suffix(line.ptr, static_cast<std::size_t>(end - line.ptr));
        place.layout = suffix == ":array" ? Layout::Elements : suffix == ":closed" ? Layout::Closed : Layout::Lines;
        if (line.ec == std::errc{} && (suffix.empty() || place.layout != Layout::Lines))
            return place;
    }
    return fail(ErrorCode::Conflict, fmt::format("'{}' is no place in a JSON file; reset the pipeline's state to start "
                                                 "again.",
                                                 text));
}

RecordBlocks::RecordBlocks(Settings settings, std::unique_ptr<ByteInput> input)
    : m_settings(std::move(settings))
    , m_input(std::move(input))
    , m_blockBytes(m_settings.firstBlockBytes)
{
}

Result<std::unique_ptr<RecordBlocks>> RecordBlocks::open(Settings settings, std::optional<Place> from)
{
    HEADRACE_TRY(auto input, openByteInput(settings.path, settings.compression));
    auto blocks = std::unique_ptr<RecordBlocks>(new RecordBlocks(std::move(settings), std::move(input)));
    if (from)
        HEADRACE_CHECK(blocks->goTo(*from));
    else
        HEADRACE_CHECK(blocks->detectLayout());
    return blocks;
}

Status RecordBlocks::goTo(const Place& place)
{
    m_place = place;
    if (place.offset == 0 || place.layout != Layout::Lines)
        return m_input->skipTo(place.offset);
    HEADRACE_CHECK(m_input->skipTo(place.offset - 1));
    HEADRACE_CHECK(fill(2));
    const bool grewInside = m_filled == 2 && m_buffer[0] != '\n';
    if (grewInside)
        return fail(
            damaged(m_settings.path, fmt::format("was appended to in the middle of line {}, which was read as it "
                                                 "then was; reset the pipeline's state to start again",
                                                 place.line)));
    m_filled -= std::min<std::size_t>(m_filled, 1);
    std::memmove(m_buffer.get(), m_buffer.get() + 1, m_filled);
    return {};
}

Status RecordBlocks::detectLayout()
{
    constexpr std::size_t kTellingBytes = 4096;
    HEADRACE_CHECK(fill(std::max(m_blockBytes, kTellingBytes)));
    const std::string_view text(m_buffer.get(), m_filled);
    std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    const auto skipBlanks = [&] {
        while (at < text.size() && isBlank(text[at]))
            ++at;
        return at < text.size() ? text[at] : '\0';
    };
    m_place.layout = Layout::Lines;
    const std::size_t markEnd = at;
    if (m_settings.layout != Layout::Lines && skipBlanks() == '[') {
        const std::size_t open = at++;
        const char first = skipBlanks();
        if (m_settings.layout == Layout::Elements || first == '{' || first == ']') {
            at = open + 1;
            m_place.layout = Layout::Elements;
        }
    }
    if (m_place.layout == Layout::Lines)
        at = markEnd;
    if (m_settings.layout == Layout::Elements && m_place.layout == Layout::Lines)
        return fail(damaged(m_settings.path, "is no JSON array: it does not begin with '['"));
    m_place.offset = static_cast<std::int64_t>(at);
    m_place.line += countLines(m_buffer.get(), m_buffer.get() + at);
    m_filled -= at;
    std::memmove(m_buffer.get(), m_buffer.get() + at, m_filled);
    return {};
}

/// Reads until `wanted` bytes are in the buffer or the file has ended.
Status RecordBlocks::fill(std::size_t wanted)
{
    if (wanted > m_capacity) {
        auto larger = std::make_unique_for_overwrite<char[]>(wanted + StructuralIndex::kPadding);
        if (m_filled > 0)
            std::memcpy(larger.get(), m_buffer.get(), m_filled);
        m_buffer = std::move(larger);
        m_capacity = wanted;
    }
    if (m_ended || m_filled >= wanted)
        return {};
    HEADRACE_TRY(const std::size_t got, m_input->read({m_buffer.get() + m_filled, wanted - m_filled}));
    m_ended = got < wanted - m_filled;
    m_filled += got;
    return {};
}

Result<std::optional<Block>> RecordBlocks::next()
{
    HEADRACE_CHECK(fill(m_blockBytes));
    if (m_filled == 0 && m_ended && m_place.layout != Layout::Elements)
        return std::nullopt;
    HEADRACE_TRY(Block block, m_place.layout == Layout::Lines ? nextLines() : nextElements());
    m_blockBytes = std::min(m_blockBytes * 2, m_settings.blockBytes);
    return block;
}

/// The first `size` bytes of the buffer as a block; the rest stays.
Block RecordBlocks::cut(std::size_t size, std::int64_t lines, Layout layoutAfter)
{
    Block block;
    block.start = m_place;
    m_place.offset += static_cast<std::int64_t>(size);
    m_place.line += lines;
    m_place.layout = layoutAfter;
    block.end = m_place;
    block.size = size;

    const std::size_t rest = m_filled - size;
    auto remaining = std::make_unique_for_overwrite<char[]>(std::max(rest, m_blockBytes) + StructuralIndex::kPadding);
    std::memcpy(remaining.get(), m_buffer.get() + size, rest);
    std::memset(m_buffer.get() + size, 0, StructuralIndex::kPadding);
    block.bytes = std::exchange(m_buffer, std::move(remaining));
    m_capacity = std::max(rest, m_blockBytes);
    m_filled = rest;
    block.isLast = m_ended && rest == 0;
    return block;
}

/// How much of the buffer is whole lines; 0 for none.
std::size_t RecordBlocks::lineCut(std::int64_t& lines) const
{
    const char* const first = m_buffer.get();
    const auto* last = static_cast<const char*>(::memrchr(first, '\n', m_filled));
    const char* cutAt = m_ended ? first + m_filled : last == nullptr ? first : last + 1;
    lines = countLines(first, cutAt);
    if (lines <= m_maxRecords)
        return static_cast<std::size_t>(cutAt - first);
    cutAt = first;
    for (lines = 0; lines < m_maxRecords; ++lines)
        cutAt = static_cast<const char*>(std::memchr(cutAt, '\n', first + m_filled - cutAt)) + 1;
    return static_cast<std::size_t>(cutAt - first);
}

Result<Block> RecordBlocks::nextLines()
{
    std::int64_t lines = 0;
    std::size_t size = lineCut(lines);
    while (size == 0 && !isTooLong(m_filled)) {
        HEADRACE_CHECK(fill(m_filled * 2));
        size = lineCut(lines);
    }
    if (isTooLong(size == 0 ? m_filled : size))
        size = shortLines(lines);
    return size == 0 ? skipLongLine() : cut(size, lines, Layout::Lines);
}

/// How much of the buffer is lines before the first that is too long; not more than `lines`, which becomes their
/// number.
std::size_t RecordBlocks::shortLines(std::int64_t& lines) const
{
    const char* const first = m_buffer.get();
    const char* const last = first + m_filled;
    const char* at = first;
    const std::int64_t atMost = std::exchange(lines, 0);
    while (at < last && lines < atMost) {
        const char* const end = std::find(at, last, '\n');
        if (isTooLong(static_cast<std::size_t>(end - at)))
            break;
        at = std::min(end + 1, last);
        ++lines;
    }
    return static_cast<std::size_t>(at - first);
}

Result<Block> RecordBlocks::skipLongLine()
{
    BadRecord record;
    record.origin = m_settings.path;
    record.line = m_place.line;
    record.byteOffset = m_place.offset;
    record.reason =
        fmt::format("The record is longer than the {} bytes that 'max_record' allows.", m_settings.maxRecordBytes);
    const char* newline = std::find(m_buffer.get(), m_buffer.get() + m_filled, '\n');
    record.raw.assign(m_buffer.get(), std::min<std::size_t>(newline - m_buffer.get(), BadRecord::kMaxRawBytes));

    const Place start = m_place;
    while ((newline = static_cast<const char*>(std::memchr(m_buffer.get(), '\n', m_filled))) == nullptr && !m_ended) {
        m_place.offset += static_cast<std::int64_t>(std::exchange(m_filled, 0));
        HEADRACE_CHECK(fill(m_blockBytes));
    }
    const std::size_t rest = newline == nullptr ? m_filled : static_cast<std::size_t>(newline + 1 - m_buffer.get());
    Block block = cut(rest, newline == nullptr ? 0 : 1, Layout::Lines);
    block.start = start;
    block.oversized = std::move(record);
    block.size = 0;
    return block;
}

Error RecordBlocks::longElement(std::size_t at) const
{
    return damaged(m_settings.path,
                   fmt::format("has an element at byte {} that is longer than the {} bytes that 'max_record' allows",
                               m_place.offset + static_cast<std::int64_t>(at), m_settings.maxRecordBytes));
}

Result<Block> RecordBlocks::nextElements()
{
    std::vector<Block::Span> spans;
    bool closed = m_place.layout == Layout::Closed;
    std::size_t at = 0;
    std::uint32_t line = 0;
    while (true) {
        const char* const first = m_buffer.get();
        const char* const last = first + m_filled;
        const char* next = first + at;
        const auto limit = static_cast<std::size_t>(std::min<std::int64_t>(m_maxRecords, 1 << 20));
        while (next < last && spans.size() < limit) {
            if (isBlank(*next) || (!closed && *next == ',')) {
                line += *next == '\n' ? 1 : 0;
                ++next;
                continue;
            }
            if (closed)
                return fail(damaged(m_settings.path, fmt::format("goes on behind its JSON array at byte {}",
                                                                 m_place.offset + (next - first))));
            if (*next == ']') {
                closed = true;
                ++next;
                continue;
            }
            const char* end = valueEnd(next, last);
            if (end == nullptr || end == next)
                break;
            if (isTooLong(static_cast<std::size_t>(end - next)))
                return fail(longElement(static_cast<std::size_t>(next - first)));
            spans.push_back({static_cast<std::uint32_t>(next - first), static_cast<std::uint32_t>(end - first), line});
            line += static_cast<std::uint32_t>(countLines(next, end));
            next = end;
        }
        at = static_cast<std::size_t>(next - first);
        if (!spans.empty() || (closed && at == m_filled))
            break;
        if (m_ended)
            return fail(damaged(m_settings.path, "ends inside its JSON array; it was cut or is still being written"));
        if (isTooLong(m_filled - at))
            return fail(longElement(at));
        HEADRACE_CHECK(fill(m_filled * 2));
    }
    Block block = cut(at, line, closed ? Layout::Closed : Layout::Elements);
    block.elements = std::move(spans);
    block.isLast = block.isLast && closed;
    return block;
}

void RecordTokens::start(const Block& block)
{
    m_block = &block;
    m_at = 0;
    m_line = 0;
    m_isWhole = m_index.build({block.bytes.get(), block.size}).empty();
    m_places = m_index.places();
}

bool RecordTokens::nextSpan(Block::Span& span, std::uint32_t& end)
{
    const Block& block = *m_block;
    if (block.start.layout == Layout::Elements) {
        if (m_at >= block.elements.size())
            return false;
        span = block.elements[m_at++];
        end = span.end;
        return true;
    }
    if (m_at >= block.size || block.start.layout == Layout::Closed)
        return false;
    const char* first = block.bytes.get() + m_at;
    const auto* newline = static_cast<const char*>(std::memchr(first, '\n', block.size - m_at));
    span.begin = static_cast<std::uint32_t>(m_at);
    span.end = static_cast<std::uint32_t>(newline == nullptr ? block.size : newline - block.bytes.get());
    span.line = m_line++;
    m_at = span.end + (newline == nullptr ? 0 : 1);
    end = static_cast<std::uint32_t>(m_at);
    return true;
}

bool RecordTokens::next(Record& record)
{
    Block::Span span;
    while (nextSpan(span, record.end)) {
        record.text = {m_block->bytes.get() + span.begin, span.end - span.begin};
        record.line = span.line;
        record.problem = {};
        if (m_isWhole) {
            while (*m_places < span.begin)
                ++m_places;
            m_base = m_block->bytes.get();
            m_first = m_places;
            m_recordEnd = span.end;
        } else {
            record.problem = m_index.build(record.text);
            m_base = record.text.data();
            m_first = m_index.places();
            m_recordEnd = static_cast<std::uint32_t>(record.text.size());
        }
        rewind();
        if (!record.problem.empty() || !m_cursor.isAtEnd())
            return true;
    }
    return false;
}

} // namespace headrace::ndjson
