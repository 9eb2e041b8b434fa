// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/temporal_candidates.h"

#include <array>
#include <string>

namespace headrace::csv {

namespace {

constexpr std::array kDates{"%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y",  "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y",
                            "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y", "%d/%b/%Y"};
constexpr std::array kTimes{"%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"};

void add(TemporalCandidates& candidates, Kind kind, const std::string& text)
{
    ColumnType type{.kind = kind, .pattern = text, .zoned = text.find("%z") != std::string::npos};
    if (auto pattern = TemporalPattern::compile(text, kind))
        candidates.push_back({std::move(type), *std::move(pattern)});
}

} // namespace

TemporalCandidates temporalCandidates(const Settings& settings)
{
    TemporalCandidates candidates;
    if (!settings.dateFormat.empty()) {
        add(candidates, Kind::Date, settings.dateFormat);
    } else {
        for (const std::string date : kDates)
            add(candidates, Kind::Date, date);
    }
    add(candidates, Kind::Time, "%H:%M:%S");
    if (!settings.timestampFormat.empty()) {
        add(candidates, Kind::Timestamp, settings.timestampFormat);
        return candidates;
    }
    for (const std::string date : kDates)
        for (const std::string time : kTimes)
            for (const std::string zone : {"", "%z"})
                add(candidates, Kind::Timestamp, date + " " + time + zone);
    add(candidates, Kind::Timestamp, "%d/%b/%Y:%H:%M:%S%z"); // web server logs
    return candidates;
}

} // namespace headrace::csv
