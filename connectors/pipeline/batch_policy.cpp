// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/batch_policy.h"

#include "connectors/core/quantity.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/time_zone.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace headrace {

namespace {

constexpr std::chrono::nanoseconds kDay = std::chrono::hours{24};

template <typename Limit>
Status positive(const std::optional<Limit>& limit, std::string_view key, const auto& format)
{
    if (limit && *limit <= Limit{})
        return fail(ErrorCode::Usage,
                    fmt::format("The batch limit '{}' is {}; it must be greater than zero.", key, format(*limit)));
    return {};
}

} // namespace

Status BatchPolicy::check() const
{
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    const auto time = [](std::chrono::nanoseconds value) { return formatDuration(value); };
    HEADRACE_CHECK(positive(rows, "rows", number));
    HEADRACE_CHECK(positive(bytes, "bytes", number));
    HEADRACE_CHECK(positive(age, "age", time));
    HEADRACE_CHECK(positive(grid, "grid", time));
    if (grid && kDay % *grid != std::chrono::nanoseconds::zero() && *grid % kDay != std::chrono::nanoseconds::zero())
        return fail(ErrorCode::Usage, fmt::format("The batch grid '{}' does not divide a day evenly; use a length such "
                                                  "as 15m, 1h, 6h, 1d or 7d.",
                                                  formatDuration(*grid)));
    if (auto found = TimeZone::find(zone); !found)
        return fail(std::move(found).error());
    return {};
}

std::string BatchPolicy::describe() const
{
    std::vector<std::string> parts;
    if (rows)
        parts.push_back(counted(*rows, "row"));
    if (bytes)
        parts.push_back(exactSize(*bytes));
    if (age)
        parts.push_back(exactDuration(*age));
    if (grid)
        parts.push_back(fmt::format("every {} of the clock ({})", exactDuration(*grid), zone));
    return parts.empty() ? "one batch" : fmt::format("{}", fmt::join(parts, " · "));
}

} // namespace headrace
