// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/shown_number.h"

#include <chrono>
#include <string>

namespace headrace::cli {

/// Three significant digits with a unit of 1000: 1234567 → "1.23 M".
[[nodiscard]] std::string roundNumber(double number);

/// As roundNumber, in bytes: 98200000 → "98.2 MB".
[[nodiscard]] std::string roundBytes(double bytes);

/// "0.42 s", "12.3 s", "4:07", "1:02:03".
[[nodiscard]] std::string roundTime(std::chrono::nanoseconds time);

} // namespace headrace::cli
