// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace headrace {

/// A file that appears under its final name only when it is whole: written beside it, fsynced, renamed, folder fsynced.
/// Used on one thread. Destroying an uncommitted file removes the temporary one.
class DurableFile {
public:
    /// Creates `path` + suffix for writing; creates missing parent folders.
    [[nodiscard]] static Result<DurableFile> create(const std::string& path);

    DurableFile(DurableFile&& other) noexcept;
    DurableFile& operator=(DurableFile&& other) noexcept;
    ~DurableFile();

    /// Writes all of it; short writes and EINTR are continued. Full disks give ErrorCode::Full naming the file.
    Status write(std::string_view bytes);

    /// Makes the content durable under the temporary name and closes it: nothing more can be written.
    Status seal();

    /// Seals and gives it its final name, which survives a crash only after syncFolderOf(path()): for files that are
    /// made durable by the dozen. Afterwards the object is empty.
    Status publish();

    /// publish() and the folder's sync.
    Status commit();

    /// Removes the temporary file; never throws.
    void discard() noexcept;

    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] const std::string& temporaryPath() const { return m_temporaryPath; }

    static constexpr std::string_view kTemporarySuffix = ".headrace-tmp";

private:
    DurableFile(std::string path, std::string temporaryPath, int descriptor);
    void handOver() noexcept;

    std::string m_path;
    std::string m_temporaryPath;
    int m_descriptor = -1; ///< −1 once sealed
    bool m_pending = true; ///< the temporary file exists
    std::int64_t m_written = 0;
    std::int64_t m_handedOver = 0; ///< bytes whose way to the disk has begun
};

/// fsync of the folder that holds `path`, so that a rename or removal in it survives a crash.
Status syncFolderOf(const std::string& path);

/// The whole content of a small file (settings, checkpoints, samples).
[[nodiscard]] Result<std::string> readFile(const std::string& path);

/// Replaces `path` by `content` durably.
Status writeFileDurably(const std::string& path, std::string_view content);

/// An Error for a failed system call on `path`: NotFound, Permission, Full or Failed by errno.
[[nodiscard]] Error systemError(std::string_view action, std::string_view path, int errorNumber);

} // namespace headrace
