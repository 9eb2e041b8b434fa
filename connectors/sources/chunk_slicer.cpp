// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sources/chunk_slicer.h"

#include "connectors/core/value_bytes.h"

#include <algorithm>

namespace headrace {

namespace {

class ShiftedPositions final : public RowPositions {
public:
    ShiftedPositions(std::shared_ptr<const RowPositions> whole, std::int64_t from)
        : m_whole(std::move(whole))
        , m_from(from)
    {
    }
    [[nodiscard]] Position after(std::int64_t rows) const override { return m_whole->after(m_from + rows); }

private:
    std::shared_ptr<const RowPositions> m_whole;
    std::int64_t m_from;
};

} // namespace

void ChunkSlicer::set(Chunk chunk)
{
    clear();
    m_bytes = valueBytes(*chunk.rows);
    m_chunk = std::move(chunk);
    m_made = MadeCursor(m_chunk.made);
}

void ChunkSlicer::clear()
{
    m_chunk = {};
    m_from = 0;
    m_rejectedFrom = 0;
    m_made = MadeCursor({});
    m_sums.clear();
}

std::int64_t ChunkSlicer::sliceEnd(const ReadHint& hint)
{
    const std::int64_t rows = m_chunk.rows->num_rows();
    const std::int64_t end = std::min(rows, m_from + std::max<std::int64_t>(1, hint.maxRows));
    if (m_bytes <= hint.maxBytes || m_from >= rows)
        return end;
    if (m_sums.empty())
        m_sums = cumulativeValueBytes(*m_chunk.rows);
    const auto first = m_sums.begin() + m_from;
    const auto fits = std::upper_bound(first, m_sums.begin() + end + 1, *first + hint.maxBytes);
    return std::max<std::int64_t>(m_from + 1, fits - m_sums.begin() - 1);
}

Chunk ChunkSlicer::next(const ReadHint& hint)
{
    const std::int64_t rows = m_chunk.rows->num_rows();
    const std::int64_t end = sliceEnd(hint);
    if (m_from == 0 && end == rows) {
        Chunk whole = std::move(m_chunk);
        clear();
        return whole;
    }
    Chunk slice{m_chunk.rows->Slice(m_from, end - m_from), std::make_shared<ShiftedPositions>(m_chunk.at, m_from), {}};
    for (; m_rejectedFrom < m_chunk.rejected.size(); ++m_rejectedFrom) {
        BadRecord& record = m_chunk.rejected[m_rejectedFrom];
        if (end < rows && record.beforeRow >= end)
            break;
        record.beforeRow -= m_from;
        slice.rejected.push_back(std::move(record));
    }
    m_made.take(end - m_from, [&](const MadeAt& group) { slice.made.push_back(group); });
    m_from = end;
    if (end == rows)
        clear();
    return slice;
}

} // namespace headrace
