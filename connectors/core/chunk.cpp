// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/chunk.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

std::string toText(const std::vector<PlacePart>& place)
{
    std::string text;
    for (const PlacePart& part : place) {
        std::string name = part.name;
        std::ranges::replace(name, '_', ' ');
        text += fmt::format("{}{} ", text.empty() ? "" : ", ", name);
        std::visit([&text](const auto& value) { text += fmt::format("{}", value); }, part.value);
    }
    return text;
}

} // namespace headrace
