// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

// Numbers as people read them, in sentences and in the window. quantity.h has the compact ones of files, which parse
// back.

[[nodiscard]] std::string groupedNumber(std::int64_t number);                  ///< "1,204,000"
[[nodiscard]] std::string shownNumber(double number);                          ///< "18.0", "998", "18,240", "1.25 M"
[[nodiscard]] std::string shownSize(std::int64_t bytes);                       ///< "640 B", "18.3 MiB"
[[nodiscard]] std::string shownDuration(std::chrono::nanoseconds duration);    ///< "48 ms", "5 s", "2 min 5 s"
[[nodiscard]] std::string counted(std::int64_t number, std::string_view noun); ///< "1 column", "1,200 columns"

/// What a setting says, to the last digit, in one unit: 64 KiB is "64 KiB", 90 minutes are "90 min".
[[nodiscard]] std::string exactSize(std::int64_t bytes);
[[nodiscard]] std::string exactDuration(std::chrono::nanoseconds duration);

/// A number in a unit that fits its size. The texts above and those of the window's locale are made of it.
struct ScaledNumber {
    double value = 0;
    int decimals = 0;
    std::string_view unit = {};
};

[[nodiscard]] ScaledNumber scaledNumber(double number); ///< its unit is "", "M" or "G"
[[nodiscard]] ScaledNumber scaledSize(double bytes);
/// At most two, the larger one first: 2 min and 5 s.
[[nodiscard]] std::vector<ScaledNumber> scaledDuration(std::chrono::nanoseconds duration);

} // namespace headrace
