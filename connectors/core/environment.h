// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <string>

namespace headrace {

/// The value of an environment variable; "" when it is not set.
[[nodiscard]] inline std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// The user's home, as the shell's ~ has it; "" without one.
[[nodiscard]] inline std::string homeFolder()
{
    return environment("HOME");
}

} // namespace headrace
