// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/decimal_words.h"

namespace headrace {

bool decimalWords(std::string_view bytes, int precision, std::uint64_t& low, std::int64_t& high)
{
    const bool isNegative = !bytes.empty() && (bytes[0] & 0x80) != 0;
    const char sign = isNegative ? '\xff' : '\0';
    while (bytes.size() > 16 && bytes[0] == sign)
        bytes.remove_prefix(1);
    if (bytes.size() > 16)
        return false;
    __extension__ using Wide = unsigned __int128;
    Wide value = isNegative ? ~Wide{0} : Wide{0};
    for (const char byte : bytes)
        value = value << 8U | static_cast<std::uint8_t>(byte);
    if (!bytes.empty() && ((value >> 127U) != 0) != isNegative)
        return false;
    const Wide magnitude = isNegative ? Wide{0} - value : value;
    Wide limit = 1;
    for (int i = 0; i < precision; ++i)
        limit *= 10;
    if (magnitude >= limit)
        return false;
    low = static_cast<std::uint64_t>(value);
    high = static_cast<std::int64_t>(value >> 64U);
    return true;
}

} // namespace headrace
