// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/pg_type.h"
#include "connectors/postgres/wire_buffer.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace::postgres {

/// Writes the cells of one column in PostgreSQL's binary form. One thread at a time.
class CellEncoder {
public:
    virtual ~CellEncoder() = default;

    /// The cells to write from now on; kept alive by the caller.
    virtual void bind(const arrow::Array& array) = 0;
    /// Appends the cell, which is not null, behind its length. False when the type cannot hold the value exactly; then
    /// what was appended has no meaning.
    [[nodiscard]] virtual bool append(std::int64_t row, WireBuffer& out) = 0;
};

/// For values of `type` in a column of `target`; null where some values would be changed. numeric(p,s) and
/// varchar(n) count as numeric and varchar: the server refuses what is too long, decimals are checked by holds().
[[nodiscard]] std::unique_ptr<CellEncoder> makeEncoder(const arrow::DataType& type, const Type& target);

} // namespace headrace::postgres
