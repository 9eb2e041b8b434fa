// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"
#include "connectors/formats/row_writer.h"

#include <string>

namespace headrace {

struct ParquetStyle {
    std::string compression = "snappy"; ///< snappy | zstd | gzip | none
    std::int64_t rowGroupRows = 122'880;
    /// Value bytes: the rows of a group are held until it is full, as Arrow would else copy its growing pages.
    std::int64_t rowGroupBytes = 16 * 1024 * 1024;
};

/// A Parquet file, written a row group at a time, which also bounds the memory. A column is dictionary encoded when its
/// values repeat in the first rows. `output` must outlive the writer.
/// Fails for a column whose type Parquet cannot hold.
[[nodiscard]] Result<std::unique_ptr<RowWriter>> openParquetWriter(const std::shared_ptr<arrow::Schema>& schema,
                                                                   ByteOutput& output, const ParquetStyle& style);

} // namespace headrace
