// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace headrace {

/// "2026-01-31" or "2026-01-31T12:00:00Z" as milliseconds since 1970; a time without zone is in UTC.
[[nodiscard]] std::optional<std::int64_t> millisecondsOf(std::string_view text);

} // namespace headrace
