// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/postgres/cursor_counter.h"

#include <fmt/format.h>

namespace headrace::postgres {

Result<std::int64_t> CursorCounter::countBehind(const std::optional<Position>& position, std::int64_t enough,
                                                std::stop_token stop)
{
    ReadPosition from;
    from.byCursor = true;
    if (position) {
        HEADRACE_TRY(from, ReadPosition::parse(*position, true));
    }
    auto rows = count(from, enough, stop);
    if (!rows) {
        m_plan.reset();
        m_connection.reset();
    }
    return rows;
}

Result<std::int64_t> CursorCounter::count(const ReadPosition& position, std::int64_t enough,
                                          const std::stop_token& stop)
{
    if (!m_connection) {
        HEADRACE_TRY(auto connection, Connection::open(m_settings.target, stop));
        m_connection = std::make_unique<Connection>(std::move(connection));
        HEADRACE_TRY(auto plan, ReadPlan::make(*m_connection, m_settings, stop));
        m_plan.emplace(std::move(plan));
    }
    HEADRACE_CHECK(m_plan->checkFits(position));
    std::string latest;
    if (m_plan->cursorIsTime()) {
        HEADRACE_TRY(latest, latestCertainTime(*m_connection, m_settings.selection.lag, stop));
    }
    HEADRACE_TRY(const Snapshot snapshot, currentSnapshot(*m_connection, stop));
    HEADRACE_TRY(const Rows found,
                 m_connection->query(m_plan->countByCursor(position, snapshot, latest, enough), {},
                                     fmt::format("The new rows of the {} could not be counted", m_plan->title()),
                                     stop));
    return found.integer(0, 0);
}

} // namespace headrace::postgres
