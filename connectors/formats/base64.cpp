// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/base64.h"

#include <array>
#include <cstdint>

namespace headrace {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<std::int8_t, 256> base64Values()
{
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
    return values;
}

} // namespace

void appendBase64(std::string_view bytes, std::string& out)
{
    for (std::size_t index = 0; index < bytes.size(); index += 3) {
        const std::size_t left = bytes.size() - index;
        std::uint32_t group = static_cast<unsigned char>(bytes[index]) << 16U;
        if (left > 1)
            group |= static_cast<unsigned char>(bytes[index + 1]) << 8U;
        if (left > 2)
            group |= static_cast<unsigned char>(bytes[index + 2]);
        out += kDigits[group >> 18U];
        out += kDigits[group >> 12U & 63U];
        out += left > 1 ? kDigits[group >> 6U & 63U] : '=';
        out += left > 2 ? kDigits[group & 63U] : '=';
    }
}

std::string base64Of(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    appendBase64(bytes, text);
    return text;
}

bool decodeBase64(std::string_view text, std::string& bytes)
{
    static const auto kValues = base64Values();
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    bytes.reserve(bytes.size() + text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::int8_t value = kValues[static_cast<unsigned char>(c)];
        if (value < 0)
            return false;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count);
        }
    }
    return count < 6;
}

} // namespace headrace
