// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/wait_profile.h"

#include <cmath>

namespace headrace {

void WaitProfile::add(std::chrono::nanoseconds at, std::int64_t rows)
{
    m_rows += rows;
    if (m_groups.size() == kMaxGroups) {
        m_mergeUpTo = 4 * m_rows / static_cast<std::int64_t>(kMaxGroups);
        std::vector<Group> groups;
        groups.swap(m_groups);
        for (const Group& group : groups)
            append(group);
    }
    append({at, rows});
}

void WaitProfile::append(const Group& group)
{
    if (!m_groups.empty() && (m_groups.back().at == group.at || m_groups.back().rows + group.rows <= m_mergeUpTo))
        m_groups.back().rows += group.rows;
    else
        m_groups.push_back(group);
}

std::chrono::nanoseconds WaitProfile::percentile(double percent, std::chrono::nanoseconds end) const
{
    // The last rows waited least, so the groups are walked from the back.
    auto missing = static_cast<std::int64_t>(std::ceil(static_cast<double>(m_rows) * percent / 100.0));
    for (auto group = m_groups.rbegin(); group != m_groups.rend(); ++group) {
        missing -= group->rows;
        if (missing <= 0)
            return end - group->at;
    }
    return {};
}

void WaitProfile::clear()
{
    m_groups.clear();
    m_rows = 0;
    m_mergeUpTo = 0;
}

} // namespace headrace
