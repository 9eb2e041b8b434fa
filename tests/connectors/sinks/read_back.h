// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace headrace::test {

// What stands in a destination, read by other means than the program's own sources: a row a line, "|" between cells and
// "∅" for NULL, in the order of the files and rows. Empty where nothing is.

using Lines = std::vector<std::string>;

[[nodiscard]] Lines readParquetFolder(const std::string& folder);
[[nodiscard]] Lines readCsvFolder(const std::string& folder);    ///< uncompressed, "," and "\"", with a header
[[nodiscard]] Lines readNdjsonFolder(const std::string& folder); ///< numbers as they are spelled
[[nodiscard]] Lines readSqlite(const std::string& path, const std::string& table,
                               const std::vector<std::string>& columns);
[[nodiscard]] Lines readDuckdb(const std::string& path, const std::string& table,
                               const std::vector<std::string>& columns);

/// The visible data files below `folder`, sorted by name, relative to it; the program's own folder is left out.
[[nodiscard]] std::vector<std::string> filesIn(const std::string& folder);

} // namespace headrace::test
