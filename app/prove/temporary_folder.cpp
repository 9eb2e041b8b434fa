// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prove/temporary_folder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace headrace::prove {

Result<std::unique_ptr<TemporaryFolder>> TemporaryFolder::create()
{
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "headrace-prove-XXXXXX").string();
    if (error || ::mkdtemp(path.data()) == nullptr)
        return fail(ErrorCode::Failed, fmt::format("No temporary folder like '{}' could be made; point TMPDIR at "
                                                   "a folder with room.",
                                                   path));
    return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(std::move(path)));
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace headrace::prove
