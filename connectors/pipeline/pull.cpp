// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pull.h"

#include "connectors/core/value_bytes.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <utility>

namespace headrace {

namespace {

/// How long the line waits for rows before it looks at stop requests, durable batches and limits again.
constexpr std::chrono::nanoseconds kTick = std::chrono::milliseconds{100};

/// The first `rows` rows of the chunk, with the rejected records that stand before them.
void cut(Arrival& arrival, std::int64_t rows)
{
    Chunk& chunk = arrival.chunk;
    chunk.rows = chunk.rows->Slice(0, rows);
    arrival.bytes = valueBytes(*chunk.rows);
    std::erase_if(chunk.rejected, [rows](const BadRecord& record) { return record.beforeRow >= rows; });
}

/// Drops what is not committed and closes both ends, however the attempt ends.
class EndsGuard {
public:
    EndsGuard(Feed& feed, DeliveryLine& line)
        : m_feed(feed)
        , m_line(line)
    {
    }
    ~EndsGuard()
    {
        m_line.abandon();
        m_feed.close();
    }
    EndsGuard(const EndsGuard&) = delete;
    EndsGuard& operator=(const EndsGuard&) = delete;

private:
    Feed& m_feed;
    DeliveryLine& m_line;
};

} // namespace

Pull::Pull(Parts parts)
    : m_parts(std::move(parts))
    , m_retries(m_parts.retry, m_parts.control, m_parts.metrics, m_parts.clock, m_parts.jitter)
    , m_durableBatches(m_parts.line.durableBatches())
{
}

Result<Pull::End> Pull::run()
{
    HEADRACE_CHECK(m_parts.line.beginPull());
    while (true) {
        auto end = attempt();
        if (end)
            return end;
        if (m_parts.control.aborted())
            return End::Stopped;
        m_sourceFailed = m_feedFailed;
        HEADRACE_CHECK(backOff(end.error()));
        if (m_parts.control.stopping())
            return End::Stopped;
    }
}

Result<Pull::End> Pull::attempt()
{
    const EndsGuard guard(m_parts.feed, m_parts.line);
    HEADRACE_CHECK(openEnds());
    bool reading = true;
    auto end = End::EndOfInput;
    while (true) {
        if (rowLimitReached()) {
            end = End::Limit;
            break;
        }
        if (reading && (m_parts.control.stopping() || timeLimitReached())) {
            end = m_parts.control.stopping() ? End::Stopped : End::Limit;
            m_parts.feed.stopReading();
            reading = false;
        }
        if (const auto policy = m_parts.control.takePolicy())
            m_parts.line.setPolicy(*policy);
        auto next = m_parts.feed.next(waitTime());
        m_feedFailed = !next;
        HEADRACE_TRY(Arrival arrival, std::move(next));
        if (m_parts.control.aborted())
            return End::Stopped;
        if (arrival.kind == Arrival::Kind::End)
            break;
        if (arrival.kind == Arrival::Kind::Chunk)
            HEADRACE_CHECK(deliver(std::move(arrival)));
        HEADRACE_CHECK(m_parts.line.tick());
        HEADRACE_CHECK(noteProgress());
    }
    HEADRACE_CHECK(m_parts.line.finish(end == End::EndOfInput ? CloseReason::EndOfInput : CloseReason::Stop));
    HEADRACE_CHECK(noteProgress());
    return end;
}

Status Pull::openEnds()
{
    HEADRACE_TRY(std::optional<Position> start, m_parts.line.expectedStart());
    // The destination can be asked only with a schema, and only the source has one: where the two disagree, the source
    // is opened again at the destination's position.
    while (true) {
        const auto schema = m_parts.feed.open(start, m_parts.control.stopToken());
        m_feedFailed = !schema;
        if (!schema && start && schema.error().code == ErrorCode::Conflict) {
            HEADRACE_TRY(const bool anew, m_parts.line.restart());
            if (anew) {
                m_parts.feed.close();
                start.reset();
                continue;
            }
        }
        if (!schema)
            return fail(schema.error());
        HEADRACE_TRY(auto wanted, m_parts.line.open(*schema));
        if (wanted == start) {
            if (m_parts.line.takesPacked(m_parts.feed.packing()))
                m_parts.feed.allowPacking();
            return {};
        }
        m_parts.feed.close();
        m_parts.line.abandon();
        start = std::move(wanted);
    }
}

Status Pull::deliver(Arrival arrival)
{
    if (m_parts.limits.maxRows) {
        const std::int64_t left = *m_parts.limits.maxRows - m_parts.line.sourceRows();
        if (left < arrival.chunk.rows->num_rows())
            cut(arrival, left);
    }
    m_parts.metrics.update([&](MetricsSnapshot& snapshot) {
        snapshot.rowsRead += arrival.chunk.rows->num_rows();
        snapshot.bytesRead += arrival.bytes;
    });
    return m_parts.line.deliver(arrival);
}

Status Pull::noteProgress()
{
    if (m_parts.line.durableBatches() > m_durableBatches)
        m_retries.noteProgress();
    else if (m_sourceFailed || m_parts.line.isIdle())
        m_retries.noteAttempt(); // a destination that failed shows that it is back by what becomes durable
    if (const auto durable = m_parts.line.takeDurable())
        return m_parts.feed.acknowledge(*durable);
    return {};
}

std::chrono::nanoseconds Pull::waitTime() const
{
    const auto now = m_parts.clock.now();
    const auto deadline = m_parts.line.deadline().value_or(now + kTick);
    return std::clamp(deadline - now, std::chrono::nanoseconds::zero(), kTick);
}

bool Pull::rowLimitReached() const
{
    return m_parts.limits.maxRows && m_parts.line.sourceRows() >= *m_parts.limits.maxRows;
}

bool Pull::timeLimitReached() const
{
    return m_parts.limits.maxTime && m_parts.clock.now() - m_parts.started >= *m_parts.limits.maxTime;
}

Status Pull::backOff(const Error& error)
{
    if (m_parts.line.durableBatches() != std::exchange(m_durableBatches, m_parts.line.durableBatches()))
        m_retries.noteProgress();
    if (m_parts.control.stopping() && (isRetryable(error) || error.code == ErrorCode::Cancelled))
        return {};
    return m_retries.backOff(error);
}

} // namespace headrace
