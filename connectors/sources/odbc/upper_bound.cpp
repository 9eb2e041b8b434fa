// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/odbc/upper_bound.h"

#include "connectors/core/pause.h"
#include "connectors/odbc/row_stream.h"
#include "connectors/sources/odbc/cursor_literal.h"

#include <fmt/format.h>

namespace headrace::odbc {

namespace {

/// Stamps without a zone are taken to be in the server's own, which the session leaves for the question.
Result<Bound> timeBound(Connection& connection, const BoundRequest& request, const std::stop_token& stop)
{
    constexpr std::string_view kWhat = "The server's time could not be read";
    const bool isMySql = connection.facts().dialect == Dialect::MySql;
    const auto& type = static_cast<const arrow::TimestampType&>(*request.cursor.field->type());
    const bool isZoned = !type.timezone().empty();
    if (!isZoned)
        HEADRACE_CHECK(connection.execute(isMySql ? "SET SESSION time_zone = @@global.time_zone" : "RESET TIME ZONE",
                                          kWhat, stop));
    const auto lag = std::chrono::microseconds(request.lag).count();
    HEADRACE_TRY(
        const Rows now,
        connection.query(isMySql ? fmt::format("SELECT CONCAT(NOW(6)), CONCAT(NOW(6) - INTERVAL {} MICROSECOND)", lag)
                                 : fmt::format("SELECT CAST(now AS text), CAST(now - INTERVAL '{} microseconds' AS "
                                               "text) FROM (SELECT {} AS now) AS clock",
                                               lag, isZoned ? "clock_timestamp()" : "clock_timestamp()::timestamp"),
                         kWhat, stop));
    if (!isZoned)
        HEADRACE_CHECK(
            connection.execute(isMySql ? "SET SESSION time_zone = '+00:00'" : "SET TIME ZONE 'UTC'", kWhat, stop));
    return Bound{fmt::format("{} <= {}'{}'", request.order, isMySql ? "TIMESTAMP" : "", textOf(now, 0, 1)),
                 textOf(now, 0, 0)};
}

/// The highest cursor that there is, and then the lag's wait.
Result<Bound> highestBound(Connection& connection, const BoundRequest& request, const std::stop_token& stop)
{
    RowStream highest(connection, {request.cursor}, request.title);
    const std::string above = request.above.empty() ? "" : request.above + " AND ";
    const bool hasLimit = connection.facts().dialect != Dialect::Standard;
    HEADRACE_CHECK(
        highest.begin(fmt::format("SELECT {} FROM {} WHERE {}{} IS NOT NULL ORDER BY {} DESC{}", request.cursor.select,
                                  request.from, above, request.order, request.order, hasLimit ? " LIMIT 1" : ""),
                      stop));
    HEADRACE_TRY(const auto block, highest.read(1, INT64_MAX, std::chrono::hours{1}, stop));
    if (block.rows->num_rows() == 0 || block.rows->column(0)->IsNull(0))
        return Bound(); // nothing is new, or the highest one is refused
    if (!pause(request.lag, stop))
        return fail(ErrorCode::Cancelled, fmt::format("Reading the {} was stopped.", request.title));
    return Bound{fmt::format("{} <= {}", request.order,
                             cursorLiteral(*request.cursor.field->type(), cursorText(*block.rows->column(0), 0),
                                           connection.facts().dialect))};
}

} // namespace

Result<Bound> upperBound(Connection& connection, const BoundRequest& request, const std::stop_token& stop)
{
    const Dialect dialect = connection.facts().dialect;
    if (request.cursor.field->type()->id() == arrow::Type::TIMESTAMP &&
        (dialect == Dialect::PostgreSql || dialect == Dialect::MySql))
        return timeBound(connection, request, stop);
    if (request.lag.count() == 0 || !request.waits)
        return Bound();
    return highestBound(connection, request, stop);
}

} // namespace headrace::odbc
