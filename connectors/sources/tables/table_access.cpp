// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_access.h"

#include "connectors/sources/tables/table_counter.h"
#include "connectors/sources/tables/table_forecast.h"

namespace headrace {

void readThroughTables(SourceType& source, const AccessTable& access, const std::string& owner)
{
    source.create = [access](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(TableAccess table, access(options));
        return makeTableSource(std::move(table.open));
    };
    source.createCounter = [access, owner](const Options& options) -> Result<std::unique_ptr<RowCounter>> {
        HEADRACE_TRY(TableAccess table, access(options));
        return makeTableCounter(table.selection, std::move(table.open), owner);
    };
    source.forPreview = previewOfTable;
    source.forecast = [access](const Options& options, const std::optional<Position>& position,
                               std::chrono::nanoseconds between, std::stop_token stop) -> Result<PullForecast> {
        HEADRACE_TRY(const TableAccess table, access(options));
        return forecastTable(table.open, position, between, stop);
    };
    source.cursorAt = tableCursorAt;
    source.lateRows = tableLateRows;
}

} // namespace headrace
