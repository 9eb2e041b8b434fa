// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/postgres/read_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::postgres {

Result<Snapshot> currentSnapshot(Connection& connection, std::stop_token stop)
{
    // The snapshot ends behind the last transaction that has ended; running ones may have higher numbers, of 32 bits.
    HEADRACE_TRY(
        const Rows rows,
        connection.query("SELECT pg_catalog.txid_snapshot_xmin(s), pg_catalog.txid_snapshot_xmax(s), l.transactionid "
                         "FROM pg_catalog.txid_current_snapshot() AS s LEFT JOIN pg_catalog.pg_locks l ON l.locktype "
                         "= 'transactionid' AND l.granted",
                         {}, "The snapshot could not be taken", stop));
    Snapshot snapshot{static_cast<std::uint64_t>(rows.integer(0, 0)), static_cast<std::uint64_t>(rows.integer(0, 1))};
    const std::uint64_t ended = snapshot.next;
    for (int row = 0; row < rows.size(); ++row) {
        if (rows.isNull(row, 2))
            continue;
        const auto beyond = static_cast<std::int32_t>(static_cast<std::uint32_t>(rows.integer(row, 2)) -
                                                      static_cast<std::uint32_t>(ended));
        if (beyond >= 0)
            snapshot.next = std::max(snapshot.next, ended + static_cast<std::uint64_t>(beyond) + 1);
    }
    return snapshot;
}

Result<std::string> latestCertainTime(Connection& connection, std::chrono::milliseconds lag, std::stop_token stop)
{
    // A transaction takes its start from the clock a moment before it is listed.
    constexpr const char* kQuery =
        "SELECT (now - CASE WHEN pg_catalog.pg_is_in_recovery() THEN lag ELSE least(lag, greatest(interval '5 ms', now "
        "- "
        "(SELECT min(coalesce(a.xact_start, now - lag)) FROM pg_catalog.pg_locks l LEFT JOIN "
        "pg_catalog.pg_stat_activity "
        "a ON a.pid = l.pid WHERE l.locktype = 'virtualxid' AND l.pid <> pg_catalog.pg_backend_pid() AND (a.datid IS "
        "NULL "
        "OR a.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))))) END)"
        "::text FROM (SELECT pg_catalog.statement_timestamp() AS now, $1::interval AS lag) AS given";
    HEADRACE_TRY(const Rows rows, connection.query(kQuery, {fmt::format("{} ms", lag.count())},
                                                   "The running transactions could not be listed", stop));
    return rows.text(0, 0);
}

} // namespace headrace::postgres
