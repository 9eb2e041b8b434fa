// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace headrace {

/// Of texts of any length, by simdjson.
[[nodiscard]] bool isUtf8Throughout(std::string_view text);

/// The highest bit of each byte of a word.
template <typename Word>
[[nodiscard]] Word highBits(const char* bytes)
{
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return static_cast<Word>(word & static_cast<Word>(0x8080'8080'8080'8080));
}

/// Whether all bytes are below 128. The last word read may overlap the one before.
[[nodiscard]] inline bool isAscii(std::string_view text)
{
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    std::uint64_t bits = 0;
    if (text.size() >= 8) {
        bits = highBits<std::uint64_t>(end - 8);
        for (const char* at = begin; at < end - 8; at += 8)
            bits |= highBits<std::uint64_t>(at);
    } else if (text.size() >= 4) {
        bits = highBits<std::uint32_t>(begin) | highBits<std::uint32_t>(end - 4);
    } else {
        for (const char c : text)
            bits |= highBits<std::uint8_t>(&c);
    }
    return bits == 0;
}

/// Whether the bytes are valid UTF-8, without surrogates. Inline: asked for each cell, of which most are short and
/// ASCII.
[[nodiscard]] inline bool isUtf8(std::string_view text)
{
    constexpr std::size_t kShort = 64; // bytes up to which the look for ASCII is the cheaper one
    return (text.size() <= kShort && isAscii(text)) || isUtf8Throughout(text);
}

} // namespace headrace
