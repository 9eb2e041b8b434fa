// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "tests/support/random.h"

#include <cstdint>
#include <string>

namespace headrace::test {

/// The power goes out: thrown through everything, as no code between here and the harness would run any more.
struct Crash {};

/// What goes wrong, drawn from one seed, so that a failing run replays. Ends after a number of faults, so that every
/// run comes to an end. One thread at a time.
class FaultPlan {
public:
    explicit FaultPlan(std::uint64_t seed);
    /// Nothing goes wrong.
    [[nodiscard]] static FaultPlan calm();

    enum class Fault {
        None,
        Before,  ///< the operation fails and has no effect
        After,   ///< it takes effect, and the answer is lost
        Refused, ///< as Before, with an error that no retry heals
    };

    /// What happens to the operation at hand. Throws Crash instead of returning when the power goes out before it.
    Fault strike();
    /// Throws Crash when the power goes out here.
    void maybeCrash();
    [[nodiscard]] bool crashed() const { return m_crashed; }
    /// The machine is up again.
    void reboot() { m_crashed = false; }

    std::int64_t pick(std::int64_t least, std::int64_t most) { return m_random.pick(least, most); }
    bool chance(int percent) { return m_random.chance(percent); }

    /// The error that an operation answers with.
    Error error(Fault fault, const std::string& what);

private:
    Random m_random;
    int m_faultPercent = 0;
    int m_faultsLeft = 0;
    bool m_crashed = false;
};

} // namespace headrace::test
