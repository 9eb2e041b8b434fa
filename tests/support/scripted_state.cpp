// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/scripted_state.h"

namespace headrace::test {

using Fault = FaultPlan::Fault;

Result<std::optional<Checkpoint>> ScriptedStore::load(const std::string&)
{
    return m_disk.checkpoint;
}

Status ScriptedStore::save(const std::string&, const Checkpoint& checkpoint)
{
    const Fault fault = m_plan.strike();
    ++m_disk.saves;
    if (fault == Fault::None || fault == Fault::After)
        m_disk.checkpoint = checkpoint;
    m_plan.maybeCrash();
    return fault == Fault::None ? Status{} : fail(m_plan.error(fault, "Saving the checkpoint"));
}

Status ScriptedStore::reset()
{
    m_disk.checkpoint.reset();
    return {};
}

ScriptedQuarantine::ScriptedQuarantine(ScriptedDisk& disk, FaultPlan& plan)
    : m_disk(disk)
    , m_plan(plan)
    , m_known(disk.quarantined.begin(), disk.quarantined.end())
{
}

Status ScriptedQuarantine::add(std::span<const BadRecord> records)
{
    for (const BadRecord& record : records) {
        m_counted.insert(record.byteOffset);
        if (m_known.insert(record.byteOffset).second)
            m_unwritten.push_back(record.byteOffset);
    }
    return {};
}

Status ScriptedQuarantine::flush()
{
    const Fault fault = m_plan.strike();
    if (fault == Fault::None || fault == Fault::After)
        write(m_unwritten.size());
    m_plan.maybeCrash();
    return fault == Fault::None ? Status{} : fail(m_plan.error(fault, "Writing the quarantine"));
}

void ScriptedQuarantine::crash()
{
    write(static_cast<std::size_t>(m_plan.pick(0, static_cast<std::int64_t>(m_unwritten.size()))));
    m_unwritten.clear();
}

void ScriptedQuarantine::write(std::size_t records)
{
    const auto end = m_unwritten.begin() + static_cast<std::ptrdiff_t>(records);
    m_disk.quarantined.insert(m_disk.quarantined.end(), m_unwritten.begin(), end);
    m_unwritten.erase(m_unwritten.begin(), end);
}

} // namespace headrace::test
