// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/delivery_line.h"

#include "connectors/core/shown_number.h"

#include "connectors/core/counted_positions.h"
#include "connectors/core/kill_point.h"
#include "connectors/core/made_cursor.h"
#include "connectors/core/packed_rows.h"
#include "connectors/core/tells_outages.h"
#include "connectors/core/value_bytes.h"

#include <arrow/record_batch.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace headrace {

namespace {

/// After so long without a row the position moves on by a batch without rows.
constexpr std::chrono::seconds kMoveWithin{10};

/// So often the destination is asked what is durable, which is how exactly a latency is known and a wait.
constexpr std::chrono::milliseconds kLatencyStep{2};
constexpr std::chrono::milliseconds kWaitStep{20};

/// Value bytes of the rows of a chunk from one row on; cumulative sums are made only when a batch is limited by bytes.
class ChunkBytes {
public:
    ChunkBytes(const arrow::RecordBatch& rows, std::optional<std::int64_t> total)
        : m_rows(rows)
        , m_total(total)
    {
    }

    std::int64_t sum(std::int64_t from, std::int64_t rows, bool exactCuts)
    {
        if (m_total && from == 0 && rows == m_rows.num_rows())
            return *m_total;
        if (!exactCuts)
            return valueBytes(*m_rows.Slice(from, rows));
        if (m_sums.empty())
            m_sums = cumulativeValueBytes(m_rows);
        return m_sums[static_cast<std::size_t>(from + rows)] - m_sums[static_cast<std::size_t>(from)];
    }

private:
    const arrow::RecordBatch& m_rows;
    std::optional<std::int64_t> m_total;
    std::vector<std::int64_t> m_sums;
};

std::string placeOf(const BadRecord& record)
{
    if (record.line > 0)
        return fmt::format("line {} of '{}'", record.line, record.origin);
    if (!record.place.empty())
        return toText(record.place);
    if (record.byteOffset >= 0)
        return fmt::format("byte {} of '{}'", record.byteOffset, record.origin);
    return fmt::format("'{}'", record.origin);
}

/// Records without a place of their own get that of the row before them, so that they are known when they come again.
void locate(std::vector<BadRecord>& records, const RowPositions& at)
{
    std::int64_t row = -1;
    int ordinal = 0;
    for (BadRecord& record : records) {
        ordinal = record.beforeRow == row ? ordinal + 1 : 1;
        row = record.beforeRow;
        if (record.byteOffset < 0 && record.line == 0 && record.place.empty())
            record.origin += fmt::format(" after {} ({})", at.after(row).text, ordinal);
    }
}

} // namespace

DeliveryLine::DeliveryLine(Parts parts)
    : m_parts(std::move(parts))
    , m_identity{m_parts.pipeline.name, m_parts.pipeline.sourceFingerprint(), m_parts.run}
    , m_ledger(m_parts.checkpoints, m_parts.metrics, m_parts.clock, m_identity.source,
               CommitLedger::Destination{m_parts.sinkKeepsPosition, m_parts.repeatsShow,
                                         m_parts.pipeline.destinationPlace()})
    , m_policy(m_parts.pipeline.batch)
    , m_batcher(m_policy)
{
    if (auto* const tells = dynamic_cast<TellsOutages*>(&m_parts.sink))
        tells->onOutage([&metrics = m_parts.metrics, &clock = m_parts.clock](const std::optional<Outage>& outage) {
            metrics.noteOutage(Metrics::Noticed::BySink, outage, clock.wall());
        });
}

Status DeliveryLine::beginPull()
{
    return m_parts.pulls.whole ? m_ledger.beginAnewWhenFinished() : Status();
}

Result<bool> DeliveryLine::restart()
{
    if (m_parts.pulls.mayRestart)
        HEADRACE_CHECK(m_ledger.beginAnew());
    return m_parts.pulls.mayRestart;
}

Result<std::optional<Position>> DeliveryLine::expectedStart()
{
    HEADRACE_TRY(const auto known, m_ledger.known());
    return startAfter(known);
}

std::optional<Position> DeliveryLine::startAfter(const std::optional<CommittedPosition>& known) const
{
    return known && known->sequence > m_ledger.earlierBatches() ? std::optional(known->end) : std::nullopt;
}

Result<std::optional<Position>> DeliveryLine::open(const std::shared_ptr<arrow::Schema>& schema)
{
    m_sourceRows = m_ledger.durableSourceRows();
    m_movedAt.reset();
    m_waits.clear();
    m_made = {};
    m_sinkTime = {};
    m_batcher = Batcher(m_policy);
    m_inputSchema = schema;
    if (hasNoColumns())
        return expectedStart();
    HEADRACE_CHECK(openSink(schema));
    return resume();
}

Result<std::optional<Position>> DeliveryLine::resume()
{
    HEADRACE_TRY(const auto resume, m_ledger.resume(m_destination));
    m_batcher = Batcher(m_policy, resume ? resume->sequence + 1 : 1);
    const auto start = startAfter(resume);
    m_pullIsEmpty = !start;
    return start;
}

/// An empty topic whose messages are all that its rows would hold: no destination has a place for such rows, and there
/// are none yet. It is opened when a message has shown the columns.
bool DeliveryLine::hasNoColumns() const
{
    return m_inputSchema->num_fields() == 0;
}

Status DeliveryLine::openLate(const std::shared_ptr<arrow::Schema>& schema)
{
    HEADRACE_TRY(const auto expected, expectedStart());
    HEADRACE_CHECK(openSink(schema));
    HEADRACE_TRY(const auto start, resume());
    if (start == expected)
        return {};
    return fail(ErrorCode::Unavailable, fmt::format("The {} destination holds a position of this pipeline that was not "
                                                    "known before; reading goes on there.",
                                                    m_parts.pipeline.destination.type));
}

Status DeliveryLine::openSink(const std::shared_ptr<arrow::Schema>& schema)
{
    m_inputSchema = schema;
    m_shape.reset();
    if (!m_parts.pipeline.shapeSql.empty()) {
        HEADRACE_TRY(m_shape, m_parts.compileShape(m_parts.pipeline.shapeSql, schema));
    }
    m_sinkOpen = true;
    m_identity.earlierBatches = m_ledger.earlierBatches();
    HEADRACE_TRY(m_destination, m_parts.sink.open(m_shape ? m_shape->schema() : schema, m_identity, m_parts.abort));
    return {};
}

Status DeliveryLine::changeSchema(const std::shared_ptr<arrow::Schema>& schema)
{
    HEADRACE_CHECK(closeAndFlush(CloseReason::SchemaChange));
    m_parts.sink.close();
    return openSink(schema);
}

bool DeliveryLine::takesPacked(const std::string& packing) const
{
    const auto* takes = dynamic_cast<const TakesPackedRows*>(&m_parts.sink);
    return !packing.empty() && !m_shape && takes != nullptr && takes->takesPacked(packing);
}

Status DeliveryLine::deliver(const Arrival& arrival)
{
    const auto& schema = arrival.chunk.rows->schema();
    if (schema != m_inputSchema && !isPacked(*arrival.chunk.rows) && !schema->Equals(*m_inputSchema))
        HEADRACE_CHECK(hasNoColumns() ? openLate(schema) : changeSchema(schema));
    if (hasNoColumns())
        return setAside(arrival.chunk);
    if (!m_shape)
        return deliverRows(arrival.chunk, arrival);
    HEADRACE_TRY(const Chunk shaped, m_shape->apply(arrival.chunk));
    return deliverRows(shaped, arrival);
}

/// What comes before there are columns: records that are bad. They come again while no row is behind them.
Status DeliveryLine::setAside(const Chunk& chunk)
{
    if (chunk.rows->num_rows() > 0)
        return fail(ErrorCode::Data,
                    fmt::format("The messages so far have no keys that could be columns, so that their rows would be "
                                "empty. Let 'metadata' of the {} source name columns, or 'value' be text.",
                                m_parts.pipeline.source.type));
    HEADRACE_CHECK(quarantine(chunk, 0, 0));
    return m_parts.quarantine.flush();
}

Status DeliveryLine::deliverRows(const Chunk& chunk, const Arrival& arrival)
{
    const std::int64_t rows = chunk.rows->num_rows();
    const std::int64_t sourceRows = m_sourceRows + arrival.chunk.rows->num_rows();
    m_parts.metrics.update([rows](MetricsSnapshot& snapshot) { snapshot.rowsShaped += rows; });
    std::int64_t taken = 0;
    ChunkBytes chunkBytes(*chunk.rows, m_shape ? std::nullopt : std::optional(arrival.bytes));
    MadeCursor made(arrival.chunk.made);
    const auto bytesOfFirst = [&](std::int64_t count) { return chunkBytes.sum(taken, count, m_batcher.limitsBytes()); };
    while (taken < rows) {
        const Batcher::Step step = m_batcher.take(rows - taken, bytesOfFirst, instant());
        if (step.rows > 0) {
            HEADRACE_CHECK(append(chunk, taken, step.rows));
            m_waits.add(arrival.arrived, step.rows);
            taken += step.rows;
            m_sourceRows += m_shape ? 0 : step.rows;
            if (taken == rows)
                m_sourceRows = sourceRows;
            made.take(!m_shape       ? step.rows
                      : taken < rows ? 0
                                     : arrival.chunk.rows->num_rows(),
                      [this](const MadeAt& group) { m_made.add(group); });
            m_end = chunk.at;
            m_endRows = taken;
        }
        if (step.closed)
            HEADRACE_CHECK(commit(*step.closed));
    }
    if (rows > 0)
        return {};
    HEADRACE_CHECK(quarantine(chunk, 0, 0));
    m_end = chunk.at;
    m_endRows = 0;
    m_sourceRows = sourceRows;
    if (!m_batcher.isOpen() && !m_movedAt)
        m_movedAt = m_parts.clock.now();
    return {};
}

Status DeliveryLine::append(const Chunk& chunk, std::int64_t from, std::int64_t rows)
{
    HEADRACE_CHECK(quarantine(chunk, from, from + rows));
    const bool whole = from == 0 && rows == chunk.rows->num_rows();
    killPoint("before-append");
    const auto start = m_parts.clock.now();
    HEADRACE_CHECK(m_parts.sink.append(whole ? chunk.rows : chunk.rows->Slice(from, rows), m_parts.abort));
    m_sinkTime += m_parts.clock.now() - start;
    killPoint("after-append");
    return {};
}

/// Sets aside the records that stand before the rows [fromRow, untilRow), and those at the chunk's end with its last.
Status DeliveryLine::quarantine(const Chunk& chunk, std::int64_t fromRow, std::int64_t untilRow)
{
    const auto first = std::ranges::lower_bound(chunk.rejected, fromRow, {}, &BadRecord::beforeRow);
    const auto last = untilRow == chunk.rows->num_rows()
                          ? chunk.rejected.end()
                          : std::ranges::lower_bound(chunk.rejected, untilRow, {}, &BadRecord::beforeRow);
    if (first == last)
        return {};
    const BadRecordPolicy& policy = m_parts.pipeline.badRecords;
    if (policy.action == BadRecordPolicy::Action::Fail)
        return fail(ErrorCode::Data, fmt::format("A bad record at {}: {}", placeOf(*first), first->reason), first->raw);

    std::vector<BadRecord> records(first, last);
    locate(records, *chunk.at);
    HEADRACE_CHECK(m_parts.quarantine.add(records));
    const std::int64_t count = m_parts.quarantine.count();
    m_parts.metrics.update([count](MetricsSnapshot& snapshot) { snapshot.quarantined = count; });
    if (count <= policy.limit)
        return {};
    HEADRACE_CHECK(m_parts.quarantine.flush());
    return fail(ErrorCode::Data,
                fmt::format("{} records were bad, more than the limit of {}: see '{}'. Correct the "
                            "source's options, or raise 'limit' under 'bad_records'.",
                            groupedNumber(count), groupedNumber(policy.limit), m_parts.quarantine.location()));
}

Status DeliveryLine::commit(const BatchSummary& batch)
{
    HEADRACE_CHECK(m_parts.quarantine.flush());
    killPoint("before-end");
    const CommittedPosition position{m_end->after(m_endRows), batch.sequence};
    const auto start = m_parts.clock.now();
    HEADRACE_CHECK(m_parts.sink.commit(batch, position.end, m_parts.abort));
    const auto end = m_parts.clock.now();
    killPoint("after-end");
    m_ledger.add({batch, m_sinkTime + (end - start), end, m_waits.percentile(50, end), m_waits.percentile(95, end),
                  m_waits.percentile(99, end), position.end},
                 position, m_sourceRows, m_made.take());
    m_waits.clear();
    m_sinkTime = {};
    m_movedAt.reset();
    m_pullIsEmpty = false;
    return settle();
}

Status DeliveryLine::settle()
{
    HEADRACE_TRY(const auto durable, m_parts.sink.durable());
    return durable ? m_ledger.settle(*durable, m_parts.quarantine.count()) : Status{};
}

Status DeliveryLine::tick()
{
    if (hasNoColumns())
        return {};
    const Instant at = instant();
    if (const auto closed = m_batcher.expire(at))
        return commit(*closed);
    if (m_movedAt && !m_batcher.isOpen() && at.now - *m_movedAt >= kMoveWithin)
        return commit(m_batcher.closeEmpty(CloseReason::Age, at));
    return m_ledger.pending() ? settle() : Status{};
}

std::optional<std::chrono::nanoseconds> DeliveryLine::deadline() const
{
    const auto due = m_batcher.deadline();
    if (!m_ledger.pending())
        return due;
    const auto settles = m_parts.clock.now() + (m_ledger.isTiming() ? kLatencyStep : kWaitStep);
    return std::min(due.value_or(settles), settles);
}

Status DeliveryLine::closeAndFlush(CloseReason reason)
{
    if (const auto closed = m_batcher.close(reason, instant()))
        HEADRACE_CHECK(commit(*closed));
    if (m_movedAt)
        HEADRACE_CHECK(commit(m_batcher.closeEmpty(reason, instant())));
    if (!m_ledger.pending())
        return {};
    HEADRACE_CHECK(m_parts.sink.flush(m_parts.abort));
    HEADRACE_CHECK(settle());
    if (const auto pending = m_ledger.pending())
        return fail(ErrorCode::Failed, fmt::format("The {} destination did not make batch {} durable.",
                                                   m_parts.pipeline.destination.type, *pending));
    return {};
}

/// A source without rows empties a destination that replaces.
Status DeliveryLine::commitNothing()
{
    m_end = std::make_shared<CountedPositions>(0);
    m_endRows = 0;
    return commit(m_batcher.closeEmpty(CloseReason::EndOfInput, instant()));
}

Status DeliveryLine::finish(CloseReason reason)
{
    if (hasNoColumns())
        return {};
    const bool isWhole = m_parts.pulls.mayRestart && reason == CloseReason::EndOfInput;
    if (isWhole && m_pullIsEmpty && !m_batcher.isOpen() && !m_movedAt)
        HEADRACE_CHECK(commitNothing());
    HEADRACE_CHECK(closeAndFlush(reason));
    HEADRACE_CHECK(m_ledger.save(reason == CloseReason::EndOfInput));
    m_parts.sink.close();
    m_sinkOpen = false;
    return {};
}

void DeliveryLine::abandon() noexcept
{
    if (!std::exchange(m_sinkOpen, false))
        return;
    m_parts.sink.rollback();
    m_parts.sink.close();
}

void DeliveryLine::setPolicy(const BatchPolicy& policy)
{
    m_policy = policy;
    m_batcher.setPolicy(policy);
}

} // namespace headrace
