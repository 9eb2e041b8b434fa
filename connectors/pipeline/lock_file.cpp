// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/lock_file.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace headrace {

namespace {

/// The id that the holder wrote, or "another process" while it has not yet.
std::string holderOf(const std::string& path)
{
    const auto content = readFile(path);
    if (!content || content->empty())
        return "another process";
    return fmt::format("process {}", content->substr(0, content->find('\n')));
}

} // namespace

Result<LockFile> LockFile::acquire(const std::string& path, std::string_view what)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(systemError("opened", path, errno));
    LockFile lock(descriptor);
    // flock belongs to the open file, so that two runs within one process exclude each other too.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return fail(systemError("locked", path, errno));
        return fail(ErrorCode::Conflict,
                    fmt::format("{} is being run by {}; wait until it ends, or stop it.", what, holderOf(path)));
    }
    const std::string id = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, id.data(), id.size(), 0) < 0)
        return fail(systemError("written", path, errno));
    return lock;
}

LockFile::LockFile(LockFile&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

LockFile& LockFile::operator=(LockFile&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

LockFile::~LockFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

} // namespace headrace
