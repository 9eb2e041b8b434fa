// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/durable_rows.h"

#include <algorithm>
#include <utility>

namespace headrace {

void DurableRows::note(const Position& position, Counts rows)
{
    const std::lock_guard lock(m_mutex);
    if (m_noted.size() == kMost)
        m_noted.pop_front();
    m_noted.push_back({position, std::move(rows)});
}

void DurableRows::settle(const Position& position)
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_noted, position, &Noted::position);
    if (found == m_noted.end())
        return;
    m_durable = std::move(found->rows);
    m_noted.erase(m_noted.begin(), std::next(found));
}

DurableRows::Counts DurableRows::counts() const
{
    const std::lock_guard lock(m_mutex);
    return m_durable;
}

} // namespace headrace
