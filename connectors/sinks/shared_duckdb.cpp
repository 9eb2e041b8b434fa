// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/shared_duckdb.h"

#include "connectors/core/durable_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <mutex>

namespace headrace {

namespace {

/// Makes an empty database under a temporary name first: a crash or a full disk while DuckDB writes the first blocks
/// would leave a file that it refuses to open ever after.
Status createFile(DuckDatabase& database, const std::string& path)
{
    const std::string temporary = path + std::string(DurableFile::kTemporarySuffix);
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    Status created = database.attach(temporary);
    if (created)
        created = database.detach();
    if (created && std::rename(temporary.c_str(), path.c_str()) != 0)
        created = fail(systemError("created", path, errno));
    if (!created) {
        std::filesystem::remove(temporary, ignored);
        return created;
    }
    return syncFolderOf(path);
}

} // namespace

Result<std::shared_ptr<DuckDatabase>> sharedDuckDatabase(const std::string& path,
                                                         const std::map<std::string, std::string>& settings)
{
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<DuckDatabase>> opened;

    std::error_code ignored;
    const auto whole = std::filesystem::weakly_canonical(path, ignored);
    std::filesystem::create_directories(whole.parent_path(), ignored); // opening says what went wrong
    const std::string key = whole.string();
    const std::lock_guard lock(mutex);
    std::erase_if(opened, [](const auto& entry) { return entry.second.expired(); });
    if (const auto found = opened.find(key); found != opened.end())
        if (auto database = found->second.lock())
            return database;
    // One instance makes the file and writes to it, because the start of an instance costs more than a small job.
    auto all = settings;
    all.insert_or_assign("temp_directory", path + ".tmp");
    HEADRACE_TRY(DuckDatabase database, DuckDatabase::open("", all));
    if (!std::filesystem::exists(whole, ignored))
        HEADRACE_CHECK(createFile(database, path));
    HEADRACE_CHECK(database.attach(path));
    auto shared = std::make_shared<DuckDatabase>(std::move(database));
    opened.insert_or_assign(key, shared);
    return shared;
}

} // namespace headrace
