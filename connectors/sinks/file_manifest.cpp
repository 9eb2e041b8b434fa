// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/file_manifest.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/json.h"
#include "connectors/sinks/file_names.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace headrace {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::int64_t kCompactBytes = 4 * 1024 * 1024;

json toJson(const CommittedPosition& committed)
{
    return {{"sequence", committed.sequence}, {"position", committed.end.text}};
}

CommittedPosition committedFrom(const json& value)
{
    return {Position{value.at("position").get<std::string>()}, value.at("sequence").get<std::int64_t>()};
}

json toJson(const ManifestEntry& entry)
{
    json line = toJson(entry.committed);
    line["number"] = entry.number;
    line["source"] = entry.source;
    line["run"] = entry.run;
    line["rows"] = entry.rows;
    line["files"] = entry.files;
    return line;
}

Result<int> lockFile(const std::string& path, const std::string& pipeline)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(systemError("opened", path, errno));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    const int errorNumber = errno;
    ::close(descriptor);
    if (errorNumber != EWOULDBLOCK)
        return fail(systemError("locked", path, errorNumber));
    return fail(ErrorCode::Conflict,
                fmt::format("The pipeline '{}' is already writing to this folder from another run; "
                            "'{}' is locked. Stop that run first.",
                            pipeline, path));
}

} // namespace

Result<std::unique_ptr<FileManifest>> FileManifest::open(const std::string& folder, const std::string& pipeline)
{
    const std::string base = fmt::format("{}/{}/{}", folder, kStateFolder, encodedName(pipeline));
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(base).parent_path(), error);
    if (error)
        return fail(systemError("created", std::filesystem::path(base).parent_path().string(), error.value()));
    HEADRACE_TRY(const int lock, lockFile(base + ".lock", pipeline));
    std::unique_ptr<FileManifest> manifest(new FileManifest(base + ".manifest", pipeline, lock));

    if (std::filesystem::exists(manifest->m_path, error)) {
        HEADRACE_CHECK(manifest->load());
        return manifest;
    }
    HEADRACE_TRY(auto existing, findBatchFiles(folder, pipeline));
    std::erase_if(existing, [](const BatchFile& file) { return file.temporary; }); // nobody has lost them
    if (!existing.empty())
        return fail(
            ErrorCode::Conflict,
            fmt::format("The folder '{}' holds files of the pipeline '{}' such as '{}', but not their manifest "
                        "'{}', so nobody knows which of them are whole. Restore the manifest, or move the files "
                        "away or rename the pipeline.",
                        folder, pipeline, existing.front().path, manifest->m_path));
    return manifest;
}

Status FileManifest::create()
{
    if (m_descriptor >= 0)
        return {};
    HEADRACE_CHECK(compact());
    const std::filesystem::path stateFolder = std::filesystem::path(m_path).parent_path();
    HEADRACE_CHECK(syncFolderOf(stateFolder.string()));
    return syncFolderOf(stateFolder.parent_path().string());
}

FileManifest::FileManifest(std::string path, std::string pipeline, int lock)
    : m_path(std::move(path))
    , m_pipeline(std::move(pipeline))
    , m_lock(lock)
{
}

FileManifest::~FileManifest()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    ::close(m_lock);
}

std::optional<CommittedPosition> FileManifest::committed(const std::string& source) const
{
    const auto found = m_committed.find(source);
    return found == m_committed.end() ? std::nullopt : std::optional(found->second);
}

Status FileManifest::append(const std::vector<ManifestEntry>& entries)
{
    std::string lines;
    try {
        for (const ManifestEntry& entry : entries)
            lines += jsonText(toJson(entry)) + '\n';
    } catch (const json::exception& error) {
        return fail(ErrorCode::Data,
                    fmt::format("The position of a batch cannot be kept in '{}' because it is not UTF-8.", m_path),
                    error.what());
    }
    for (std::string_view left = lines; !left.empty();) {
        const ssize_t written = ::write(m_descriptor, left.data(), left.size());
        if (written < 0 && errno != EINTR)
            return fail(systemError("written", m_path, errno));
        left.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    if (::fdatasync(m_descriptor) != 0)
        return fail(systemError("made durable", m_path, errno));
    for (const ManifestEntry& entry : entries) {
        m_committed.insert_or_assign(entry.source, entry.committed);
        m_lastNumber = entry.number;
    }
    m_size += static_cast<std::int64_t>(lines.size());
    return m_size > kCompactBytes ? compact() : Status();
}

Status FileManifest::load()
{
    HEADRACE_TRY(std::string content, readFile(m_path));
    const auto whole = content.rfind('\n') + 1; // npos + 1 is 0
    if (whole < content.size() && ::truncate(m_path.c_str(), static_cast<off_t>(whole)) != 0)
        return fail(systemError("repaired", m_path, errno));
    content.resize(whole);
    HEADRACE_CHECK(readLines(content));
    m_size = static_cast<std::int64_t>(whole);
    return m_size > kCompactBytes ? compact() : openForAppend();
}

Status FileManifest::readLines(std::string_view content)
{
    for (int number = 1; !content.empty(); ++number) {
        const auto end = content.find('\n');
        try {
            const json line = parseJson(content.substr(0, end));
            if (number == 1) {
                if (line.at("headrace").get<int>() != kVersion)
                    return fail(ErrorCode::Conflict, fmt::format("'{}' was written by a newer version of this program. "
                                                                 "Update the program.",
                                                                 m_path));
                for (const auto& [source, committed] : line.at("committed").items())
                    m_committed.emplace(source, committedFrom(committed));
            } else {
                m_committed.insert_or_assign(line.at("source").get<std::string>(), committedFrom(line));
            }
            m_lastNumber = line.at("number").get<std::int64_t>();
        } catch (const json::exception& error) {
            return fail(
                ErrorCode::Conflict,
                fmt::format("Line {} of '{}' is damaged. Restore the file from a backup, or move the pipeline's "
                            "files away to start anew.",
                            number, m_path),
                error.what());
        }
        content.remove_prefix(end + 1);
    }
    return {};
}

Status FileManifest::compact()
{
    json committed = json::object();
    for (const auto& [source, position] : m_committed)
        committed[source] = toJson(position);
    const json header{
        {"headrace", kVersion}, {"pipeline", m_pipeline}, {"number", m_lastNumber}, {"committed", committed}};
    const std::string line = jsonText(header) + '\n';
    HEADRACE_CHECK(writeFileDurably(m_path, line));
    m_size = static_cast<std::int64_t>(line.size());
    return openForAppend();
}

Status FileManifest::openForAppend()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = ::open(m_path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (m_descriptor < 0)
        return fail(systemError("opened", m_path, errno));
    return {};
}

} // namespace headrace
