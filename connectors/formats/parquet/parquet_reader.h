// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/file_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace headrace::parquet_file {

struct ReaderSettings {
    std::string path;
    std::vector<std::string> columns; ///< top-level columns to read, in this order; empty: all
};

/// Opens a Parquet file behind its first `within` rows ("" for none). With `expected` its columns are read in that
/// order; the file source compares their types. Old INT96 times become microseconds, dictionaries their values.
/// Memory is bounded by pages and one batch a column, not by row groups.
[[nodiscard]] Result<std::unique_ptr<FileReader>> openReader(const ReaderSettings& settings, const std::string& within,
                                                             const std::shared_ptr<arrow::Schema>& expected);

} // namespace headrace::parquet_file
