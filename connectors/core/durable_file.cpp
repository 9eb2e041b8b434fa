// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"

#include "connectors/core/kill_point.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace headrace {

namespace {

constexpr std::int64_t kHandOver = 4 * 1024 * 1024;

ErrorCode codeOf(int errorNumber)
{
    switch (errorNumber) {
    case ENOENT:
    case ENOTDIR:
        return ErrorCode::NotFound;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::Permission;
    case ENOSPC:
    case EDQUOT:
        return ErrorCode::Full;
    default:
        return ErrorCode::Failed;
    }
}

std::string_view adviceFor(int errorNumber)
{
    switch (errorNumber) {
    case ENOENT:
    case ENOTDIR:
        return " Check the path.";
    case EISDIR:
        return " Name a file in it.";
    case EACCES:
    case EPERM:
        return " Check who owns it and its folder, and what they permit.";
    case EROFS:
        return " Choose a folder that can be written to.";
    case ENOSPC:
    case EDQUOT:
        return " Free some space there, then start again.";
    case EMFILE:
    case ENFILE:
        return " Allow more open files (ulimit -n), then start again.";
    default:
        return "";
    }
}

Status syncFolder(const std::filesystem::path& folder)
{
    const std::string name = folder.empty() ? "." : folder.string();
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(systemError("opened", name, errno));
    const int outcome = ::fsync(descriptor);
    const int errorNumber = errno;
    ::close(descriptor);
    if (outcome != 0)
        return fail(systemError("made durable", name, errorNumber));
    return {};
}

} // namespace

Error systemError(std::string_view action, std::string_view path, int errorNumber)
{
    return {
        codeOf(errorNumber),
        fmt::format("'{}' could not be {}: {}.{}", path, action, std::strerror(errorNumber), adviceFor(errorNumber)),
        fmt::format("errno {}", errorNumber), std::nullopt};
}

Result<DurableFile> DurableFile::create(const std::string& path)
{
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code error;
    if (!folder.empty())
        std::filesystem::create_directories(folder, error);
    if (error)
        return fail(systemError("created", folder.string(), error.value()));

    std::string temporaryPath = path + std::string(kTemporarySuffix);
    const int descriptor = ::open(temporaryPath.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(systemError("created", temporaryPath, errno));
    return DurableFile(path, std::move(temporaryPath), descriptor);
}

DurableFile::DurableFile(std::string path, std::string temporaryPath, int descriptor)
    : m_path(std::move(path))
    , m_temporaryPath(std::move(temporaryPath))
    , m_descriptor(descriptor)
{
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_temporaryPath(std::move(other.m_temporaryPath))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_pending(std::exchange(other.m_pending, false))
    , m_written(other.m_written)
    , m_handedOver(other.m_handedOver)
{
}

DurableFile& DurableFile::operator=(DurableFile&& other) noexcept
{
    if (this != &other) {
        discard();
        m_path = std::move(other.m_path);
        m_temporaryPath = std::move(other.m_temporaryPath);
        m_descriptor = std::exchange(other.m_descriptor, -1);
        m_pending = std::exchange(other.m_pending, false);
        m_written = other.m_written;
        m_handedOver = other.m_handedOver;
    }
    return *this;
}

DurableFile::~DurableFile()
{
    discard();
}

Status DurableFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(systemError("written", m_path, errno));
        bytes.remove_prefix(static_cast<std::size_t>(written));
        m_written += written;
    }
    if (m_written - m_handedOver >= kHandOver)
        handOver();
    return {};
}

/// Lets the disk write while more rows are made, so that the fsync at the end finds little left.
void DurableFile::handOver() noexcept
{
#ifdef SYNC_FILE_RANGE_WRITE
    // A hint: what fails here fails again, and is reported, in fsync.
    static_cast<void>(::sync_file_range(m_descriptor, m_handedOver, m_written - m_handedOver, SYNC_FILE_RANGE_WRITE));
#endif
    m_handedOver = m_written;
}

Status DurableFile::seal()
{
    if (m_descriptor < 0)
        return {};
    if (::fsync(m_descriptor) != 0)
        return fail(systemError("made durable", m_path, errno));
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        return fail(systemError("closed", m_path, errno));
    return {};
}

Status DurableFile::publish()
{
    HEADRACE_CHECK(seal());
    killPoint("before-rename");
    if (::rename(m_temporaryPath.c_str(), m_path.c_str()) != 0)
        return fail(systemError("renamed to its final name", m_path, errno));
    m_pending = false;
    killPoint("after-rename");
    return {};
}

Status DurableFile::commit()
{
    HEADRACE_CHECK(publish());
    return syncFolderOf(m_path);
}

void DurableFile::discard() noexcept
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
    if (std::exchange(m_pending, false))
        ::unlink(m_temporaryPath.c_str());
}

Status syncFolderOf(const std::string& path)
{
    return syncFolder(std::filesystem::path(path).parent_path());
}

Result<std::string> readFile(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(systemError("opened", path, errno));
    std::string content;
    std::array<char, 65'536> buffer;
    while (true) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            const int errorNumber = errno;
            ::close(descriptor);
            if (got < 0)
                return fail(systemError("read", path, errorNumber));
            return content;
        }
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

Status writeFileDurably(const std::string& path, std::string_view content)
{
    HEADRACE_TRY(DurableFile file, DurableFile::create(path));
    HEADRACE_CHECK(file.write(content));
    return file.commit();
}

} // namespace headrace
