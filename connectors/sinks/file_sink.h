// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/sink.h"
#include "connectors/formats/byte_output.h"
#include "connectors/formats/row_writer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// How rows become one file.
struct RowFileFormat {
    std::string ending; ///< with its dot: ".csv", ".csv.gz"
    /// Opens a writer over `output`, which outlives it. Fails for columns that the format cannot hold.
    std::function<Result<std::unique_ptr<RowWriter>>(const std::shared_ptr<arrow::Schema>&, ByteOutput& output)> open;
};

/// Writes each batch as one file (one a partition folder) into `folder`, exactly once: see FileManifest.
/// A batch without rows makes no file; its position is kept all the same.
[[nodiscard]] std::unique_ptr<Sink> makeFileSink(std::string folder, std::vector<std::string> partitionBy,
                                                 RowFileFormat format);

} // namespace headrace
