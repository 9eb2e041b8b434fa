// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/scripted_sink.h"

#include "connectors/core/value_bytes.h"
#include "tests/support/scripted_source.h"

#include <fmt/format.h>

#include <utility>

namespace headrace::test {

Result<std::optional<CommittedPosition>> ScriptedSink::open(const std::shared_ptr<arrow::Schema>& schema,
                                                            const RunIdentity& identity, std::stop_token)
{
    if (m_state != State::Closed)
        m_script.complain("the sink was opened twice");
    m_script.onOpen();
    m_durable.reset();
    m_state = State::Open;
    HEADRACE_CHECK(struck(strike(), "Opening the sink"));
    m_schema = schema;
    m_replacing = m_script.destination.replaces && identity.isNewAt(m_script.destination.position);
    return m_script.destination.position;
}

Status ScriptedSink::append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token)
{
    expectOpen("append");
    if (!rows->schema()->Equals(*m_schema))
        m_script.complain("rows of another schema were appended");
    const auto fault = strike();
    const auto& ids = static_cast<const arrow::Int64Array&>(*rows->column(0));
    const auto& payloads = static_cast<const arrow::Int64Array&>(*rows->column(1));
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        m_script.onAppend(ids.Value(row));
        if (payloads.Value(row) != ScriptedInput::payloadOf(ids.Value(row)))
            m_script.complain(fmt::format("row {} was altered", ids.Value(row)));
        m_open.ids.push_back(ids.Value(row));
    }
    m_openBytes += valueBytes(*rows);
    return struck(fault, "Appending");
}

Status ScriptedSink::commit(const BatchSummary& batch, const Position& end, std::stop_token)
{
    expectOpen("commit");
    if (batch.rows != static_cast<std::int64_t>(m_open.ids.size()) || batch.bytes != m_openBytes)
        m_script.complain(fmt::format("batch {} says {} rows of {} bytes, {} of {} were appended", batch.sequence,
                                      batch.rows, batch.bytes, m_open.ids.size(), m_openBytes));
    const std::int64_t before =
        m_underWay.empty() ? (m_durable ? m_durable->sequence : 0) : m_underWay.back().end.sequence;
    if (batch.sequence <= before)
        m_script.complain(fmt::format("batch {} came after batch {}", batch.sequence, before));
    m_script.onCommit(batch);
    const auto fault = strike();
    if (fault == FaultPlan::Fault::None || fault == FaultPlan::Fault::After) {
        m_open.end = {end, batch.sequence};
        m_underWay.push_back(std::exchange(m_open, {}));
        m_openBytes = 0;
        land(fault == FaultPlan::Fault::After ? 0 : m_script.pipelined);
    }
    m_script.plan.maybeCrash();
    return struck(fault, "Committing");
}

Result<std::optional<CommittedPosition>> ScriptedSink::durable()
{
    expectOpen("durable");
    HEADRACE_CHECK(struck(strike(), "Asking for the durable position"));
    return m_durable;
}

Status ScriptedSink::flush(std::stop_token)
{
    expectOpen("flush");
    const auto fault = strike();
    if (fault == FaultPlan::Fault::None || fault == FaultPlan::Fault::After)
        land(0);
    return struck(fault, "Flushing");
}

void ScriptedSink::rollback() noexcept
{
    if (m_script.plan.crashed())
        return;
    if (m_state == State::Closed)
        m_script.complain("rollback of a closed sink");
    m_open = {};
    m_openBytes = 0;
}

void ScriptedSink::close() noexcept
{
    if (m_script.plan.crashed())
        return;
    landSome();
    m_open = {};
    m_openBytes = 0;
    m_state = State::Closed;
}

void ScriptedSink::crash()
{
    landSome();
    // Without transactions some rows of an open batch may already be visible.
    if (!m_script.exactlyOnce && !m_open.ids.empty()) {
        m_open.ids.resize(
            static_cast<std::size_t>(m_script.plan.pick(0, static_cast<std::int64_t>(m_open.ids.size()))));
        m_script.destination.ids.insert(m_script.destination.ids.end(), m_open.ids.begin(), m_open.ids.end());
    }
    m_underWay.clear();
}

void ScriptedSink::expectOpen(const char* what)
{
    if (m_state != State::Open)
        m_script.complain(fmt::format("{} on a sink that is not open", what));
}

Status ScriptedSink::struck(FaultPlan::Fault fault, const std::string& what)
{
    if (fault == FaultPlan::Fault::None)
        return {};
    m_state = State::Failed;
    if (m_script.isAway())
        return fail(ErrorCode::Unavailable, "The scripted destination is away.");
    return fail(m_script.plan.error(fault, what));
}

FaultPlan::Fault ScriptedSink::strike()
{
    return m_script.isAway() ? FaultPlan::Fault::Before : m_script.plan.strike();
}

void ScriptedSink::land(std::size_t stillUnderWay)
{
    for (; m_underWay.size() > stillUnderWay; m_underWay.pop_front()) {
        const Batch& batch = m_underWay.front();
        auto& ids = m_script.destination.ids;
        if (std::exchange(m_replacing, false))
            ids.clear();
        ids.insert(ids.end(), batch.ids.begin(), batch.ids.end());
        if (m_script.exactlyOnce)
            m_script.destination.position = batch.end;
        m_durable = batch.end;
        m_script.onLand();
    }
}

void ScriptedSink::landSome()
{
    land(static_cast<std::size_t>(m_script.plan.pick(0, static_cast<std::int64_t>(m_underWay.size()))));
    m_underWay.clear();
}

} // namespace headrace::test
