// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/trigger.h"

#include "connectors/core/quantity.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/cron.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

/// A continuous pipeline asks a source that has ended for more no sooner than this after the last time.
constexpr std::chrono::seconds kPoll{1};

std::optional<WallTime> nextCron(const std::string& text, const std::string& zoneName, WallTime after)
{
    const auto cron = CronSchedule::parse(text);
    const auto zone = TimeZone::find(zoneName);
    return cron && zone ? cron->next(after, **zone) : std::nullopt;
}

} // namespace

Status Trigger::check() const
{
    if (kind == Kind::Every && every <= std::chrono::nanoseconds::zero())
        return fail(ErrorCode::Usage,
                    fmt::format("The trigger's 'every' is {}; it must be greater than zero.", formatDuration(every)));
    if (kind == Kind::NewRows)
        return checkNewRows();
    if (kind != Kind::Cron)
        return {};
    HEADRACE_TRY(const CronSchedule schedule, CronSchedule::parse(cron));
    HEADRACE_TRY(const auto timeZone, TimeZone::find(zone));
    if (!schedule.next(WallTime{}, *timeZone))
        return fail(ErrorCode::Usage,
                    fmt::format("The cron schedule '{}' never comes: no month has such a day.", cron));
    return {};
}

Status Trigger::checkNewRows() const
{
    if (newRows < 1)
        return fail(ErrorCode::Usage, fmt::format("The trigger's 'new_rows' is {}; it must be 1 or more.", newRows));
    if (poll <= std::chrono::nanoseconds::zero())
        return fail(ErrorCode::Usage,
                    fmt::format("The trigger's 'poll' is {}; it must be greater than zero.", formatDuration(poll)));
    if (atLeast && *atLeast < poll)
        return fail(ErrorCode::Usage,
                    fmt::format("The trigger's 'at_least' is {}, less than 'poll' ({}); new rows are not looked for "
                                "more often than that.",
                                formatDuration(*atLeast), formatDuration(poll)));
    return {};
}

std::optional<WallTime> Trigger::nextStart(std::optional<WallTime> lastStart, WallTime now) const
{
    if (kind == Kind::Cron)
        return nextCron(cron, zone, now);
    if (!lastStart)
        return now;
    switch (kind) {
    case Kind::Every: {
        const auto missed = std::max<std::int64_t>((now - *lastStart) / every, 0);
        const WallTime latest = *lastStart + missed * every;
        return latest == now && missed > 0 ? latest : latest + every;
    }
    case Kind::Continuous:
        return std::max(now, *lastStart + kPoll);
    case Kind::NewRows:
        return std::max(now, *lastStart + poll);
    default:
        return std::nullopt;
    }
}

std::string Trigger::describe() const
{
    switch (kind) {
    case Kind::Every:
        return "every " + exactDuration(every);
    case Kind::Cron:
        return fmt::format("at {} ({})", cron, zone);
    case Kind::Continuous:
        return "continuously";
    case Kind::NewRows:
        return fmt::format("when {} {} new, looked for every {}{}", counted(newRows, "row"),
                           newRows == 1 ? "is" : "are", exactDuration(poll),
                           atLeast ? ", and at least every " + exactDuration(*atLeast) : "");
    default:
        return "once";
    }
}

} // namespace headrace
