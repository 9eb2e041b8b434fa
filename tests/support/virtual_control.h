// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/run_control.h"
#include "tests/support/virtual_clock.h"

#include <functional>
#include <vector>

namespace headrace::test {

/// A run's control under a virtual clock: time passes only where the run waits for it.
class VirtualControl final : public RunControl {
public:
    explicit VirtualControl(VirtualClock& clock)
        : m_clock(clock)
    {
    }
    void pause(std::chrono::nanoseconds time) override
    {
        if (m_onPause)
            m_onPause();
        m_clock.advance(time);
        m_pauses.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    }
    std::vector<std::int64_t> m_pauses;
    std::function<void()> m_onPause; ///< called before every pause

private:
    VirtualClock& m_clock;
};

} // namespace headrace::test
