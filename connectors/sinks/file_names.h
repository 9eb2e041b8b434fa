// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Folder inside a destination that holds what this program itself keeps; readers skip names that start with "_".
inline constexpr std::string_view kStateFolder = "_headrace";

/// `name` as part of a file name: everything but letters, digits, "-", "_" and "." becomes %XX, as does a first "_" or
/// "." (which would hide the file). Different names stay different.
[[nodiscard]] std::string encodedName(std::string_view name);

/// "<pipeline>-00000012.parquet", for part 2 and up "<pipeline>-00000012.2.parquet". `ending` has its dot.
[[nodiscard]] std::string batchFileName(std::string_view pipeline, std::int64_t number, int part,
                                        std::string_view ending);

/// One `key=value` folder, escaped as Hive does.
[[nodiscard]] std::string partitionFolder(std::string_view key, std::string_view value);
inline constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

struct BatchFile {
    std::string path;
    std::int64_t number = 0; ///< of its batch
    bool temporary = false;
};

/// All files in `folder` and its partition folders that are named like batches of `pipeline`, of whatever format.
[[nodiscard]] Result<std::vector<BatchFile>> findBatchFiles(const std::string& folder, std::string_view pipeline);

} // namespace headrace
