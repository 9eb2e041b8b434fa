// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

namespace headrace {

/// Turns rows into the bytes of one file. One thread at a time. Destroying it unfinished leaves the bytes incomplete.
class RowWriter {
public:
    virtual ~RowWriter() = default;

    /// Rows in order, all of the schema the writer was opened with. Errors name the column, and the row where one
    /// value is to blame.
    virtual Status write(const std::shared_ptr<arrow::RecordBatch>& rows) = 0;

    /// Writes what ends the file and finishes the output.
    virtual Status finish() = 0;

    /// Bytes held in memory that flush() would hand to the output.
    [[nodiscard]] virtual std::int64_t bufferedBytes() const = 0;
    virtual Status flush() = 0;
};

} // namespace headrace
