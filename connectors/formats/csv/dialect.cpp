// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/dialect.h"

#include <fmt/format.h>

namespace headrace::csv {

std::string notation(std::optional<char> character)
{
    if (!character)
        return "none";
    if (*character == '\t')
        return "\\t";
    if (static_cast<unsigned char>(*character) < 0x20)
        return fmt::format("\\x{:02x}", static_cast<unsigned>(*character));
    return std::string(1, *character);
}

} // namespace headrace::csv
