// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

/// "2026-01-31" as days since 1970; false for anything else and for days that do not exist.
[[nodiscard]] bool parseIsoDate(std::string_view text, std::int32_t& days);

struct IsoTime {
    std::int64_t microseconds = 0; ///< since 1970; in UTC when zoned
    bool zoned = false;            ///< it ended with Z or an offset
};

/// "2026-01-31T12:30:00", with a blank for the T, without seconds, with a fraction of up to six digits, with Z, +02,
/// +0200 or +02:00. False for anything else.
[[nodiscard]] bool parseIsoTime(std::string_view text, IsoTime& time);

} // namespace headrace
