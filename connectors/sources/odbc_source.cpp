// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/odbc/odbc_reader.h"
#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"

namespace headrace {

SourceType odbcSource()
{
    SourceType source;
    source.type = "odbc";
    source.label = "ODBC";
    source.group = "Databases";
    source.help = "A table, view or query of any database that has an ODBC driver, whole or what is new since the last "
                  "run.";
    source.options = odbc::sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(odbc::ReadSettings settings, odbc::readSettings(options));
        return makeTableSource(
            [settings = std::move(settings)](std::stop_token stop) { return odbc::openTable(settings, stop); });
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(odbc::ReadSettings settings, odbc::readSettings(options));
        return makeTableCounter(
            settings.selection, [settings](std::stop_token stop) { return odbc::openTable(settings, stop); },
            "odbc source");
    };
    source.forPreview = [](Options options) {
        options.set("lag", "0s"); // what may still move does not matter to a look, a wait does
        return options;
    };
    source.forecast = [](const Options& options, const std::optional<Position>& position,
                         std::chrono::nanoseconds between, std::stop_token stop) -> Result<PullForecast> {
        HEADRACE_TRY(odbc::ReadSettings settings, odbc::readSettings(options));
        return forecastTable([&](std::stop_token token) { return odbc::openTable(settings, token); }, position, between,
                             stop);
    };
    source.cursorAt = tableCursorAt;
    source.lateRows = tableLateRows;
    source.probe = odbc::probeSource;
    source.describe = odbc::describeServer;
    return source;
}

} // namespace headrace
