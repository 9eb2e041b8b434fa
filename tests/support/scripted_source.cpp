// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/scripted_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::test {

namespace {

class RecordPositions final : public RowPositions {
public:
    explicit RecordPositions(std::vector<std::int64_t> after)
        : m_after(std::move(after))
    {
    }
    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        return {std::to_string(m_after.at(static_cast<std::size_t>(rows)))};
    }

private:
    std::vector<std::int64_t> m_after;
};

std::shared_ptr<arrow::Array> arrayOf(const std::vector<std::int64_t>& values)
{
    arrow::Int64Builder builder;
    if (!builder.AppendValues(values).ok())
        std::abort();
    return builder.Finish().ValueOrDie();
}

/// Texts of 0 to 40 bytes, so that byte limits cut at uneven places.
std::shared_ptr<arrow::Array> notesOf(const std::vector<std::int64_t>& ids)
{
    arrow::StringBuilder builder;
    for (const std::int64_t id : ids)
        if (!builder.Append(std::string(static_cast<std::size_t>(id * 7 % 41), 'x')).ok())
            std::abort();
    return builder.Finish().ValueOrDie();
}

} // namespace

std::shared_ptr<arrow::Schema> ScriptedInput::schemaAt(std::int64_t record) const
{
    static const auto kFirst =
        arrow::schema({arrow::field("id", arrow::int64()), arrow::field("payload", arrow::int64()),
                       arrow::field("note", arrow::utf8())});
    static const auto kSecond = kFirst->AddField(3, arrow::field("more", arrow::int64())).ValueOrDie();
    return schemaChange >= 0 && record >= schemaChange ? kSecond : kFirst;
}

Result<std::shared_ptr<arrow::Schema>> ScriptedSource::open(const std::optional<Position>& resumeFrom,
                                                            std::stop_token stop)
{
    if (m_state != State::Closed)
        m_script.complain("the source was opened twice");
    HEADRACE_CHECK(struck("Opening the source"));
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Opening the source was cancelled.");
    m_next = resumeFrom ? std::stoll(resumeFrom->text) : 0;
    m_state = State::Open;
    return m_script.input.schemaAt(m_next);
}

Result<std::optional<Chunk>> ScriptedSource::read(const ReadHint& hint, std::stop_token)
{
    if (m_state != State::Open)
        m_script.complain("a source that is not open was read");
    m_script.onRead();
    HEADRACE_CHECK(struck("Reading the source"));
    const ScriptedInput& input = m_script.input;
    if (m_next == input.records)
        return std::nullopt;
    const std::int64_t end = std::min(input.records, input.arrived.value_or(input.records));
    if (m_next >= end || m_script.plan.chance(m_script.stallPercent)) {
        m_script.clock.advance(hint.maxWait);
        return makeChunk(m_next);
    }
    m_script.clock.advance(std::chrono::microseconds(m_script.plan.pick(0, m_script.slowestRead.count())));
    std::int64_t until = std::min(end, m_next + m_script.plan.pick(m_script.smallestChunk, m_script.largestChunk));
    if (m_next < input.schemaChange)
        until = std::min(until, input.schemaChange);
    return makeChunk(until);
}

Status ScriptedSource::acknowledge(const Position& position)
{
    if (m_state == State::Closed)
        m_script.complain("a closed source was acknowledged to");
    HEADRACE_CHECK(struck("Acknowledging to the source"));
    m_script.onAcknowledge(std::stoll(position.text));
    return {};
}

Status ScriptedSource::struck(const std::string& what)
{
    if (m_script.isAway()) {
        m_state = State::Failed;
        return fail(ErrorCode::Unavailable, "The scripted source is away.");
    }
    const FaultPlan::Fault fault = m_script.plan.strike();
    if (fault == FaultPlan::Fault::None)
        return {};
    m_state = State::Failed;
    return fail(m_script.plan.error(fault, what));
}

Chunk ScriptedSource::makeChunk(std::int64_t until)
{
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> after{m_next};
    Chunk chunk;
    for (std::int64_t record = m_next; record < until; ++record) {
        if (m_script.input.bad.contains(record)) {
            chunk.rejected.push_back({.beforeRow = static_cast<std::int64_t>(ids.size()),
                                      .origin = "records",
                                      .byteOffset = record,
                                      .reason = "It is bad.",
                                      .raw = {}});
            continue;
        }
        ids.push_back(record);
        after.push_back(record + 1);
    }
    after.back() = until;
    if (m_script.recordAge && !ids.empty())
        chunk.made = {{std::ssize(ids), m_script.clock.wall() - std::chrono::round<std::chrono::system_clock::duration>(
                                                                    *m_script.recordAge)}};
    std::vector<std::int64_t> payloads;
    std::ranges::transform(ids, std::back_inserter(payloads), &ScriptedInput::payloadOf);
    const auto schema = m_script.input.schemaAt(m_next);
    arrow::ArrayVector columns{arrayOf(ids), arrayOf(payloads), notesOf(ids)};
    if (schema->num_fields() == 4)
        columns.push_back(columns[1]);
    chunk.rows = arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(ids.size()), std::move(columns));
    chunk.at = std::make_shared<RecordPositions>(std::move(after));
    m_next = until;
    return chunk;
}

Result<std::shared_ptr<arrow::Schema>> DirectFeed::open(const std::optional<Position>& resumeFrom, std::stop_token stop)
{
    m_stopped = false;
    return m_source.open(resumeFrom, std::move(stop));
}

Result<Arrival> DirectFeed::next(std::chrono::nanoseconds maxWait)
{
    if (m_stopped)
        return Arrival::without(Arrival::Kind::End);
    ReadHint hint;
    hint.maxWait = std::chrono::ceil<std::chrono::milliseconds>(maxWait);
    HEADRACE_TRY(auto chunk, m_source.read(hint, {}));
    return Arrival::of(std::move(chunk), m_clock.now());
}

} // namespace headrace::test
