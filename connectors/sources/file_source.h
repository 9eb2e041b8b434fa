// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/formats/file_reader.h"
#include "connectors/sources/file_set.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

/// What a reader is opened with.
struct FileRequest {
    FileEntry file;
    std::string within; ///< a text of this format's positions; empty: the file's start
    /// The columns to read the file with; null for the first file of a pipeline's life, whose reader decides.
    /// A reader whose file cannot give these columns says so, naming both files.
    std::shared_ptr<arrow::Schema> expected;
    std::string expectedFrom; ///< where `expected` comes from, for that message: "'/data/a.csv'", "the earlier runs"
};

/// A file format as the file source sees it.
struct FileFormat {
    std::function<Result<std::unique_ptr<FileReader>>(const FileRequest&, std::stop_token)> open;
    /// Bytes may be appended to a file that was read; the rest is read by the next run. False: such a file has changed.
    bool growable = true;
};

/// One source over the files that `options` name (fileOptions()): one after another in the order of their paths.
///
/// - The first file's columns are those of the source, also for later runs: they travel in the positions.
/// - Files that appear later are read by the next run, wherever they sort; finished ones never twice. The file a run
///   stopped in comes first.
/// - The last file read may grow: the next run reads on where it ended. Any other finished file that changed (size or
///   time) is an error, skipped or read again: option `changed_files`.
[[nodiscard]] std::unique_ptr<Source> makeFileSource(const Options& options, FileFormat format);

/// The files that `path` names so far, for SourceType::describe; with no path there is nothing to list.
[[nodiscard]] Result<std::vector<Readable>> describeFiles(const Options& options);

/// For SourceType::probe: "3 files, 1.2 GB", after opening the first one.
[[nodiscard]] Result<std::string> probeFiles(const Options& options, const FileFormat& format, std::stop_token stop);

} // namespace headrace
