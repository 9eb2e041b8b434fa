// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/base64.h"

#include <array>
#include <cstdint>

namespace headrace {

namespace {

std::array<std::int8_t, 256> base64Values()
{
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
    return values;
}

} // namespace

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
