// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace headrace {

/// Counting for a forecast ends here.
inline constexpr std::int64_t kMostForecast = 100'000;
/// A table of more rows is not counted without an index that begins with the cursor.
inline constexpr std::int64_t kSmallTable = 100'000;

/// How many rows pulls will bring, found without reading them.
struct PullForecast {
    std::optional<std::int64_t>
        next;                    ///< rows of the next pull; kMostForecast: at least so many, unless it is the first
    std::optional<double> usual; ///< rows of each pull behind it
    std::string unknown = {};    ///< why `usual` is not known, as a sentence; "" where it is
};

} // namespace headrace
