// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/row_writer.h"

namespace headrace {

/// One JSON object a row and line, members in the order of the columns, every column present (null as null). Columns
/// that were flattened are objects again, null when all of their columns are.
/// `output` must outlive the writer. Fails for a column whose type has no JSON form.
[[nodiscard]] Result<std::unique_ptr<RowWriter>> openNdjsonWriter(const std::shared_ptr<arrow::Schema>& schema,
                                                                  ByteOutput& output, NonFinite nonFinite);

} // namespace headrace
