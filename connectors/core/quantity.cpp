// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace headrace {

namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array kByteUnits{
    Unit{"TiB", 1099511627776.0},
    Unit{"GiB", 1073741824.0},
    Unit{"MiB", 1048576.0},
    Unit{"KiB", 1024.0},
    Unit{"TB", 1e12},
    Unit{"GB", 1e9},
    Unit{"MB", 1e6},
    Unit{"KB", 1e3},
    Unit{"kB", 1e3},
    Unit{"B", 1.0},
};

constexpr std::array kTimeUnits{
    Unit{"ms", 1e6},   Unit{"us", 1e3}, Unit{"µs", 1e3}, Unit{"ns", 1.0},   Unit{"d", 86400e9},
    Unit{"h", 3600e9}, Unit{"m", 60e9}, Unit{"s", 1e9},  Unit{"min", 60e9},
};

std::string withoutUnderscores(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != '_'; });
    return digits;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The number in base units, or an error made of `expected`.
Result<std::int64_t> parseWithUnit(std::string_view text, std::span<const Unit> units, bool unitRequired,
                                   std::string_view expected)
{
    const std::string_view whole = trimmed(text);
    const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return whole.ends_with(u.name); });
    const double factor = unit == units.end() ? 1.0 : unit->factor;
    const auto number =
        parseDecimal(trimmed(unit == units.end() ? whole : whole.substr(0, whole.size() - unit->name.size())));
    if (!number || (unit == units.end() && unitRequired))
        return fail(ErrorCode::Usage, fmt::format("'{}' is not {}.", text, expected));
    const double value = *number * factor;
    if (!std::isfinite(value) || value < 0 || value >= 9.2e18)
        return fail(ErrorCode::Usage, fmt::format("'{}' is out of range.", text));
    return static_cast<std::int64_t>(std::llround(value));
}

} // namespace

Result<std::int64_t> parseInteger(std::string_view text)
{
    const std::string digits = withoutUnderscores(trimmed(text));
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
        return fail(ErrorCode::Usage, fmt::format("'{}' is not a whole number.", text));
    return value;
}

Result<double> parseDecimal(std::string_view text)
{
    const std::string digits = withoutUnderscores(trimmed(text));
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
        return fail(ErrorCode::Usage, fmt::format("'{}' is not a number.", text));
    return value;
}

Result<std::int64_t> parseBytes(std::string_view text)
{
    return parseWithUnit(text, kByteUnits, false, "a size such as 64KiB, 16MiB or 10GB");
}

Result<std::chrono::nanoseconds> parseDuration(std::string_view text)
{
    HEADRACE_TRY(const std::int64_t value,
                 parseWithUnit(text, kTimeUnits, true, "a duration such as 250ms, 5s, 15m, 1h or 1d"));
    return std::chrono::nanoseconds{value};
}

std::string formatBytes(std::int64_t bytes)
{
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kExact{
        {{"TiB", 1LL << 40}, {"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}}};
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kDecimal{
        {{"TB", 1'000'000'000'000}, {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"KB", 1000}}};
    for (const auto& units : {kExact, kDecimal})
        for (const auto& [name, size] : units)
            if (bytes != 0 && bytes % size == 0)
                return fmt::format("{}{}", bytes / size, name);
    return fmt::format("{}B", bytes);
}

std::string formatDuration(std::chrono::nanoseconds duration)
{
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kExact{{{"d", 86'400'000'000'000},
                                                                               {"h", 3'600'000'000'000},
                                                                               {"m", 60'000'000'000},
                                                                               {"s", 1'000'000'000},
                                                                               {"ms", 1'000'000},
                                                                               {"us", 1'000}}};
    for (const auto& [name, size] : kExact)
        if (duration.count() != 0 && duration.count() % size == 0)
            return fmt::format("{}{}", duration.count() / size, name);
    return duration.count() == 0 ? "0s" : fmt::format("{}ns", duration.count());
}

} // namespace headrace
