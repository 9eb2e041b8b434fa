// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/batcher.h"

#include <algorithm>
#include <utility>

namespace headrace {

namespace {

/// The most rows, up to `offered`, whose value bytes fit into `room`.
template <typename Bytes>
std::int64_t fittingRows(std::int64_t offered, const Bytes& bytes, std::int64_t room)
{
    if (bytes(offered) <= room)
        return offered;
    std::int64_t fits = 0;
    std::int64_t exceeds = offered;
    while (exceeds - fits > 1) {
        const std::int64_t middle = fits + (exceeds - fits) / 2;
        (bytes(middle) <= room ? fits : exceeds) = middle;
    }
    return fits;
}

} // namespace

Batcher::Batcher(BatchPolicy policy, std::int64_t firstSequence)
    : m_next(std::move(policy))
    , m_sequence(firstSequence)
{
}

Batcher::Step Batcher::take(std::span<const std::int64_t> cumulativeBytes, const Instant& at)
{
    const auto offered = static_cast<std::int64_t>(cumulativeBytes.size()) - 1;
    const auto bytes = [&](std::int64_t rows) {
        return cumulativeBytes[static_cast<std::size_t>(rows)] - cumulativeBytes.front();
    };
    return takeRows(offered, bytes, at);
}

Batcher::Step Batcher::take(std::int64_t rows, const BytesOfFirst& bytes, const Instant& at)
{
    return takeRows(rows, bytes, at);
}

template <typename Bytes>
Batcher::Step Batcher::takeRows(std::int64_t offered, const Bytes& bytes, const Instant& at)
{
    if (offered <= 0)
        return {};
    if (!isOpen())
        openBatch(at);
    else if (const auto due = dueReason(at))
        return {0, closeBatch(*due, at)};

    std::int64_t rows = m_policy.rows ? std::min(offered, *m_policy.rows - m_open.rows) : offered;
    bool full = false;
    if (m_policy.bytes) {
        const std::int64_t fitting = fittingRows(rows, bytes, *m_policy.bytes - m_open.bytes);
        m_open.oversize = fitting == 0 && m_open.rows == 0;
        full = fitting < rows;
        rows = m_open.oversize ? 1 : fitting;
    }
    m_open.rows += rows;
    m_open.bytes += bytes(rows);
    if (m_policy.rows && m_open.rows == *m_policy.rows)
        return {rows, closeBatch(CloseReason::Rows, at)};
    if (full)
        return {rows, closeBatch(CloseReason::Bytes, at)};
    return {rows, std::nullopt};
}

std::optional<BatchSummary> Batcher::expire(const Instant& at)
{
    if (const auto due = isOpen() ? dueReason(at) : std::nullopt)
        return closeBatch(*due, at);
    return std::nullopt;
}

std::optional<BatchSummary> Batcher::close(CloseReason reason, const Instant& at)
{
    if (!isOpen())
        return std::nullopt;
    return closeBatch(reason, at);
}

BatchSummary Batcher::closeEmpty(CloseReason reason, const Instant& at)
{
    openBatch(at);
    return closeBatch(reason, at);
}

std::optional<std::chrono::nanoseconds> Batcher::deadline() const
{
    if (!isOpen())
        return std::nullopt;
    if (m_ageDeadline && m_gridDeadline)
        return std::min(*m_ageDeadline, *m_gridDeadline);
    return m_ageDeadline ? m_ageDeadline : m_gridDeadline;
}

void Batcher::openBatch(const Instant& at)
{
    if (m_next) {
        m_policy = *std::exchange(m_next, std::nullopt);
        m_grid.reset();
        if (m_policy.grid)
            if (const auto zone = TimeZone::find(m_policy.zone))
                m_grid.emplace(*zone, *m_policy.grid);
    }
    m_open = {};
    m_open.sequence = m_sequence++;
    m_open.openedAt = at.now;
    m_open.openedWall = at.wall;
    m_ageDeadline.reset();
    m_gridDeadline.reset();
    if (m_policy.age)
        m_ageDeadline = at.now + *m_policy.age;
    if (m_grid) {
        m_gridEnd = m_grid->next(at.wall);
        m_gridDeadline = at.now + (m_gridEnd - at.wall);
    }
}

BatchSummary Batcher::closeBatch(CloseReason reason, const Instant& at)
{
    BatchSummary closed = std::exchange(m_open, BatchSummary{});
    closed.reason = reason;
    closed.closedAt = at.now;
    return closed;
}

std::optional<CloseReason> Batcher::dueReason(const Instant& at) const
{
    const bool aged = m_ageDeadline && at.now >= *m_ageDeadline;
    // The wall clock counts too: it goes on while the machine sleeps, and it may be set.
    const bool gridded = m_gridDeadline && (at.now >= *m_gridDeadline || at.wall >= m_gridEnd);
    if (aged && gridded)
        return *m_gridDeadline < *m_ageDeadline ? CloseReason::Grid : CloseReason::Age;
    if (aged)
        return CloseReason::Age;
    return gridded ? std::optional(CloseReason::Grid) : std::nullopt;
}

} // namespace headrace
