// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "tests/support/fault_plan.h"

#include <arrow/type_fwd.h>

#include <deque>
#include <functional>
#include <vector>

namespace headrace::test {

/// What lies at a scripted destination; outlives crashes.
struct ScriptedDestination {
    std::vector<std::int64_t> ids;             ///< durable rows in the order of their arrival
    std::optional<CommittedPosition> position; ///< kept only by an exactly-once destination
    bool replaces = false;                     ///< a pull of everything replaces what is there with its first batch
};

/// Writes ids to a ScriptedDestination, pipelined or not, exactly once or at least once, fails as planned, and
/// complains about calls that the contract forbids and rows that are not what the source made. One thread at a time.
class ScriptedSink final : public Sink {
public:
    struct Script {
        ScriptedDestination& destination;
        FaultPlan& plan;
        std::function<void(const std::string&)> complain;
        std::function<void()> onOpen = [] {};
        std::function<void(std::int64_t id)> onAppend = [](std::int64_t) {};
        std::function<void(const BatchSummary&)> onCommit = [](const BatchSummary&) {};
        std::function<void()> onLand = [] {};                ///< a batch has become durable
        std::function<bool()> isAway = [] { return false; }; ///< asked before every call
        bool exactlyOnce = true;
        std::size_t pipelined = 0; ///< how many commits may be under way
    };

    explicit ScriptedSink(Script script)
        : m_script(std::move(script))
    {
    }

    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token stop) override;
    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) override;
    Status commit(const BatchSummary& batch, const Position& end, std::stop_token stop) override;
    Result<std::optional<CommittedPosition>> durable() override;
    Status flush(std::stop_token stop) override;
    void rollback() noexcept override;
    void close() noexcept override;

    /// The power went out: of what is under way a part may have arrived.
    void crash();

private:
    enum class State { Closed, Open, Failed };

    struct Batch {
        std::vector<std::int64_t> ids;
        CommittedPosition end;
    };

    void expectOpen(const char* what);
    FaultPlan::Fault strike();
    Status struck(FaultPlan::Fault fault, const std::string& what);
    void land(std::size_t stillUnderWay);
    void landSome();

    Script m_script;
    State m_state = State::Closed;
    std::shared_ptr<arrow::Schema> m_schema;
    bool m_replacing = false;
    Batch m_open;
    std::int64_t m_openBytes = 0;
    std::deque<Batch> m_underWay;
    std::optional<CommittedPosition> m_durable;
};

} // namespace headrace::test
