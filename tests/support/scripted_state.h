// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/quarantine.h"
#include "tests/support/fault_plan.h"

#include <set>
#include <vector>

namespace headrace::test {

/// What lies on the scripted disk; outlives crashes.
struct ScriptedDisk {
    std::optional<Checkpoint> checkpoint;
    int saves = 0;                         ///< of the checkpoint
    std::vector<std::int64_t> quarantined; ///< byte offsets
};

/// A checkpoint store on a ScriptedDisk.
class ScriptedStore final : public CheckpointStore {
public:
    ScriptedStore(ScriptedDisk& disk, FaultPlan& plan)
        : m_disk(disk)
        , m_plan(plan)
    {
    }

    Result<std::optional<Checkpoint>> load(const std::string& fingerprint) override;
    Status save(const std::string& fingerprint, const Checkpoint& checkpoint) override;
    Status reset() override;

private:
    ScriptedDisk& m_disk;
    FaultPlan& m_plan;
};

/// A quarantine on a ScriptedDisk; what was not flushed may be lost in a crash, from any record on.
class ScriptedQuarantine final : public Quarantine {
public:
    ScriptedQuarantine(ScriptedDisk& disk, FaultPlan& plan);

    Status add(std::span<const BadRecord> records) override;
    Status flush() override;
    [[nodiscard]] std::int64_t count() const override { return static_cast<std::int64_t>(m_counted.size()); }
    [[nodiscard]] std::string location() const override { return "the scripted quarantine"; }

    void crash();

private:
    void write(std::size_t records);

    ScriptedDisk& m_disk;
    FaultPlan& m_plan;
    std::set<std::int64_t> m_known;
    std::set<std::int64_t> m_counted;
    std::vector<std::int64_t> m_unwritten;
};

} // namespace headrace::test
