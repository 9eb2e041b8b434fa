// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/durable_file.h"
#include "connectors/sinks/file_sink.h"
#include "connectors/sinks/partitioner.h"

#include <cstdint>
#include <map>

namespace headrace {

/// The files of the open batch, under temporary names. Memory is bounded however many partition folders there are: the
/// fullest writer is flushed, and the longest unused file is closed and continued in a further part.
/// One thread at a time. Destroying it removes the files.
class BatchFiles {
public:
    /// All arguments outlive the object.
    BatchFiles(const std::string& root, const std::string& pipeline, std::int64_t number, const RowFileFormat& format);
    ~BatchFiles();

    Status write(const PartitionRows& rows);

    /// Completes every file. The files and their paths relative to the root come in the same order.
    Status finish();
    [[nodiscard]] std::vector<DurableFile> takeFiles() { return std::move(m_finished); }
    [[nodiscard]] const std::vector<std::string>& relativePaths() const { return m_paths; }

private:
    struct OpenFile;

    Result<OpenFile*> fileFor(const PartitionRows& rows);
    Status finishFile(const std::string& folder);
    Status finishLongestUnused();
    Status limitMemory();

    const std::string& m_root;
    const std::string& m_pipeline;
    std::int64_t m_number;
    const RowFileFormat& m_format;
    std::map<std::string, std::unique_ptr<OpenFile>> m_open; ///< by partition folder
    std::map<std::string, int> m_parts;                      ///< parts begun, by partition folder
    std::int64_t m_writes = 0;
    std::vector<DurableFile> m_finished;
    std::vector<std::string> m_paths;
};

} // namespace headrace
