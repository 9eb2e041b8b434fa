// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// One committed batch of a file sink.
struct ManifestEntry {
    std::int64_t number = 0; ///< 1, 2, 3 … in this folder, whatever source the batch came from; part of the file names
    std::string source;
    std::string run;
    CommittedPosition committed;
    std::int64_t rows = 0;
    std::vector<std::string> files; ///< relative to the destination's folder
};

/// `<folder>/_headrace/<pipeline>.manifest`: which files hold the rows up to which position. A batch is
/// committed when its line is durable; files with a higher number than the last line's are leftovers. Holds the
/// pipeline's lock on the folder while it lives. The first line keeps what older lines said once they are dropped.
/// One thread at a time.
class FileManifest {
public:
    /// Takes the lock; reads the manifest, if there is one, and removes a torn last line. Conflict when another process
    /// holds the lock, or when the manifest is missing beside files of the pipeline (a lost manifest must not make them
    /// leftovers).
    [[nodiscard]] static Result<std::unique_ptr<FileManifest>> open(const std::string& folder,
                                                                    const std::string& pipeline);
    ~FileManifest();
    FileManifest(const FileManifest&) = delete;
    FileManifest& operator=(const FileManifest&) = delete;

    [[nodiscard]] std::optional<CommittedPosition> committed(const std::string& source) const;
    [[nodiscard]] std::int64_t lastNumber() const { return m_lastNumber; }

    /// Makes a missing manifest durably, which must be there before any file has its final name.
    Status create();

    /// Durable when it returns; all of `entries` or, after a crash, a prefix of them.
    Status append(const std::vector<ManifestEntry>& entries);

private:
    FileManifest(std::string path, std::string pipeline, int lock);

    Status load();
    Status readLines(std::string_view content);
    Status compact();
    Status openForAppend();

    std::string m_path;
    std::string m_pipeline;
    int m_lock = -1;
    int m_descriptor = -1;
    std::int64_t m_size = 0;
    std::int64_t m_lastNumber = 0;
    std::map<std::string, CommittedPosition> m_committed; ///< by source
};

} // namespace headrace
