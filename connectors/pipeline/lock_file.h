// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>

namespace headrace {

/// A file that one process, and one object in it, holds at a time. The lock ends with the object or the process; the
/// file stays and holds the id of the last holder. One thread at a time.
class LockFile {
public:
    /// Creates missing parent folders. Conflict when it is held: "<what> is being run by process 4711; …".
    [[nodiscard]] static Result<LockFile> acquire(const std::string& path, std::string_view what);

    LockFile(LockFile&& other) noexcept;
    LockFile& operator=(LockFile&& other) noexcept;
    ~LockFile();

private:
    explicit LockFile(int descriptor)
        : m_descriptor(descriptor)
    {
    }

    int m_descriptor = -1;
};

} // namespace headrace
