// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace headrace {

/// "10_000" → 10000. Underscores may group digits. The error quotes the text.
[[nodiscard]] Result<std::int64_t> parseInteger(std::string_view text);

[[nodiscard]] Result<double> parseDecimal(std::string_view text);

/// "16MiB" → 16777216; B, KB, MB, GB, TB are powers of 1000, KiB … TiB powers of 1024; no unit means bytes.
[[nodiscard]] Result<std::int64_t> parseBytes(std::string_view text);

/// "250ms", "5s", "15m" or "15min", "1.5h", "7d"; a bare number is refused because its unit would be a guess.
[[nodiscard]] Result<std::chrono::nanoseconds> parseDuration(std::string_view text);

/// The shortest exact text that parses back: 16777216 → "16MiB", 5 s → "5s".
[[nodiscard]] std::string formatBytes(std::int64_t bytes);
[[nodiscard]] std::string formatDuration(std::chrono::nanoseconds duration);

} // namespace headrace
