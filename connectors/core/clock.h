// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace headrace {

/// Time as it is passed in, so that tests never sleep. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::chrono::nanoseconds now() const = 0; ///< monotonic, from any origin
    [[nodiscard]] virtual std::chrono::system_clock::time_point wall() const = 0;

    /// The machine's clocks.
    static const Clock& system();
};

/// Cut to whole milliseconds, or the digits behind them would be noise.
[[nodiscard]] double secondsSince1970(std::chrono::system_clock::time_point time);

} // namespace headrace
