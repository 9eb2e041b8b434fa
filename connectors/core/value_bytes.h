// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <vector>

namespace headrace {

/// Value bytes of rows: fixed widths (booleans one byte) and string, binary and list contents; nulls are zero, validity
/// bitmaps and offsets do not count. The same for every chunking of the same rows (design rule "bytes are value
/// bytes"), and for packed rows (packed_rows.h).

/// Sum over all rows, in time independent of the number of rows where the types allow it.
[[nodiscard]] std::int64_t valueBytes(const arrow::RecordBatch& rows);

/// Cumulative sums: result[i] is the value bytes of the first i rows; size is rows + 1.
[[nodiscard]] std::vector<std::int64_t> cumulativeValueBytes(const arrow::RecordBatch& rows);

/// Where pieces of the rows end, each of at most `maxRows` rows and `maxBytes` value bytes; a row that has more of them
/// is a piece of its own. The last one is the number of rows; none for no rows.
[[nodiscard]] std::vector<std::int64_t> pieceEnds(const arrow::RecordBatch& rows, std::int64_t maxRows,
                                                  std::int64_t maxBytes);

} // namespace headrace
