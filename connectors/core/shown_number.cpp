// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/shown_number.h"

#include "connectors/core/quantity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace headrace {

namespace {

bool isAlmostWhole(double value)
{
    return std::abs(value - std::round(value)) < 0.05;
}

/// Three digits of which the first is none of the zeros behind the point.
int decimalsForThreeDigits(double size)
{
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

/// "1,204" and "18.3", with a blank before the unit.
std::string plainText(const ScaledNumber& number)
{
    const std::string digits = number.decimals == 0 ? groupedNumber(std::llround(number.value))
                                                    : fmt::format("{:.{}f}", number.value, number.decimals);
    return number.unit.empty() ? digits : fmt::format("{} {}", digits, number.unit);
}

/// "16MiB" → "16 MiB".
std::string spaced(std::string quantity)
{
    return quantity.insert(quantity.find_first_not_of("0123456789"), " ");
}

/// Of less than a minute.
ScaledNumber shortDuration(double seconds)
{
    const auto scaled = [](double value, std::string_view unit) {
        return ScaledNumber{value, value >= 9.95 || isAlmostWhole(value) ? 0 : 1, unit};
    };
    if (seconds == 0)
        return {0, 0, "ms"};
    if (seconds < 0.9995e-3)
        return scaled(seconds * 1e6, "µs");
    return seconds < 0.9995 ? scaled(seconds * 1e3, "ms") : ScaledNumber{seconds, isAlmostWhole(seconds) ? 0 : 1, "s"};
}

} // namespace

std::string groupedNumber(std::int64_t number)
{
    std::string text = fmt::format("{}", number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string counted(std::int64_t number, std::string_view noun)
{
    return fmt::format("{} {}{}", groupedNumber(number), noun, number == 1 ? "" : "s");
}

ScaledNumber scaledNumber(double number)
{
    const double size = std::abs(number);
    if (size >= 1e9)
        return {number / 1e9, decimalsForThreeDigits(size / 1e9), "G"};
    if (size >= 1e6)
        return {number / 1e6, decimalsForThreeDigits(size / 1e6), "M"};
    if (size >= 100)
        return {number, 0};
    return {number, size < 0.005 ? 0 : (size < 1 ? 2 : 1)};
}

ScaledNumber scaledSize(double bytes)
{
    constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (std::abs(bytes) >= 999.5 && unit + 1 < kUnits.size()) {
        bytes /= 1024;
        ++unit;
    }
    return {bytes, unit == 0 || std::abs(bytes) >= 99.95 || isAlmostWhole(bytes) ? 0 : 1, kUnits.at(unit)};
}

std::vector<ScaledNumber> scaledDuration(std::chrono::nanoseconds duration)
{
    using namespace std::chrono;
    struct Unit {
        std::chrono::seconds length;
        std::string_view name;
    };
    static constexpr std::array kUnits{Unit{hours{24}, "d"}, Unit{hours{1}, "h"}, Unit{minutes{1}, "min"},
                                       Unit{seconds{1}, "s"}};
    if (duration < milliseconds{59'950})
        return {shortDuration(std::chrono::duration<double>(duration).count())};
    const auto whole = round<seconds>(duration);
    const auto* const unit = std::ranges::find_if(kUnits, [&](const Unit& u) { return whole >= u.length; });
    std::vector<ScaledNumber> parts{{static_cast<double>(whole / unit->length), 0, unit->name}};
    const auto* const next = unit + 1;
    if (const auto rest = next == kUnits.end() ? 0 : (whole % unit->length) / next->length; rest > 0)
        parts.push_back({static_cast<double>(rest), 0, next->name});
    return parts;
}

std::string shownNumber(double number)
{
    return plainText(scaledNumber(number));
}

std::string shownSize(std::int64_t bytes)
{
    return plainText(scaledSize(static_cast<double>(bytes)));
}

std::string shownDuration(std::chrono::nanoseconds duration)
{
    std::vector<std::string> parts;
    for (const ScaledNumber& part : scaledDuration(duration))
        parts.push_back(plainText(part));
    return fmt::format("{}", fmt::join(parts, " "));
}

std::string exactSize(std::int64_t bytes)
{
    return spaced(formatBytes(bytes));
}

std::string exactDuration(std::chrono::nanoseconds duration)
{
    const auto milliseconds = std::chrono::duration<double, std::milli>(duration).count();
    if (milliseconds > 1000 && duration % std::chrono::seconds{1} != std::chrono::nanoseconds{})
        return fmt::format("{} s", milliseconds / 1000);
    std::string text = spaced(formatDuration(duration));
    if (text.ends_with(" m"))
        text += "in";
    if (text.ends_with(" us"))
        text.replace(text.size() - 2, 1, "µ");
    return text;
}

} // namespace headrace
