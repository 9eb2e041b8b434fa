// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/number_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace headrace::cli {

namespace {

/// "98.2 M"; no blank and no letter below 1000.
std::string rounded(double number)
{
    static constexpr std::array kLetters{"", " k", " M", " G", " T", " P"};
    std::size_t letter = 0;
    while (number >= 999.5 && letter + 1 < kLetters.size()) {
        number /= 1000;
        ++letter;
    }
    const int decimals = letter == 0 || number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}{}", number, decimals, kLetters[letter]);
}

} // namespace

std::string roundNumber(double number)
{
    return rounded(number);
}

std::string roundBytes(double bytes)
{
    const std::string text = rounded(bytes);
    return text.find(' ') == std::string::npos ? text + " B" : text + "B";
}

std::string roundTime(std::chrono::nanoseconds time)
{
    const double seconds = std::chrono::duration<double>(time).count();
    if (seconds < 59.95)
        return fmt::format("{:.{}f} s", seconds, seconds < 9.995 ? 2 : 1);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 3600)
        return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

} // namespace headrace::cli
