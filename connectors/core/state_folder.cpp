// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/state_folder.h"

#include <cstdlib>
#include <filesystem>

namespace headrace {

namespace {

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

} // namespace

std::string defaultStateFolder()
{
    if (const std::string own = environment("HEADRACE_STATE_DIR"); !own.empty())
        return std::filesystem::absolute(own).string();
    if (const std::string state = environment("XDG_STATE_HOME"); !state.empty())
        return state + "/headrace";
    return environment("HOME") + "/.local/state/headrace";
}

} // namespace headrace
