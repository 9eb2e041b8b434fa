// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>
#include <vector>

namespace headrace {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

/// Beyond this no day will match any more: 29 February may be eight years away, its weekday forty.
constexpr std::chrono::days kHorizon{366 * 41};

struct Field {
    std::string_view name;
    int least;
    int most;
    std::vector<std::string_view> words; ///< names of the values from `least` on
};

const std::array<Field, 5>& fields()
{
    static const std::array<Field, 5> kFields{
        {{"minute", 0, 59, {}},
         {"hour", 0, 23, {}},
         {"day of month", 1, 31, {}},
         {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
         {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}}};
    return kFields;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                     : std::nullopt;
}

std::optional<int> valueOf(const Field& field, std::string_view text)
{
    const auto word = std::ranges::find(field.words, lower(text));
    const auto value = word == field.words.end()
                           ? number(text)
                           : std::optional(field.least + static_cast<int>(word - field.words.begin()));
    return value && *value >= field.least && *value <= field.most ? value : std::nullopt;
}

/// One part of a list: "*", "5", "1-5", each perhaps with "/2".
template <typename Bits>
bool setPart(Bits& bits, const Field& field, std::string_view part)
{
    const auto slash = part.find('/');
    const auto step = slash == std::string_view::npos ? std::optional(1) : number(part.substr(slash + 1));
    const std::string_view range = part.substr(0, slash);
    const auto dash = range.find('-');
    const bool all = range == "*";
    const auto first = all ? std::optional(field.least) : valueOf(field, range.substr(0, dash));
    auto last = first;
    if (all)
        last = field.most;
    else if (dash != std::string_view::npos)
        last = valueOf(field, range.substr(dash + 1));
    if (!step || *step < 1 || !first || !last || *first > *last)
        return false;
    // A step needs something to step through.
    if (slash != std::string_view::npos && !all && dash == std::string_view::npos)
        return false;
    for (int value = *first; value <= *last; value += *step)
        bits.set(static_cast<std::size_t>(value));
    return true;
}

template <typename Bits>
Status setField(Bits& bits, const Field& field, const std::string& text)
{
    std::stringstream list(text);
    bool good = !text.empty() && text.back() != ',';
    for (std::string part; good && std::getline(list, part, ',');)
        good = setPart(bits, field, part);
    if (good)
        return {};
    return fail(ErrorCode::Usage, fmt::format("'{}' is no {} of a cron schedule; use *, a number from {} to {}, a "
                                              "range such as 1-5, a step such as */15, or a list of these.",
                                              text, field.name, field.least, field.most));
}

/// The spans of a zone around one local day, and the instants at which its clocks show a local time.
class LocalDay {
public:
    LocalDay(const TimeZone& zone, sys_days day)
    {
        const WallTime end = day + 48h;
        for (WallTime at = day - 24h; at < end; at = m_spans.back().until)
            m_spans.push_back(zone.spanAt(at));
    }

    /// `local` is the time on the wall as if it were UTC. A skipped time gives the change of the clocks.
    [[nodiscard]] std::vector<WallTime> instantsOf(WallTime local) const
    {
        std::vector<WallTime> instants;
        for (const OffsetSpan& span : m_spans)
            if (span.contains(local - span.offset))
                instants.push_back(local - span.offset);
        return instants;
    }

    [[nodiscard]] WallTime changeOver(WallTime local) const
    {
        const auto span =
            std::ranges::find_if(m_spans, [local](const OffsetSpan& s) { return local - s.offset < s.until; });
        return span->from;
    }

private:
    std::vector<OffsetSpan> m_spans;
};

} // namespace

Result<CronSchedule> CronSchedule::parse(const std::string& text)
{
    std::stringstream words(text);
    std::vector<std::string> parts;
    for (std::string word; words >> word;)
        parts.push_back(word);
    if (parts.size() != fields().size())
        return fail(ErrorCode::Usage,
                    fmt::format("The cron schedule '{}' has {} fields; it needs five: minute, hour, day of month, "
                                "month, day of week.",
                                text, parts.size()));
    CronSchedule cron;
    HEADRACE_CHECK(setField(cron.m_minutes, fields()[0], parts[0]));
    HEADRACE_CHECK(setField(cron.m_hours, fields()[1], parts[1]));
    HEADRACE_CHECK(setField(cron.m_days, fields()[2], parts[2]));
    HEADRACE_CHECK(setField(cron.m_months, fields()[3], parts[3]));
    HEADRACE_CHECK(setField(cron.m_weekdays, fields()[4], parts[4]));
    cron.m_wildcard = parts[0].starts_with('*') || parts[1].starts_with('*');
    cron.m_anyDay = parts[2].starts_with('*');
    cron.m_anyWeekday = parts[4].starts_with('*');
    if (cron.m_weekdays[0] || cron.m_weekdays[7])
        cron.m_weekdays.set(0).set(7);
    return cron;
}

bool CronSchedule::matchesDay(sys_days day) const
{
    const std::chrono::year_month_day date(day);
    const bool byDay = m_days[static_cast<unsigned>(date.day())];
    const bool byWeekday = m_weekdays[std::chrono::weekday(day).c_encoding()];
    if (!m_months[static_cast<unsigned>(date.month())])
        return false;
    return m_anyDay || m_anyWeekday ? byDay && byWeekday : byDay || byWeekday;
}

std::optional<WallTime> CronSchedule::next(WallTime after, const TimeZone& zone) const
{
    const sys_days today = std::chrono::floor<std::chrono::days>(after + zone.spanAt(after).offset);
    for (sys_days day = today - std::chrono::days{1}; day < today + kHorizon; day += std::chrono::days{1}) {
        if (!matchesDay(day))
            continue;
        const LocalDay local(zone, day);
        std::optional<WallTime> earliest;
        const auto offer = [&](WallTime at) {
            if (at > after && (!earliest || at < *earliest))
                earliest = at;
        };
        for (std::size_t minute = 0; minute < 24 * 60; ++minute) {
            if (!m_hours[minute / 60] || !m_minutes[minute % 60])
                continue;
            const WallTime onWall = day + std::chrono::minutes(minute);
            const std::vector<WallTime> instants = local.instantsOf(onWall);
            if (m_wildcard)
                std::ranges::for_each(instants, offer);
            else
                offer(instants.empty() ? local.changeOver(onWall) : instants.front());
        }
        if (earliest)
            return earliest;
    }
    return std::nullopt;
}

} // namespace headrace
