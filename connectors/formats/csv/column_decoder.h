// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/csv/column_type.h"
#include "connectors/formats/csv/record_scanner.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace headrace::csv {

/// One column's cells in a padded text: every `stride`-th cell from `first` on.
struct CellColumn {
    std::string_view text;
    const Cell* first = nullptr;
    std::size_t stride = 1;
    std::size_t rows = 0;

    [[nodiscard]] const Cell& cell(std::size_t row) const { return first[row * stride]; }
};

/// Turns cells into an Arrow array. Immutable: any number of threads may use one.
class ColumnDecoder {
public:
    virtual ~ColumnDecoder() = default;

    /// Appends to `bad` the rows (in order) whose cells do not fit; their places in the array are meaningless.
    virtual Result<std::shared_ptr<arrow::Array>> decode(const CellColumn& cells,
                                                         std::vector<std::uint32_t>& bad) const = 0;
};

/// `escape` is the dialect's; the quote is needed to undouble it.
[[nodiscard]] Result<std::unique_ptr<ColumnDecoder>> makeColumnDecoder(const ColumnType& type, const Dialect& dialect,
                                                                       char decimalPoint);

/// Writes the content of an escaped cell to `out`, which has room for its size; returns the bytes written.
/// Doubled quotes become one; with an escape character the quote or escape behind it stays alone, other characters
/// keep it ("C:\new" stays as it is).
std::size_t unescape(std::string_view content, const Dialect& dialect, char* out);

} // namespace headrace::csv
