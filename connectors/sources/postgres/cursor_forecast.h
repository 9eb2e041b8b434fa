// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/pull_forecast.h"
#include "connectors/sources/postgres/read_plan.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace headrace::postgres {

/// SourceType::forecast, over a connection of its own.
[[nodiscard]] Result<PullForecast> forecastPulls(const ReadSettings& settings, const std::optional<Position>& position,
                                                 std::chrono::nanoseconds between, const std::stop_token& stop);

} // namespace headrace::postgres
