// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/sources/mariadb/maria_reader.h"
#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"

namespace headrace {

namespace {

SourceType sourceNamed(const char* type, const char* label)
{
    SourceType source;
    source.type = type;
    source.label = label;
    source.group = "Databases";
    source.help = "A table, view or query of a MariaDB or MySQL database, whole or what is new since the last run, "
                  "read from one snapshot.";
    source.options = mariadb::sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(mariadb::ReadSettings settings, mariadb::readSettings(options));
        return makeTableSource(
            [settings = std::move(settings)](std::stop_token stop) { return mariadb::openTable(settings, stop); });
    };
    source.createCounter = [](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(mariadb::ReadSettings settings, mariadb::readSettings(options));
        return makeTableCounter(
            settings.selection, [settings](std::stop_token stop) { return mariadb::openTable(settings, stop); },
            "mariadb source");
    };
    source.forPreview = [](Options options) {
        options.set("lag", "0s"); // what may still move does not matter to a look, a wait does
        return options;
    };
    source.forecast = [](const Options& options, const std::optional<Position>& position,
                         std::chrono::nanoseconds between, std::stop_token stop) -> Result<PullForecast> {
        HEADRACE_TRY(mariadb::ReadSettings settings, mariadb::readSettings(options));
        return forecastTable([&](std::stop_token token) { return mariadb::openTable(settings, token); }, position,
                             between, stop);
    };
    source.cursorAt = tableCursorAt;
    source.lateRows = tableLateRows;
    source.probe = mariadb::probeSource;
    source.describe = mariadb::describeServer;
    return source;
}

} // namespace

SourceType mariadbSource()
{
    return sourceNamed("mariadb", "MariaDB");
}

SourceType mysqlSource()
{
    return sourceNamed("mysql", "MySQL");
}

} // namespace headrace
