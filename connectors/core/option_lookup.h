// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace headrace {

/// The option `key`, or null. Lives as long as the list.
[[nodiscard]] inline const OptionSpec* findOption(const std::vector<OptionSpec>& specs, std::string_view key)
{
    const auto found = std::ranges::find(specs, key, &OptionSpec::key);
    return found == specs.end() ? nullptr : &*found;
}

/// Of options that may lack others those of `specs`, such as what reaches a server, checked. `owner` opens the sentence
/// of an error: "kafka source".
[[nodiscard]] inline Result<Options> checkedPart(const Options& options, const std::vector<OptionSpec>& specs,
                                                 std::string_view owner)
{
    Options part;
    for (const auto& [key, value] : options.values())
        if (findOption(specs, key) != nullptr)
            part.set(key, value);
    return part.check(specs, owner);
}

} // namespace headrace
