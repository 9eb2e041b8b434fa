// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/avro/schema.h"
#include "connectors/formats/avro/wire_output.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

namespace headrace::avro {

/// Writes cells of one column as values of one Avro type. Use: bind an array of the column's type, then append rows of
/// it. One thread at a time.
class CellEncoder {
public:
    virtual ~CellEncoder() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< `array` must outlive the appends
    /// False when the cell does not fit, which `out` knows.
    virtual bool append(std::int64_t row, WireOutput& out) const = 0;
};

/// Every value is written exactly or is a problem: numbers widen, decimals and times change their unit where no digit
/// is lost, whatever has a text can be a string. Null needs a union that has it. The error is a clause: "values of type
/// list<…> cannot be Avro's 'long'". `type` must outlive the encoder.
[[nodiscard]] Result<std::unique_ptr<CellEncoder>> makeCellEncoder(const arrow::DataType& column, const Type& type);

/// For the types without types inside; null for others, and where the column's values cannot be such.
[[nodiscard]] std::unique_ptr<CellEncoder> makePlainEncoder(const arrow::DataType& column, const Type& type);

} // namespace headrace::avro
