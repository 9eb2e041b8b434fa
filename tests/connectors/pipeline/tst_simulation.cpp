// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/pipeline/delivery_line.h"
#include "connectors/pipeline/pull.h"
#include "tests/support/scripted_shape.h"
#include "tests/support/scripted_sink.h"
#include "tests/support/scripted_source.h"
#include "tests/support/scripted_state.h"
#include "tests/support/virtual_control.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>
#include <map>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

/// One pipeline's life, drawn from one seed: runs, faults, crashes, stops and new policies, until all is delivered.
/// Checks at every step what must never happen, and at the end that every record is where it belongs.
class Life {
public:
    explicit Life(std::uint64_t seed)
        : m_plan(seed)
    {
        m_input.records = m_plan.pick(0, 150);
        for (std::int64_t record = 0; record < m_input.records; ++record)
            if (m_plan.chance(4))
                m_input.bad.insert(record);
        if (m_plan.chance(20))
            m_input.schemaChange = m_plan.pick(0, m_input.records);
        m_exactlyOnce = m_plan.chance(60);
        m_repeatsShow = m_exactlyOnce || m_plan.chance(70);
        m_shaped = m_plan.chance(30);
        m_pipelined = static_cast<std::size_t>(m_plan.chance(50) ? m_plan.pick(1, 4) : 0);
        m_pipeline.name = "life";
        m_pipeline.shapeSql = m_shaped ? "SELECT * FROM input WHERE id % 3 <> 0" : "";
        m_pipeline.batch = anyPolicy();
        m_pipeline.retry = {static_cast<int>(m_plan.pick(0, 6)), 100ms, 10s};
    }

    /// What went wrong; empty when nothing did.
    std::string run()
    {
        for (int growth = 0; growth < 2; ++growth) {
            if (!runToTheEnd())
                return "the pipeline never came to its end";
            checkAll();
            if (!m_complaint.empty())
                return m_complaint;
            m_input.records += m_plan.pick(0, 30);
        }
        return {};
    }

private:
    bool runToTheEnd()
    {
        for (int attempt = 0; attempt < 60; ++attempt)
            if (runOnce())
                return true;
        return false;
    }

    /// One process: from its start to its end, or to a crash. True when the input's end was delivered.
    bool runOnce()
    {
        Metrics metrics;
        VirtualControl control(m_clock);
        ScriptedStore store(m_disk, m_plan);
        ScriptedQuarantine quarantine(m_disk, m_plan);
        ScriptedSource source(
            {.input = m_input,
             .plan = m_plan,
             .clock = m_clock,
             .complain = [this](const std::string& what) { complain(what); },
             .onRead = [&] { interfere(control); },
             .onAcknowledge = [this](std::int64_t record) { checkDurableUpTo(record, "acknowledged"); }});
        ScriptedSink sink({.destination = m_destination,
                           .plan = m_plan,
                           .complain = [this](const std::string& what) { complain(what); },
                           .onAppend = [this](std::int64_t id) { checkAppended(id); },
                           .onCommit = [this](const BatchSummary& batch) { checkBatch(batch); },
                           .exactlyOnce = m_exactlyOnce,
                           .pipelined = m_pipelined});
        DirectFeed feed(source, m_clock);
        m_policies = {m_pipeline.batch};
        try {
            DeliveryLine line({.pipeline = m_pipeline,
                               .sink = sink,
                               .sinkKeepsPosition = m_exactlyOnce,
                               .repeatsShow = m_repeatsShow,
                               .pulls = {},
                               .quarantine = quarantine,
                               .checkpoints = store,
                               .metrics = metrics,
                               .clock = m_clock,
                               .run = "run",
                               .abort = control.abortToken(),
                               .compileShape = &ScriptedShape::compile});
            Pull pull({feed, line, control, metrics, m_clock, m_pipeline.retry, {}, m_clock.now()});
            const auto end = pull.run();
            if (m_disk.checkpoint)
                checkDurableUpTo(std::stoll(m_disk.checkpoint->committed.end.text), "saved as the checkpoint");
            return end && *end == Pull::End::EndOfInput;
        } catch (const Crash&) {
            sink.crash();
            quarantine.crash();
            m_plan.reboot();
            return false;
        }
    }

    void interfere(RunControl& control)
    {
        if (m_plan.chance(2)) {
            m_policies.push_back(anyPolicy());
            control.setPolicy(m_policies.back());
        }
        if (m_plan.chance(1))
            control.requestStop();
        if (control.stopping() && m_plan.chance(50))
            control.abort();
    }

    BatchPolicy anyPolicy()
    {
        BatchPolicy policy;
        if (m_plan.chance(50))
            policy.rows = m_plan.pick(1, 40);
        if (m_plan.chance(40))
            policy.bytes = m_plan.pick(1, 1500);
        if (m_plan.chance(40))
            policy.age = std::chrono::milliseconds(m_plan.pick(1, 500));
        if (m_plan.chance(20))
            policy.grid = 1s;
        return policy;
    }

    [[nodiscard]] bool isDelivered(std::int64_t record) const
    {
        return !m_input.bad.contains(record) && (!m_shaped || ScriptedShape::passes(record));
    }

    void checkAppended(std::int64_t id)
    {
        if (id < 0 || id >= m_input.records || !isDelivered(id))
            complain(fmt::format("row {} is not one of the source", id));
        if (m_disk.checkpoint && id < std::stoll(m_disk.checkpoint->committed.end.text))
            complain(fmt::format("row {} came again from before the checkpoint at {}", id,
                                 m_disk.checkpoint->committed.end.text));
    }

    void checkBatch(const BatchSummary& batch)
    {
        const bool fits = std::ranges::any_of(m_policies, [&](const BatchPolicy& policy) {
            return (!policy.rows || batch.rows <= *policy.rows) &&
                   (!policy.bytes || batch.bytes <= *policy.bytes || (batch.oversize && batch.rows == 1));
        });
        if (!fits)
            complain(fmt::format("batch {} of {} rows and {} bytes exceeds every policy", batch.sequence, batch.rows,
                                 batch.bytes));
    }

    void checkDurableUpTo(std::int64_t end, const char* how)
    {
        const std::set<std::int64_t> rows(m_destination.ids.begin(), m_destination.ids.end());
        const std::set<std::int64_t> bad(m_disk.quarantined.begin(), m_disk.quarantined.end());
        for (std::int64_t record = 0; record < end; ++record) {
            if (isDelivered(record) && !rows.contains(record))
                complain(fmt::format("position {} was {}, but row {} is not durable", end, how, record));
            if (m_input.bad.contains(record) && !bad.contains(record))
                complain(fmt::format("position {} was {}, but bad record {} is lost", end, how, record));
        }
    }

    void checkAll()
    {
        checkDurableUpTo(m_input.records, "the end");
        std::map<std::int64_t, int> copies;
        for (const std::int64_t id : m_destination.ids)
            ++copies[id];
        for (const auto& [id, count] : copies)
            if (m_exactlyOnce && count > 1)
                complain(fmt::format("row {} arrived {} times", id, count));
        if (m_exactlyOnce && !std::ranges::is_sorted(m_destination.ids))
            complain("the rows lost their order");
        const std::set<std::int64_t> bad(m_disk.quarantined.begin(), m_disk.quarantined.end());
        if (bad.size() != m_disk.quarantined.size() || bad != m_input.bad)
            complain("the quarantine does not hold every bad record once");
        if (!m_disk.checkpoint ? m_input.records > 0 : !m_disk.checkpoint->finished)
            complain("the checkpoint does not say that the input has ended");
    }

    void complain(const std::string& what)
    {
        if (m_complaint.empty())
            m_complaint = what;
    }

    FaultPlan m_plan;
    VirtualClock m_clock;
    ScriptedInput m_input;
    ScriptedDestination m_destination;
    ScriptedDisk m_disk;
    Pipeline m_pipeline;
    bool m_exactlyOnce = true;
    bool m_repeatsShow = true;
    bool m_shaped = false;
    std::size_t m_pipelined = 0;
    std::vector<BatchPolicy> m_policies;
    std::string m_complaint;
};

std::uint64_t numberFrom(const char* variable, std::uint64_t otherwise)
{
    bool good = false;
    const std::uint64_t value = qEnvironmentVariable(variable).toULongLong(&good);
    return good ? value : otherwise;
}

} // namespace

/// Replay one life with HEADRACE_SEED=4711; run more or fewer with HEADRACE_SEEDS=100000.
class TestSimulation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRecordArrives()
    {
        const bool one = qEnvironmentVariableIsSet("HEADRACE_SEED");
        const std::uint64_t first = numberFrom("HEADRACE_SEED", 1);
        const std::uint64_t last = one ? first : numberFrom("HEADRACE_SEEDS", 10'000);
        for (std::uint64_t seed = first; seed <= last; ++seed) {
            const std::string complaint = Life(seed).run();
            QVERIFY2(complaint.empty(), fmt::format("HEADRACE_SEED={}: {}", seed, complaint).c_str());
        }
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestSimulation)
#include "tst_simulation.moc"
