// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_forecast.h"

#include "connectors/core/shown_number.h"

#include <fmt/format.h>

namespace headrace {

namespace {

/// Pulls are not all alike: the number is the mean of so many.
constexpr int kPullsLookedBack = 10;

Result<double> usualRows(const ForecastQuestions& table, std::chrono::microseconds between)
{
    HEADRACE_TRY(const std::int64_t many, table.recent(between * kPullsLookedBack));
    if (many < kMostForecast)
        return static_cast<double>(many) / kPullsLookedBack;
    HEADRACE_TRY(const std::int64_t one, table.recent(between));
    return static_cast<double>(one);
}

} // namespace

Result<PullForecast> forecastByCursor(const ForecastQuestions& table, bool isFirst, std::chrono::nanoseconds between)
{
    PullForecast forecast;
    if (isFirst)
        forecast.next = table.rows;
    const bool isSmall = table.rows && *table.rows <= kSmallTable;
    if (!table.isIndexed && !isSmall) {
        forecast.unknown =
            table.isTable
                ? fmt::format("no index of the {} begins with {}, and {} rows are too many to look at", table.title,
                              table.cursor, table.rows ? "about " + groupedNumber(*table.rows) : "its")
                : fmt::format("the {} would have to run as a whole", table.title);
        return forecast;
    }
    if (!isFirst || !forecast.next) {
        HEADRACE_TRY(forecast.next, table.behind());
    }
    if (!table.isTime)
        forecast.unknown = fmt::format(
            "{} is no time of the server's clock, so its rows do not tell how fast they come", table.cursor);
    else if (between.count() > 0) {
        HEADRACE_TRY(forecast.usual, usualRows(table, std::chrono::duration_cast<std::chrono::microseconds>(between)));
    }
    return forecast;
}

Result<PullForecast> forecastTable(const OpenTable& open, const std::optional<Position>& position,
                                   std::chrono::nanoseconds between, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto reader, open(stop));
    const TableReader::Plan& plan = reader->plan();
    TablePosition from;
    if (position) {
        HEADRACE_TRY(from, TablePosition::parse(*position, plan.cursor.size()));
    }
    HEADRACE_TRY(const auto facts, reader->cursorFacts(stop));
    if (plan.cursor.empty() || facts.cursor.empty())
        return PullForecast{facts.rows, std::nullopt, "without a cursor the rows do not tell how fast they come"};
    ForecastQuestions questions{
        facts.cursor,
        plan.title,
        facts.isTable,
        facts.rows,
        facts.isIndexed,
        facts.time.has_value(),
        [&] { return reader->countBehind(from, kMostForecast, stop); },
        [&](std::chrono::microseconds span) { return countRecent(*facts.time, span, kMostForecast); }};
    return forecastByCursor(questions, !position.has_value(), between);
}

} // namespace headrace
