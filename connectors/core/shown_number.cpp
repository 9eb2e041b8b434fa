// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/shown_number.h"

#include <fmt/format.h>

#include <array>

namespace headrace {

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

std::string shownSize(std::int64_t bytes)
{
    constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit)
        value /= 1024;
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.3g} {}", value, kUnits[unit]);
}

std::string shownDuration(std::chrono::nanoseconds duration)
{
    struct Unit {
        std::int64_t seconds;
        const char* name;
    };
    constexpr std::array kUnits{Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"}, Unit{1, "s"}};
    std::int64_t rest = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    if (rest == 0)
        return fmt::format("{} ms", milliseconds);
    if (rest < 60 && milliseconds % 1000 != 0)
        return fmt::format("{:.3g} s", static_cast<double>(milliseconds) / 1000);
    std::string text;
    int parts = 0;
    for (const Unit& unit : kUnits) {
        if (parts == 2 || (parts == 1 && rest < unit.seconds))
            break;
        if (rest >= unit.seconds) {
            text += fmt::format("{}{} {}", text.empty() ? "" : " ", rest / unit.seconds, unit.name);
            rest %= unit.seconds;
            ++parts;
        }
    }
    return text;
}

} // namespace headrace
