// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_target.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

namespace headrace::odbc {

/// Writes the cells of one column as texts or bytes that the server takes for the very value. Use: bind an array, then
/// write cells of it that are not null.
class CellWriter {
public:
    virtual ~CellWriter() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< outlives the writes
    /// False when the server has no such value.
    [[nodiscard]] virtual bool write(std::int64_t row, std::string& out) const = 0;
    /// Digits behind the point, of a decimal or a second.
    [[nodiscard]] virtual short digits() const { return 0; }
};

/// Null for types that are never written.
[[nodiscard]] std::unique_ptr<CellWriter> makeCellWriter(const arrow::DataType& type, Dialect dialect);

} // namespace headrace::odbc
