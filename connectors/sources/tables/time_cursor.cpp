// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/time_cursor.h"

#include "connectors/formats/iso_time.h"
#include "connectors/formats/time_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

Result<std::int64_t> microsecondsOf(const std::string& time)
{
    IsoTime parsed;
    if (parseIsoTime(time, parsed))
        return parsed.microseconds;
    return fail(ErrorCode::Failed, fmt::format("The server's time '{}' could not be read.", time));
}

/// Holds for rows behind `from` and not behind `until`.
std::string between(const TimeCursor& cursor, std::int64_t from, std::int64_t until)
{
    return fmt::format("{}{} > {} AND {} <= {}", cursor.narrow ? cursor.narrow(from) + " AND " : "", cursor.column,
                       cursor.literal(from), cursor.column, cursor.literal(until));
}

/// How many rows are of each age at that time.
Result<CursorAudit::Counts> rowsByAge(const TimeCursor& cursor, std::int64_t at, const CursorAudit::Ages& ages)
{
    if (ages.empty())
        return CursorAudit::Counts();
    std::string younger;
    for (const auto& age : ages)
        younger += fmt::format("{}COUNT(CASE WHEN {} > {} THEN 1 END)", younger.empty() ? "" : ", ", cursor.column,
                               cursor.literal(at - age.count()));
    HEADRACE_TRY(auto counts, cursor.ask(fmt::format("SELECT {} FROM {} WHERE {}", younger, cursor.from,
                                                     between(cursor, at - ages.back().count(), at)),
                                         cursor.what));
    if (counts.size() != ages.size())
        return fail(ErrorCode::Failed, "The server has not counted the rows of every age.");
    for (std::size_t i = counts.size(); i-- > 1;)
        counts[i] -= counts[i - 1];
    return counts;
}

} // namespace

std::string timeText(std::int64_t microseconds)
{
    std::string text;
    appendTimestamp(microseconds, unitsPerSecond(arrow::TimeUnit::MICRO), ' ', false, text);
    return text;
}

std::int64_t clockMicroseconds()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Status lookForLateRows(CursorAudit& audit, const TimeCursor& cursor, std::chrono::milliseconds lag)
{
    HEADRACE_TRY(const std::int64_t now, microsecondsOf(cursor.now));
    if (!audit.lookedAt().empty()) {
        HEADRACE_TRY(const std::int64_t then, microsecondsOf(audit.lookedAt()));
        const auto ages = audit.ages();
        if (!ages.empty() && now - then < ages.back().count())
            return {};
        HEADRACE_TRY(const auto again, rowsByAge(cursor, then, ages));
        audit.settle(again);
    }
    HEADRACE_TRY(auto rows, rowsByAge(cursor, now, CursorAudit::agesFor(lag)));
    audit.look(cursor.now, lag, std::move(rows));
    return {};
}

Result<std::int64_t> countRecent(const TimeCursor& cursor, std::chrono::microseconds span, std::int64_t enough)
{
    HEADRACE_TRY(const std::int64_t now, microsecondsOf(cursor.now));
    const std::string rows = fmt::format("FROM {} WHERE {}", cursor.from, between(cursor, now - span.count(), now));
    HEADRACE_TRY(
        const auto counts,
        cursor.ask(cursor.hasLimit
                       ? fmt::format("SELECT count(*) FROM (SELECT 1 AS found {} LIMIT {}) AS counted", rows, enough)
                       : "SELECT count(*) " + rows,
                   cursor.what));
    return counts.empty() ? 0 : std::min(counts.front(), enough);
}

} // namespace headrace
