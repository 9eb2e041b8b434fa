// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"

namespace headrace::test {

/// A clock that moves only when it is told to; both clocks move together. One thread at a time.
class VirtualClock final : public Clock {
public:
    /// 2026-03-28 12:00 UTC: the next day has 23 hours in Europe.
    explicit VirtualClock(std::chrono::system_clock::time_point wall = std::chrono::sys_days{std::chrono::March / 28 /
                                                                                             2026} +
                                                                       std::chrono::hours{12})
        : m_wall(wall)
    {
    }

    [[nodiscard]] std::chrono::nanoseconds now() const override { return m_now; }
    [[nodiscard]] std::chrono::system_clock::time_point wall() const override { return m_wall; }

    void advance(std::chrono::nanoseconds time)
    {
        m_now += time;
        m_wall += time;
    }

private:
    std::chrono::nanoseconds m_now{1'000'000'000};
    std::chrono::system_clock::time_point m_wall;
};

} // namespace headrace::test
