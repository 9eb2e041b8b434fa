// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/pipeline/feed.h"
#include "tests/support/fault_plan.h"
#include "tests/support/virtual_clock.h"

#include <functional>
#include <set>

namespace headrace::test {

/// The records that lie at a scripted source: rows (id, payload), and bad ones. Positions are record numbers.
struct ScriptedInput {
    std::int64_t records = 0;
    std::optional<std::int64_t> arrived = {}; ///< how many of them are there by now; all by default
    std::set<std::int64_t> bad;
    std::int64_t schemaChange = -1; ///< from this record on rows have a third column; −1: never

    [[nodiscard]] static std::int64_t payloadOf(std::int64_t id) { return id * 1'000'003 + 17; }
    [[nodiscard]] std::shared_ptr<arrow::Schema> schemaAt(std::int64_t record) const;
};

/// Reads a ScriptedInput in chunks of any size, stalls and fails as planned, and complains about calls that the
/// contract forbids. One thread at a time.
class ScriptedSource final : public Source {
public:
    struct Script {
        const ScriptedInput& input;
        FaultPlan& plan;
        VirtualClock& clock;
        std::function<void(const std::string&)> complain;
        std::function<void()> onRead = [] {};                                  ///< called before every read
        std::function<void(std::int64_t)> onAcknowledge = [](std::int64_t) {}; ///< with the record number
        std::int64_t smallestChunk = 1;
        std::int64_t largestChunk = 20;
        std::function<bool()> isAway = [] { return false; }; ///< asked before every call
        int stallPercent = 15;                               ///< how many reads bring nothing
        std::chrono::microseconds slowestRead{3000};
        std::optional<std::chrono::nanoseconds> recordAge = {}; ///< of records when they are read
    };

    explicit ScriptedSource(Script script)
        : m_script(std::move(script))
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override;
    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override;
    Status acknowledge(const Position& position) override;
    void close() noexcept override { m_state = State::Closed; }

private:
    enum class State { Closed, Open, Failed };

    Status struck(const std::string& what);
    [[nodiscard]] Chunk makeChunk(std::int64_t until);

    Script m_script;
    State m_state = State::Closed;
    std::int64_t m_next = 0;
};

/// A source without a reader thread.
class DirectFeed final : public Feed {
public:
    DirectFeed(Source& source, const Clock& clock)
        : m_source(source)
        , m_clock(clock)
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override;
    Result<Arrival> next(std::chrono::nanoseconds maxWait) override;
    void stopReading() override { m_stopped = true; }
    Status acknowledge(const Position& position) override { return m_source.acknowledge(position); }
    void close() noexcept override { m_source.close(); }

private:
    Source& m_source;
    const Clock& m_clock;
    bool m_stopped = false;
};

} // namespace headrace::test
