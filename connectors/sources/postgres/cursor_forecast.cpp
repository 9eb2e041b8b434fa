// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sources/postgres/cursor_forecast.h"

#include "connectors/core/json.h"
#include "connectors/sources/postgres/cursor_counter.h"
#include "connectors/sources/tables/table_forecast.h"

#include <fmt/format.h>

namespace headrace::postgres {

namespace {

/// By the planner, which estimates tables that were never analysed, views and queries too, and runs none of them.
Result<std::optional<std::int64_t>> plannedRows(Connection& connection, const ReadPlan& plan, bool isTable,
                                                const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query(fmt::format("EXPLAIN (FORMAT JSON) SELECT FROM {}", plan.relation()), {},
                                  fmt::format("The {} could not be estimated", plan.title()), stop));
    const auto explained = tryParseJson(rows.text(0, 0));
    if (!explained.is_array() || explained.empty())
        return std::nullopt;
    const auto& root = explained.front().value("Plan", nlohmann::json::object());
    if (!root.contains("Plan Rows"))
        return std::nullopt;
    const auto planned = static_cast<std::int64_t>(root["Plan Rows"].get<double>());
    if (planned > 1 || !isTable)
        return planned;
    // The planner never says 0.
    HEADRACE_TRY(const Rows some,
                 connection.query(fmt::format("SELECT count(*) FROM (SELECT FROM {} LIMIT 2) AS some", plan.relation()),
                                  {}, fmt::format("The {} could not be estimated", plan.title()), stop));
    return some.integer(0, 0);
}

Result<bool> startsIndex(Connection& connection, const ReadPlan& plan, const std::string& column,
                         const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query("SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = "
                                  "i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = pg_catalog.to_regclass($1) "
                                  "AND i.indisvalid AND i.indpred IS NULL AND a.attname = $2 LIMIT 1",
                                  {plan.relation(), column},
                                  fmt::format("The keys of the {} could not be read", plan.title()), stop));
    return rows.size() > 0;
}

Result<std::int64_t> countRecentRows(Connection& connection, const ReadPlan& plan, const ReadColumn& cursor,
                                     std::chrono::microseconds span, const std::stop_token& stop)
{
    const std::string cast = cursor.type.oid == kTimestamp ? "::timestamp" : "";
    const std::string column = postgres::quoted(cursor.field->name());
    HEADRACE_TRY(
        const Rows rows,
        connection.query(fmt::format("SELECT count(*) FROM (SELECT FROM {0} WHERE {1} > (pg_catalog.now() - interval "
                                     "'{2} microseconds'){3} AND {1} <= pg_catalog.now(){3} LIMIT {4}) AS found",
                                     plan.relation(), column, span.count(), cast, kMostForecast),
                         {}, fmt::format("The recent rows of the {} could not be counted", plan.title()), stop));
    return rows.integer(0, 0);
}

} // namespace

Result<PullForecast> forecastPulls(const ReadSettings& settings, const std::optional<Position>& position,
                                   std::chrono::nanoseconds between, const std::stop_token& stop)
{
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    HEADRACE_TRY(const auto plan, ReadPlan::make(connection, settings, stop));
    const bool isTable = !settings.selection.table.empty();
    HEADRACE_TRY(const auto rows, plannedRows(connection, plan, isTable, stop));
    if (!plan.byCursor())
        return PullForecast{rows, std::nullopt, {}};
    const ReadColumn& cursor = plan.columns()[static_cast<std::size_t>(plan.cursor().front())];
    ForecastQuestions questions{cursor.field->name(), plan.title(), isTable, rows};
    if (questions.isTable) {
        HEADRACE_TRY(questions.isIndexed, startsIndex(connection, plan, questions.cursor, stop));
    }
    questions.isTime = plan.cursorIsTime();
    questions.behind = [&] { return CursorCounter(settings).countBehind(position, kMostForecast, stop); };
    questions.recent = [&](std::chrono::microseconds span) {
        return countRecentRows(connection, plan, cursor, span, stop);
    };
    return forecastByCursor(questions, !position.has_value(), between);
}

} // namespace headrace::postgres
