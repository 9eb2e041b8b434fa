// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/qtsql/qtsql_reader.h"
#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"

namespace headrace {

SourceType qtsqlSource()
{
    SourceType source;
    source.type = "qtsql";
    source.label = "Qt SQL driver";
    source.group = "Databases";
    source.help =
        "A table, view or query of a database that Qt has a driver for, such as Firebird, whole or what is new since "
        "the last run. PostgreSQL, MariaDB and SQLite have faster connectors of their own.";
    source.options = qtsql::sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(qtsql::ReadSettings settings, qtsql::readSettings(options));
        return makeTableSource(
            [settings = std::move(settings)](std::stop_token stop) { return qtsql::openTable(settings, stop); });
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(qtsql::ReadSettings settings, qtsql::readSettings(options));
        return makeTableCounter(
            settings.selection, [settings](std::stop_token stop) { return qtsql::openTable(settings, stop); },
            "qtsql source");
    };
    source.forPreview = [](Options options) {
        options.set("lag", "0s"); // what may still move does not matter to a look, a wait does
        return options;
    };
    source.forecast = [](const Options& options, const std::optional<Position>& position,
                         std::chrono::nanoseconds between, std::stop_token stop) -> Result<PullForecast> {
        HEADRACE_TRY(qtsql::ReadSettings settings, qtsql::readSettings(options));
        return forecastTable([&](std::stop_token token) { return qtsql::openTable(settings, token); }, position,
                             between, stop);
    };
    source.cursorAt = tableCursorAt;
    source.lateRows = tableLateRows;
    source.probe = qtsql::probeSource;
    source.describe = qtsql::describeServer;
    return source;
}

} // namespace headrace
