// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace headrace::mariadb {

// Values of the binary protocol (MariaDB's documentation, "Binary resultset row"), little-endian. Each function takes
// the value at `at`, which then stands behind it.

__extension__ using Int128 = __int128;

template <typename T>
[[nodiscard]] T takeFixed(const unsigned char*& at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

[[nodiscard]] inline std::string_view takeBytes(const unsigned char*& at)
{
    std::uint64_t length = *at++;
    if (length >= 252) { // the number of bytes that hold the length
        const int width = length == 252 ? 2 : length == 253 ? 3 : 8;
        length = 0;
        std::memcpy(&length, at, static_cast<std::size_t>(width));
        at += width;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(at), length);
    at += length;
    return bytes;
}

/// A date or a moment as the server keeps it: any part may be zero.
struct DateTime {
    std::uint32_t year = 0;
    std::uint32_t month = 0;
    std::uint32_t day = 0;
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
    std::uint32_t second = 0;
    std::uint32_t microsecond = 0;

    [[nodiscard]] bool isReal() const;               ///< there is such a day
    [[nodiscard]] std::int32_t days() const;         ///< since 1970
    [[nodiscard]] std::int64_t microseconds() const; ///< since 1970
    [[nodiscard]] std::string text() const;          ///< as the server writes it, with six digits of the second
};

[[nodiscard]] DateTime takeDateTime(const unsigned char*& at);
[[nodiscard]] std::int64_t takeTime(const unsigned char*& at); ///< microseconds
[[nodiscard]] std::uint64_t takeBits(const unsigned char*& at);

/// The digits times 10^scale; false when they are malformed or too many.
[[nodiscard]] bool parseDecimal(std::string_view digits, int scale, Int128& value);

/// Microseconds as TIME: "-838:59:59.000000".
[[nodiscard]] std::string timeText(std::int64_t microseconds);

} // namespace headrace::mariadb
