// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "connectors/sources/file_set.h"

#include "connectors/core/durable_file.h"
#include "connectors/formats/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fnmatch.h>
#include <functional>
#include <span>
#include <sys/stat.h>
#include <system_error>

namespace headrace {

namespace {

namespace fs = std::filesystem;

struct Listed {
    std::string name;
    bool isFolder = false;
    bool isLink = false;
};

bool isHalfWritten(std::string_view name)
{
    return name.ends_with(DurableFile::kTemporarySuffix);
}

bool isHidden(std::string_view name)
{
    return name.starts_with('.');
}

bool hasWildcard(std::string_view text)
{
    return text.find_first_of("*?[") != std::string_view::npos;
}

Result<std::vector<Listed>> listFolder(const fs::path& folder)
{
    std::vector<Listed> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored; // a broken link or a file that vanishes meanwhile is no folder
        Listed listed{entry->path().filename().string(), entry->is_directory(ignored), entry->is_symlink(ignored)};
        if (!isHalfWritten(listed.name))
            entries.push_back(std::move(listed));
    }
    if (error)
        return fail(systemError("listed", folder.string(), error.value()));
    return entries;
}

/// Collects what matches one pattern, component by component.
class Walk {
public:
    explicit Walk(std::map<std::string, FileEntry>& found)
        : m_found(found)
    {
    }

    Status descend(const fs::path& base, std::span<const std::string> components)
    {
        const std::string& component = components.front();
        const auto rest = components.subspan(1);
        if (component == "**")
            return descendAnyDepth(base, components);
        if (!hasWildcard(component))
            return rest.empty() ? addIfFile(base / component) : descendIfFolder(base / component, rest);

        HEADRACE_TRY(const auto entries, listFolder(base));
        for (const Listed& entry : entries) {
            if (::fnmatch(component.c_str(), entry.name.c_str(), FNM_PERIOD) != 0)
                continue;
            if (rest.empty() && !entry.isFolder)
                HEADRACE_CHECK(addIfFile(base / entry.name));
            if (!rest.empty() && entry.isFolder)
                HEADRACE_CHECK(descend(base / entry.name, rest));
        }
        return {};
    }

    Status addFolder(const fs::path& folder)
    {
        HEADRACE_TRY(const auto entries, listFolder(folder));
        for (const Listed& entry : entries)
            if (!entry.isFolder && !isHidden(entry.name) && !entry.name.starts_with('_'))
                HEADRACE_CHECK(addIfFile(folder / entry.name));
        return {};
    }

    Status addIfFile(const fs::path& path)
    {
        const std::string name = path.lexically_normal().string();
        if (!isUtf8(name))
            return fail(ErrorCode::Data, fmt::format("The file name '{}' is not valid UTF-8; rename the file.", name));
        auto file = statFile(name);
        if (!file && file.error().code == ErrorCode::NotFound)
            return {};
        if (!file)
            return fail(std::move(file).error());
        m_found.emplace(name, *std::move(file));
        return {};
    }

private:
    Status descendIfFolder(const fs::path& folder, std::span<const std::string> rest)
    {
        std::error_code ignored;
        return fs::is_directory(folder, ignored) ? descend(folder, rest) : Status{};
    }

    /// `components` starts with "**": no folder, or any number of them. Links are not followed: they may form loops.
    Status descendAnyDepth(const fs::path& base, std::span<const std::string> components)
    {
        const auto rest = components.subspan(1);
        HEADRACE_CHECK(rest.empty() ? addFolder(base) : descend(base, rest));
        HEADRACE_TRY(const auto entries, listFolder(base));
        for (const Listed& entry : entries)
            if (entry.isFolder && !entry.isLink && !isHidden(entry.name))
                HEADRACE_CHECK(descendAnyDepth(base / entry.name, components));
        return {};
    }

    std::map<std::string, FileEntry>& m_found;
};

Status expandPattern(const std::string& pattern, std::map<std::string, FileEntry>& found)
{
    Walk walk(found);
    std::error_code ignored;
    if (fs::is_directory(pattern, ignored))
        return walk.addFolder(pattern);
    if (fs::exists(pattern, ignored) || !hasWildcard(pattern))
        return walk.addIfFile(pattern);

    const fs::path path(pattern);
    std::vector<std::string> components;
    for (const fs::path& component : path.relative_path())
        components.push_back(component.string());
    return walk.descend(path.root_path(), components);
}

Error nothingMatches(const std::string& pattern)
{
    std::error_code ignored;
    if (fs::is_directory(pattern, ignored))
        return {ErrorCode::NotFound, fmt::format("There are no files in the folder '{}'.", pattern), {}, std::nullopt};
    if (hasWildcard(pattern))
        return {ErrorCode::NotFound, fmt::format("No file matches '{}'.", pattern), {}, std::nullopt};
    if (fs::path(pattern).is_absolute())
        return {ErrorCode::NotFound, fmt::format("The file '{}' does not exist.", pattern), {}, std::nullopt};
    const std::string folder = fs::current_path(ignored).string();
    return {
        ErrorCode::NotFound, fmt::format("The file '{}' does not exist in '{}'.", pattern, folder), {}, std::nullopt};
}

} // namespace

Result<FileEntry> statFile(const std::string& path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0)
        return fail(systemError("examined", path, errno));
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    return FileEntry{path, status.st_size, status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec};
}

Result<std::vector<FileEntry>> expandPaths(const OptionList& patterns, bool allowMissing)
{
    std::map<std::string, FileEntry> all;
    for (const std::string& pattern : patterns) {
        std::map<std::string, FileEntry> found;
        HEADRACE_CHECK(expandPattern(pattern, found));
        if (found.empty() && !allowMissing)
            return fail(nothingMatches(pattern));
        all.merge(found);
    }
    std::vector<FileEntry> files;
    files.reserve(all.size());
    for (auto& [path, file] : all)
        files.push_back(std::move(file));
    return files;
}

std::vector<OptionSpec> fileOptions()
{
    return {
        {.key = "path",
         .type = OptionType::List,
         .label = "Files",
         .help = "Paths, folders or patterns: '*' and '?' match within a name, '**' any folders. Files are read in the "
                 "order of their paths.",
         .required = true},
        {.key = "compression",
         .type = OptionType::Choice,
         .label = "Compression",
         .help = "How the files are compressed; auto looks at their first bytes.",
         .defaultText = "auto",
         .choices = {"auto", "none", "gzip", "zstd"}},
        {.key = "changed_files",
         .type = OptionType::Choice,
         .label = "Changed files",
         .help = "What a later run does about a file that was read to its end and has changed since: fail, skip it, or "
                 "read it again from its start.",
         .defaultText = "fail",
         .advanced = true,
         .choices = {"fail", "skip", "read_again"}},
    };
}

} // namespace headrace
