// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/run_control.h"

#include <utility>

namespace headrace {

void RunControl::abort()
{
    m_abort.request_stop();
    m_stop.request_stop();
}

void RunControl::setPolicy(const BatchPolicy& policy)
{
    std::lock_guard lock(m_mutex);
    m_policy = policy;
}

std::optional<BatchPolicy> RunControl::takePolicy()
{
    std::lock_guard lock(m_mutex);
    return std::exchange(m_policy, std::nullopt);
}

void RunControl::pause(std::chrono::nanoseconds time)
{
    std::unique_lock lock(m_mutex);
    m_stopped.wait_for(lock, m_stop.get_token(), time, [] { return false; });
}

} // namespace headrace
