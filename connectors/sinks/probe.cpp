// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/probe.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <unistd.h>

namespace headrace {

Result<std::string> probeFolder(const std::string& folder)
{
    std::error_code error;
    const auto wanted = std::filesystem::absolute(folder, error);
    auto existing = wanted;
    while (!std::filesystem::exists(existing, error) && existing.has_relative_path())
        existing = existing.parent_path();
    if (!std::filesystem::is_directory(existing, error))
        return fail(ErrorCode::Usage, fmt::format("'{}' is not a folder. Choose another path.", existing.string()));
    if (::access(existing.c_str(), W_OK | X_OK) != 0)
        return fail(systemError("written to", existing.string(), errno));
    if (existing == wanted)
        return fmt::format("The folder '{}' can be written to.", folder);
    return fmt::format("The folder '{}' will be created.", folder);
}

Result<std::string> probeDatabaseFile(const std::string& path)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        HEADRACE_CHECK(probeFolder(std::filesystem::absolute(path, error).parent_path().string()));
        return fmt::format("The database '{}' will be created.", path);
    }
    if (std::filesystem::is_directory(path, error))
        return fail(ErrorCode::Usage, fmt::format("'{}' is a folder. Name a database file in it.", path));
    if (::access(path.c_str(), R_OK | W_OK) != 0)
        return fail(systemError("written to", path, errno));
    return fmt::format("The database '{}' can be written to.", path);
}

} // namespace headrace
