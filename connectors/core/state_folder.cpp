// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/state_folder.h"

#include "connectors/core/environment.h"

#include <filesystem>

namespace headrace {

std::string defaultStateFolder()
{
    if (const std::string own = environment("HEADRACE_STATE_DIR"); !own.empty())
        return std::filesystem::absolute(own).string();
    if (const std::string state = environment("XDG_STATE_HOME"); !state.empty())
        return state + "/headrace";
    return homeFolder() + "/.local/state/headrace";
}

} // namespace headrace
