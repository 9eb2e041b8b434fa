// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/copy_input.h"

#include "connectors/postgres/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace headrace::postgres {

namespace {

constexpr std::string_view kSignature{"PGCOPY\n\xff\r\n\0", 11};
constexpr std::size_t kHeaderBytes = 19;
constexpr std::size_t kFirstCapacity = 256 * 1024;
/// So many cells at once stay in the processor's cache between splitting and decoding.
constexpr std::size_t kCellsAtOnce = 8192;

} // namespace

const char* splitCells(const char* at, const char* end, std::size_t count, WireCell* cells, std::size_t apart)
{
    for (std::size_t i = 0; i < count; ++i, cells += apart) {
        if (end - at < 4)
            return nullptr;
        const auto size = fromWire<std::int32_t>(at);
        at += 4;
        *cells = {at, std::max(size, -1)};
        if (size < 0)
            continue;
        if (end - at < size)
            return nullptr;
        at += size;
    }
    return at;
}

CopyInput::CopyInput(Connection& connection, std::size_t columns, std::string what)
    : m_connection(connection)
    , m_columns(columns)
    , m_what(std::move(what))
    , m_mostRows(std::clamp<std::size_t>(kCellsAtOnce / std::max<std::size_t>(1, columns), 16, 1024))
    , m_buffer(new char[kFirstCapacity])
    , m_capacity(kFirstCapacity)
    , m_cells(m_mostRows * columns)
    , m_rowSizes(m_mostRows)
{
}

Status CopyInput::begin(const std::string& select)
{
    return m_connection.sendCopyOut(fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", select), m_what);
}

Result<std::size_t> CopyInput::split(std::int64_t maxRows, std::int64_t maxBytes)
{
    m_rows = 0;
    if (!m_headerSeen && !skipHeader())
        return m_isBroken ? malformed() : Result<std::size_t>(0);
    m_first = m_last = m_begin;
    const std::size_t most = std::min(m_mostRows, static_cast<std::size_t>(std::max<std::int64_t>(1, maxRows)));
    while (m_rows < most && static_cast<std::int64_t>(m_begin - m_first) < maxBytes && splitRow())
        ++m_rows;
    if (m_isBroken)
        return malformed();
    return m_rows;
}

std::span<const WireCell> CopyInput::column(std::size_t column) const
{
    return {m_cells.data() + column * m_mostRows, m_rows};
}

const WireCell& CopyInput::cell(std::size_t row, std::size_t column) const
{
    return m_cells[column * m_mostRows + row];
}

/// False when not all of it is here.
bool CopyInput::skipHeader()
{
    if (m_end - m_begin < kHeaderBytes)
        return false;
    const char* const header = m_buffer.get() + m_begin;
    m_isBroken = std::string_view(header, kSignature.size()) != kSignature;
    const std::size_t whole = kHeaderBytes + fromWire<std::uint32_t>(header + kHeaderBytes - 4);
    if (m_isBroken || m_end - m_begin < whole)
        return false;
    m_begin += whole;
    m_headerSeen = true;
    return true;
}

/// False when no whole row is here.
bool CopyInput::splitRow()
{
    const char* at = m_buffer.get() + m_begin;
    const char* const end = m_buffer.get() + m_end;
    if (end - at < 2 || m_trailerSeen)
        return false;
    const auto cells = fromWire<std::int16_t>(at);
    at += 2;
    m_trailerSeen = cells == -1;
    m_isBroken = !m_trailerSeen && cells != static_cast<std::int16_t>(m_columns);
    if (m_trailerSeen || m_isBroken) {
        m_begin += m_trailerSeen ? 2 : 0;
        return false;
    }
    at = splitCells(at, end, m_columns, m_cells.data() + m_rows, m_mostRows);
    if (at == nullptr)
        return false;
    const auto after = static_cast<std::size_t>(at - m_buffer.get());
    m_rowSizes[m_rows] = after - m_begin;
    m_begin = m_last = after;
    return true;
}

Result<bool> CopyInput::fill(std::chrono::milliseconds wait, std::stop_token stop)
{
    m_rows = 0;
    std::memmove(m_buffer.get(), m_buffer.get() + m_begin, m_end - m_begin);
    m_end -= m_begin;
    m_first = m_last = m_begin = 0;
    if (m_end == m_capacity) { // a row that does not fit
        std::unique_ptr<char[]> larger(new char[m_capacity * 2]);
        std::memcpy(larger.get(), m_buffer.get(), m_end);
        m_buffer = std::move(larger);
        m_capacity *= 2;
    }
    HEADRACE_TRY(const auto read,
                 m_connection.readCopy({m_buffer.get() + m_end, m_capacity - m_end}, wait, m_what, std::move(stop)));
    m_ended = !read;
    if (m_ended && (m_end > 0 || !m_trailerSeen))
        return malformed();
    m_end += read.value_or(0);
    return m_ended || *read > 0;
}

tl::unexpected<Error> CopyInput::malformed() const
{
    return fail(ErrorCode::Failed, fmt::format("{}: PostgreSQL sent something that is no binary COPY.", m_what));
}

} // namespace headrace::postgres
