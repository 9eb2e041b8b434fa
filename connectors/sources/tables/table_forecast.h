// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/pull_forecast.h"
#include "connectors/sources/tables/table_reader.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace headrace {

/// What a forecast by cursor asks of a table. The functions count no further than kMostForecast.
struct ForecastQuestions {
    std::string cursor; ///< name of its first column
    std::string title;  ///< "table 'shop.orders'"
    bool isTable = true;
    std::optional<std::int64_t> rows;                  ///< of the table, estimated
    bool isIndexed = false;                            ///< an index begins with the cursor
    bool isTime = false;                               ///< its first column is one, by a clock that is known
    std::function<Result<std::int64_t>()> behind = {}; ///< the position
    /// With a time of the last so long.
    std::function<Result<std::int64_t>(std::chrono::microseconds)> recent = {};
};

/// `isFirst`: there is no position yet. `between`: the pulls, 0 when that is not known.
[[nodiscard]] Result<PullForecast> forecastByCursor(const ForecastQuestions& table, bool isFirst,
                                                    std::chrono::nanoseconds between);

/// SourceType::forecast of what `open` reads.
[[nodiscard]] Result<PullForecast> forecastTable(const OpenTable& open, const std::optional<Position>& position,
                                                 std::chrono::nanoseconds between, const std::stop_token& stop);

} // namespace headrace
