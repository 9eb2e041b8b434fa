// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/scripted_source.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace headrace::test {

/// A feed in which the n-th read, from 1, fails or takes its time; later reads go on as if nothing had been.
class PlannedFeed final : public Feed {
public:
    PlannedFeed(Source& source, VirtualClock& clock)
        : m_feed(source, clock)
        , m_clock(clock)
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        m_starts.push_back(resumeFrom ? resumeFrom->text : "start");
        if (m_changed && resumeFrom)
            return fail(ErrorCode::Conflict, "The input is not what it was.");
        return m_feed.open(resumeFrom, std::move(stop));
    }
    Result<Arrival> next(std::chrono::nanoseconds maxWait) override
    {
        if (auto stall = m_stalls.find(m_reads + 1);
            !m_stopped && stall != m_stalls.end() && stall->second > std::chrono::nanoseconds::zero()) {
            const auto step = std::min(stall->second, maxWait);
            m_clock.advance(step);
            stall->second -= step;
            return Arrival::without(Arrival::Kind::Nothing);
        }
        ++m_reads;
        if (m_onRead)
            m_onRead(m_reads);
        if (const auto error = m_errors.find(m_reads); error != m_errors.end())
            return fail(error->second);
        return m_feed.next(maxWait);
    }
    void stopReading() override
    {
        m_stopped = true;
        m_feed.stopReading();
    }
    Status acknowledge(const Position& position) override { return m_feed.acknowledge(position); }
    void close() noexcept override { m_feed.close(); }

    std::map<int, Error> m_errors;
    std::map<int, std::chrono::nanoseconds> m_stalls;
    std::function<void(int)> m_onRead;
    bool m_changed = false;            ///< no position is good any more
    std::vector<std::string> m_starts; ///< from where it was opened, in turn

private:
    DirectFeed m_feed;
    VirtualClock& m_clock;
    int m_reads = 0;
    bool m_stopped = false;
};

} // namespace headrace::test
