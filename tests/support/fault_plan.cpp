// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fault_plan.h"

namespace headrace::test {

FaultPlan::FaultPlan(std::uint64_t seed)
    : m_random(seed)
{
    m_faultPercent = static_cast<int>(pick(0, 12));
    m_faultsLeft = static_cast<int>(pick(0, 15));
}

FaultPlan FaultPlan::calm()
{
    FaultPlan plan(0);
    plan.m_faultsLeft = 0;
    return plan;
}

FaultPlan::Fault FaultPlan::strike()
{
    if (m_faultsLeft == 0 || !chance(m_faultPercent))
        return Fault::None;
    --m_faultsLeft;
    switch (pick(0, 7)) {
    case 0:
    case 1:
        m_crashed = true;
        throw Crash{};
    case 2:
        return Fault::Refused;
    case 3:
    case 4:
        return Fault::After;
    default:
        return Fault::Before;
    }
}

void FaultPlan::maybeCrash()
{
    if (m_faultsLeft == 0 || !chance(m_faultPercent) || !chance(25))
        return;
    --m_faultsLeft;
    m_crashed = true;
    throw Crash{};
}

Error FaultPlan::error(Fault fault, const std::string& what)
{
    Error error{fault == Fault::Refused ? ErrorCode::Failed : ErrorCode::Unavailable, what + " failed.", {}, {}};
    if (fault != Fault::Refused && chance(20))
        error.retryAfter = std::chrono::milliseconds(pick(1, 5000));
    return error;
}

} // namespace headrace::test
