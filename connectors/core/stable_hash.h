// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

/// FNV-1a of 64 bits (the constants stand in the IETF draft "The FNV Non-Cryptographic Hash Algorithm"). Positions,
/// state and digests hold its values: it must give the same ones for ever and everywhere. Not for hostile input.
class StableHash {
public:
    constexpr void add(std::string_view bytes)
    {
        for (const char byte : bytes)
            m_value = (m_value ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
    }
    [[nodiscard]] constexpr std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 14695981039346656037ULL;
};

[[nodiscard]] constexpr std::uint64_t stableHash(std::string_view bytes)
{
    StableHash hash;
    hash.add(bytes);
    return hash.value();
}

} // namespace headrace
