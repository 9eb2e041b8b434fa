// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct FileEntry {
    std::string path;
    std::int64_t size = 0;       ///< bytes on disk
    std::int64_t modifiedNs = 0; ///< since 1970
};

/// The files that `patterns` name (paths, folders, globs with *, ?, [..] and **), each once, sorted by path.
/// A pattern that matches nothing is an error that names it.
[[nodiscard]] Result<std::vector<FileEntry>> expandPaths(const OptionList& patterns);

/// Position of a source over several files: which are done, and where the current one stands.
/// `within` is the format's own text: a byte offset, a row number.
struct FilePosition {
    std::vector<std::string> done; ///< paths read to their end, sorted
    std::string current;           ///< empty: none begun
    std::int64_t currentSize = 0;  ///< its size when it was opened: a smaller file later was replaced, an error
    std::string within;

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<FilePosition> parse(const Position& position);

    friend bool operator==(const FilePosition&, const FilePosition&) = default;
};

/// The options all file sources share: path (list, required), compression (auto|none|gzip|zstd).
[[nodiscard]] std::vector<OptionSpec> fileOptions();

} // namespace headrace
