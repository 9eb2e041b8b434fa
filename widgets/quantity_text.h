// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>
#include <cstdint>

namespace headrace {

// Numbers as the window shows them: in the user's locale, always with their unit.

[[nodiscard]] QString countText(std::int64_t count);                   ///< "18,240"
[[nodiscard]] QString compactText(double value);                       ///< "18.0", "998", "18,240", "1.25 M"
[[nodiscard]] QString bytesText(double bytes);                         ///< "640 B", "3.1 MiB"
[[nodiscard]] QString durationText(std::chrono::nanoseconds duration); ///< "48 ms", "5 s", "2 min 5 s"
[[nodiscard]] QString elapsedText(std::chrono::nanoseconds duration);  ///< "00:04:12"
[[nodiscard]] QString percentText(double fraction);                    ///< 0.014 → "1.4 %"
[[nodiscard]] QString numberText(double value, int significantDigits); ///< 0.4213, 2 → "0.42"

} // namespace headrace
