// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/digest.h"

#include <bit>
#include <cmath>

namespace headrace::aws {

namespace {

constexpr std::size_t kBlock = 64;

/// The text followed by a one bit, zeros and its length in bits, to whole blocks.
std::string padded(std::string_view bytes, bool bigEndianLength)
{
    std::string text(bytes);
    text += '\x80';
    text.append((2 * kBlock - 8 - text.size() % kBlock) % kBlock, '\0');
    const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
    for (int i = 0; i < 8; ++i)
        text += static_cast<char>(bits >> 8 * (bigEndianLength ? 7 - i : i));
    return text;
}

std::uint32_t wordAt(const std::string& text, std::size_t at, bool bigEndian)
{
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i)
        word |= std::uint32_t{static_cast<std::uint8_t>(text[at + i])} << 8 * (bigEndian ? 3 - i : i);
    return word;
}

std::array<std::uint32_t, 64> sines()
{
    std::array<std::uint32_t, 64> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] =
            static_cast<std::uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
    return table;
}

void md5Block(const std::string& text, std::size_t at, std::array<std::uint32_t, 4>& state)
{
    static const auto kSines = sines();
    constexpr std::array<std::array<int, 4>, 4> kShifts{
        {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
    auto [a, b, c, d] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        std::uint32_t mixed = 0;
        std::size_t word = 0;
        switch (i / 16) {
        case 0:
            mixed = (b & c) | (~b & d);
            word = i;
            break;
        case 1:
            mixed = (d & b) | (~d & c);
            word = (5 * i + 1) % 16;
            break;
        case 2:
            mixed = b ^ c ^ d;
            word = (3 * i + 5) % 16;
            break;
        default:
            mixed = c ^ (b | ~d);
            word = 7 * i % 16;
        }
        const std::uint32_t sum = a + mixed + kSines[i] + wordAt(text, at + 4 * word, false);
        a = d;
        d = c;
        c = b;
        b += std::rotl(sum, kShifts[i / 16][i % 4]);
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

void sha1Block(const std::string& text, std::size_t at, std::array<std::uint32_t, 5>& state)
{
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < 16; ++i)
        words[i] = wordAt(text, at + 4 * i, true);
    for (std::size_t i = 16; i < words.size(); ++i)
        words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::uint32_t mixed = b ^ c ^ d;
        std::uint32_t constant = i < 40 ? 0x6ed9eba1 : 0xca62c1d6;
        if (i < 20) {
            mixed = (b & c) | (~b & d);
            constant = 0x5a827999;
        } else if (i >= 40 && i < 60) {
            mixed = (b & c) | (b & d) | (c & d);
            constant = 0x8f1bbcdc;
        }
        const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + words[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

} // namespace

std::array<std::uint8_t, 16> md5(std::string_view bytes)
{
    std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    const std::string text = padded(bytes, false);
    for (std::size_t at = 0; at < text.size(); at += kBlock)
        md5Block(text, at, state);
    std::array<std::uint8_t, 16> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(state[i / 4] >> 8 * (i % 4));
    return digest;
}

std::string sha1Hex(std::string_view bytes)
{
    std::array<std::uint32_t, 5> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    const std::string text = padded(bytes, true);
    for (std::size_t at = 0; at < text.size(); at += kBlock)
        sha1Block(text, at, state);
    std::string hex;
    for (const std::uint32_t word : state)
        for (int shift = 28; shift >= 0; shift -= 4)
            hex += "0123456789abcdef"[word >> shift & 0xf];
    return hex;
}

} // namespace headrace::aws
