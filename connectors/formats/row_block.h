// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// Rows of a table that came together. Refused rows are among them, with nulls in the cells that could not be kept.
struct RowBlock {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::vector<std::int64_t> refused; ///< rows that cannot be delivered, ascending
    std::vector<BadRecord> rejected;   ///< why; beforeRow counts the delivered rows
    std::int64_t wireBytes = 0;
    bool last = false; ///< nothing follows

    /// Notes the row, which is behind all refused ones, and why it is.
    void refuse(std::int64_t row, BadRecord record);
};

/// "id=1, name=NULL", cut where a BadRecord's raw text ends: `cell` gives the text of a column.
[[nodiscard]] std::string rowText(const arrow::Schema& schema, const std::function<std::string(int column)>& cell);

} // namespace headrace
