// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace headrace::postgres {

// PostgreSQL's binary formats are big-endian.

template <typename T>
[[nodiscard]] T fromWire(const char* bytes)
{
    if constexpr (sizeof(T) == 1) {
        return static_cast<T>(*bytes);
    } else {
        using Bits = std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                        std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;
        Bits bits;
        std::memcpy(&bits, bytes, sizeof bits);
        if constexpr (sizeof(T) == 2)
            bits = __builtin_bswap16(bits);
        else if constexpr (sizeof(T) == 4)
            bits = __builtin_bswap32(bits);
        else
            bits = __builtin_bswap64(bits);
        return std::bit_cast<T>(bits);
    }
}

template <typename T>
void toWire(T value, char* bytes)
{
    const T swapped = fromWire<T>(reinterpret_cast<const char*>(&value));
    std::memcpy(bytes, &swapped, sizeof swapped);
}

/// Days and microseconds from Arrow's epoch, 1970, to PostgreSQL's, 2000.
inline constexpr std::int32_t kEpochDays = 10'957;
inline constexpr std::int64_t kEpochMicroseconds = std::int64_t{kEpochDays} * 86'400'000'000;

} // namespace headrace::postgres
