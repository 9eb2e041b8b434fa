// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/batch_policy.h"

#include "connectors/core/quantity.h"
#include "connectors/pipeline/time_zone.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace headrace {

namespace {

constexpr std::chrono::nanoseconds kDay = std::chrono::hours{24};

std::string grouped(std::int64_t number)
{
    std::string digits = std::to_string(number);
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<std::size_t>(place), ",");
    return digits;
}

/// "16MiB" → "16 MiB".
std::string spaced(std::string quantity)
{
    const auto unit = quantity.find_first_not_of("0123456789");
    return unit == std::string::npos ? quantity : quantity.insert(unit, " ");
}

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
        parts.push_back(fmt::format("{} row{}", grouped(*rows), *rows == 1 ? "" : "s"));
    if (bytes)
        parts.push_back(spaced(formatBytes(*bytes)));
    if (age)
        parts.push_back(spaced(formatDuration(*age)));
    if (grid)
        parts.push_back(fmt::format("every {} of the clock ({})", spaced(formatDuration(*grid)), zone));
    return parts.empty() ? "one batch" : fmt::format("{}", fmt::join(parts, " · "));
}

} // namespace headrace
