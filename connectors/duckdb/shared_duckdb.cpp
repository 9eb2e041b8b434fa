// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/shared_duckdb.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

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

/// One instance makes the file and writes to it, because the start of an instance costs more than a small job.
Result<DuckDatabase> openForWriting(const std::string& path, std::map<std::string, std::string> settings)
{
    std::error_code ignored;
    settings.insert_or_assign("temp_directory", path + ".tmp");
    HEADRACE_TRY(DuckDatabase database, DuckDatabase::open("", settings));
    if (!std::filesystem::exists(path, ignored))
        HEADRACE_CHECK(createFile(database, path));
    HEADRACE_CHECK(database.attach(path));
    return database;
}

Result<DuckDatabase> openForReading(const std::string& path, std::map<std::string, std::string> settings)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::NotFound, fmt::format("The DuckDB database '{}' does not exist. Check the path.", path));
    settings.insert_or_assign("temp_directory",
                              (std::filesystem::temp_directory_path(ignored) / "headrace-duckdb").string());
    HEADRACE_TRY(DuckDatabase database, DuckDatabase::open("", settings));
    HEADRACE_CHECK(database.attachReadOnly(path));
    return database;
}

} // namespace

Result<std::shared_ptr<DuckDatabase>> sharedDuckDatabase(const std::string& path, DuckAccess access,
                                                         const std::map<std::string, std::string>& settings)
{
    struct Opened {
        std::weak_ptr<DuckDatabase> database;
        DuckAccess access;
    };
    static std::mutex mutex;
    static std::map<std::string, Opened> opened;

    std::error_code ignored;
    const auto whole = std::filesystem::weakly_canonical(path, ignored);
    if (access == DuckAccess::Write)
        std::filesystem::create_directories(whole.parent_path(), ignored); // opening says what went wrong
    const std::string key = whole.string();
    const std::lock_guard lock(mutex);
    std::erase_if(opened, [](const auto& entry) { return entry.second.database.expired(); });
    if (const auto found = opened.find(key); found != opened.end()) {
        if (auto database = found->second.database.lock(); database && found->second.access == access)
            return database;
        return fail(
            ErrorCode::Unavailable,
            fmt::format("This program is {} the DuckDB database '{}' at the moment, so it cannot be {} as well; "
                        "wait until that has ended, or read from a copy.",
                        access == DuckAccess::Write ? "reading" : "writing to", path,
                        access == DuckAccess::Write ? "written to" : "read"));
    }
    HEADRACE_TRY(DuckDatabase database,
                 access == DuckAccess::Write ? openForWriting(path, settings) : openForReading(path, settings));
    auto shared = std::make_shared<DuckDatabase>(std::move(database));
    opened.insert_or_assign(key, Opened{shared, access});
    return shared;
}

} // namespace headrace
