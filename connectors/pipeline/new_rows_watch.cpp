// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/new_rows_watch.h"

#include <algorithm>

namespace headrace {

NewRowsWatch::NewRowsWatch(Parts parts)
    : m_parts(std::move(parts))
    , m_retries(m_parts.retry, m_parts.control, m_parts.metrics, m_parts.clock, m_parts.jitter)
{
}

Status NewRowsWatch::wait(const std::optional<Position>& position, std::chrono::nanoseconds lastStart)
{
    const Trigger& trigger = m_parts.trigger;
    while (!isOver() && !isDue(lastStart)) {
        const auto lookedAt = m_parts.clock.now();
        const auto count = m_parts.counter.countBehind(position, trigger.newRows, m_parts.control.stopToken());
        if (isOver())
            break;
        if (!count) {
            HEADRACE_CHECK(m_retries.backOff(count.error()));
            continue;
        }
        m_retries.noteProgress();
        m_parts.metrics.update([&](MetricsSnapshot& snapshot) { snapshot.newRows = *count; });
        if (*count >= trigger.newRows)
            break;
        auto next = lookedAt + trigger.poll;
        if (trigger.atLeast)
            next = std::min(next, lastStart + *trigger.atLeast);
        if (m_parts.until)
            next = std::min(next, *m_parts.until);
        if (const auto pause = next - m_parts.clock.now(); pause > std::chrono::nanoseconds::zero())
            m_parts.control.pause(pause);
    }
    m_parts.metrics.update([](MetricsSnapshot& snapshot) { snapshot.newRows.reset(); });
    return {};
}

bool NewRowsWatch::isDue(std::chrono::nanoseconds lastStart) const
{
    return m_parts.trigger.atLeast && m_parts.clock.now() - lastStart >= *m_parts.trigger.atLeast;
}

bool NewRowsWatch::isOver() const
{
    return m_parts.control.stopping() || (m_parts.until && m_parts.clock.now() >= *m_parts.until);
}

} // namespace headrace
