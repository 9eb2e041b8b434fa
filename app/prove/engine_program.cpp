// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prove/engine_program.h"

#include "app/prove/child_process.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace headrace::prove {

Result<std::string> engineProgram(const std::string& given)
{
    const char* fromEnvironment = std::getenv("HEADRACE_REDPANDA_CONNECT");
    const std::string named = !given.empty() ? given : fromEnvironment != nullptr ? fromEnvironment : "";
    if (!named.empty()) {
        if (::access(named.c_str(), X_OK) != 0)
            return fail(ErrorCode::NotFound, fmt::format("The engine '{}' is no program that can be started.", named));
        return std::filesystem::absolute(named).string();
    }
    for (const char* name : {"redpanda-connect", "rpk", "benthos"}) {
        if (const std::string found = findInPath(name); !found.empty())
            return found;
    }
    return fail(ErrorCode::NotFound, "No Redpanda Connect was found: put redpanda-connect, rpk or benthos into PATH "
                                     "(github.com/redpanda-data/connect says how to get it), or name its program with "
                                     "--engine PATH or HEADRACE_REDPANDA_CONNECT.");
}

} // namespace headrace::prove
