// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace headrace {

// Numbers in sentences, for people: rounded, and read at a glance. quantity.h has the exact ones that parse back.

[[nodiscard]] std::string groupedNumber(std::int64_t number);               ///< "1,204,000"
[[nodiscard]] std::string shownSize(std::int64_t bytes);                    ///< "640 B", "18.3 MiB"
[[nodiscard]] std::string shownDuration(std::chrono::nanoseconds duration); ///< "48 ms", "5 s", "2 min 5 s"

} // namespace headrace
