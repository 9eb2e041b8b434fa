// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/block_source.h"

#include "connectors/formats/csv/record_boundary.h"
#include "connectors/formats/csv/record_scanner.h"

#include <algorithm>
#include <cstring>

namespace headrace::csv {

BlockSource::BlockSource(std::unique_ptr<ByteInput> input, std::string head, const Dialect& dialect, Encoding encoding,
                         Place place)
    : m_input(std::move(input))
    , m_head(std::move(head))
    , m_dialect(dialect)
    , m_encoding(encoding)
    , m_place(std::move(place))
{
}

Result<std::optional<Block>> BlockSource::next(std::size_t size)
{
    // Where no record ends in so many bytes, the first one is too long: the line end "\r" takes two more to be known.
    const std::size_t enough = m_place.maxRecord + 2;
    std::size_t capacity = m_carry.size() + size;
    std::size_t used = m_carry.size();
    PoolVector<char> buffer(capacity + kPadding);
    std::memcpy(buffer.data(), m_carry.data(), used);
    std::size_t whole = 0;
    while (true) {
        if (!m_ended) {
            HEADRACE_TRY(const std::size_t got, readText({buffer.data() + used, capacity - used}));
            m_ended = got < capacity - used;
            used += got;
        }
        std::memset(buffer.data() + used, 0, kPadding);
        whole = wholeRecords({buffer.data(), used}, m_dialect, m_ended);
        if (whole > 0 || m_ended)
            break;
        if (used >= enough)
            return passLongRecord({buffer.data(), used});
        capacity = std::min(capacity * 2, enough);
        buffer.resize(capacity + kPadding);
    }
    if (used == 0)
        return std::nullopt;
    if (whole > m_place.maxRecord) {
        const std::size_t longAt = findLongRecord({buffer.data(), whole}, m_dialect, m_place.maxRecord);
        if (longAt == 0)
            return passLongRecord({buffer.data(), used});
        whole = longAt;
    }
    m_carry.assign(buffer.data() + whole, used - whole);
    std::memset(buffer.data() + whole, 0, kPadding);
    Block block{std::move(buffer), whole, m_place.offset};
    m_place.offset += encodedSize(block.text(), m_encoding);
    return block;
}

Result<std::optional<Block>> BlockSource::passLongRecord(std::string_view text)
{
    constexpr std::size_t kPiece = 256 * 1024;
    LongRecord record{.front = std::string(text.substr(0, BadRecord::kMaxRawBytes))};
    LongRecordScanner scanner(m_dialect, record);
    const std::int64_t offset = m_place.offset;
    m_carry = text;
    while (true) {
        std::size_t used = 0;
        const bool ends = scanner.scan(m_carry, m_ended, used);
        m_place.offset += encodedSize(std::string_view(m_carry).substr(0, used), m_encoding);
        m_carry.erase(0, used);
        if (ends)
            break;
        const std::size_t kept = m_carry.size();
        m_carry.resize(kept + kPiece);
        HEADRACE_TRY(const std::size_t got, readText({m_carry.data() + kept, kPiece}));
        m_carry.resize(kept + got);
        m_ended = got < kPiece;
    }
    record.end = m_place.offset;
    return Block{{}, 0, offset, std::move(record)};
}

Result<std::size_t> BlockSource::readText(std::span<char> out)
{
    return m_encoding == Encoding::Utf8 ? readRaw(out) : readConverted(out);
}

Result<std::size_t> BlockSource::readConverted(std::span<char> out)
{
    std::size_t given = 0;
    while (given < out.size()) {
        if (m_convertedUsed == m_converted.size()) {
            constexpr std::size_t kPiece = 256 * 1024;
            const std::size_t kept = m_raw.size();
            m_raw.resize(kept + kPiece);
            HEADRACE_TRY(const std::size_t got, readRaw({m_raw.data() + kept, kPiece}));
            m_raw.resize(kept + got);
            m_converted.clear();
            m_convertedUsed = 0;
            m_raw.erase(0, appendUtf8(m_raw, m_encoding, got < kPiece, m_converted));
            if (m_converted.empty())
                break;
        }
        const std::size_t size = std::min(out.size() - given, m_converted.size() - m_convertedUsed);
        std::memcpy(out.data() + given, m_converted.data() + m_convertedUsed, size);
        m_convertedUsed += size;
        given += size;
    }
    return given;
}

Result<std::size_t> BlockSource::readRaw(std::span<char> out)
{
    const std::size_t size = std::min(out.size(), m_head.size() - m_headUsed);
    std::memcpy(out.data(), m_head.data() + m_headUsed, size);
    m_headUsed += size;
    if (m_headUsed == m_head.size() && m_headUsed > 0) {
        m_head = {};
        m_headUsed = 0;
    }
    if (size == out.size())
        return size;
    HEADRACE_TRY(const std::size_t got, m_input->read(out.subspan(size)));
    return size + got;
}

} // namespace headrace::csv
