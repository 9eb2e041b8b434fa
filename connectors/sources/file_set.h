// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct FileEntry {
    std::string path;
    std::int64_t size = 0;       ///< bytes on disk
    std::int64_t modifiedNs = 0; ///< since 1970

    friend bool operator==(const FileEntry&, const FileEntry&) = default;
};

/// The files that `patterns` name (paths, folders, globs with *, ?, [..] and **), each once, sorted by path. A folder
/// stands for the files directly in it. Names that start with "." need a pattern that does so too; those that start
/// with "_" are left out of folders, and half-written files (".headrace-tmp") everywhere.
/// A pattern that matches nothing is an error that names it, unless `allowMissing`; a folder that cannot be listed and
/// a name that is not UTF-8 always are.
[[nodiscard]] Result<std::vector<FileEntry>> expandPaths(const OptionList& patterns, bool allowMissing = false);

/// What the file system says about `path` now.
[[nodiscard]] Result<FileEntry> statFile(const std::string& path);

/// Hash of the first bytes (at most 4 KiB, and at most `size`), 16 hex digits, "" of nothing: a file that was replaced
/// rather than appended to begins differently.
[[nodiscard]] Result<std::string> headHash(const std::string& path, std::int64_t size);

/// Files that were read to their end, 12 bytes each: a 64-bit hash of the path, a 32-bit one of size and time.
class DoneFiles {
public:
    enum class Match { Unknown, Same, Changed };

    void add(const FileEntry& file);
    [[nodiscard]] Match find(const FileEntry& file) const;
    [[nodiscard]] std::size_t count() const { return m_files.size(); }

    [[nodiscard]] std::string toText() const; ///< base64
    [[nodiscard]] static Result<DoneFiles> parse(std::string_view text);

    friend bool operator==(const DoneFiles&, const DoneFiles&) = default;

private:
    std::map<std::uint64_t, std::uint32_t> m_files;
};

/// Position of a source over several files: which are done, and where the current one stands.
struct FilePosition {
    std::string done;             ///< DoneFiles as text
    std::string current;          ///< path; empty: none begun
    std::int64_t currentSize = 0; ///< its size when it was opened: a smaller file later was replaced, an error
    std::int64_t currentModifiedNs = 0;
    std::string head;      ///< headHash of the current file at that size
    std::string within;    ///< the format's own text: a byte offset, a row number
    bool complete = false; ///< `within` is the end of the current file as it was then
    std::string schema;    ///< the columns every file is read with (encodeSchema)

    [[nodiscard]] Position toPosition() const; ///< JSON
    [[nodiscard]] static Result<FilePosition> parse(const Position& position);

    friend bool operator==(const FilePosition&, const FilePosition&) = default;
};

/// The options all file sources share: path (list, required), compression (auto|none|gzip|zstd), changed_files.
[[nodiscard]] std::vector<OptionSpec> fileOptions();

} // namespace headrace
