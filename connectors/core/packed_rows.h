// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace {

// A source and a destination that speak one wire format need not have the rows decoded in between: these pass as they
// came, in batches of two columns: each row's bytes, and the value bytes (value_bytes.h) that it has when decoded. Such
// batches are cut and counted as any other; only a destination that takes them sees them. Neither end knows the other.

[[nodiscard]] std::shared_ptr<arrow::RecordBatch> packedRows(std::shared_ptr<arrow::BinaryArray> rows,
                                                             std::shared_ptr<arrow::Int64Array> valueBytes);

/// Whether packedRows() made this batch, or the one that it is a slice of.
[[nodiscard]] bool isPacked(const arrow::RecordBatch& rows);

/// What a Source may be besides.
class PacksRows {
public:
    virtual ~PacksRows() = default;

    /// Names the wire format with everything that both ends must agree on; "" when the rows cannot be passed on so.
    /// Between open and close, from any thread.
    [[nodiscard]] virtual std::string packing() const = 0;
    /// From some chunk on rows come packed, until close. Thread-safe.
    virtual void allowPacking() = 0;
};

/// What a Sink may be besides.
class TakesPackedRows {
public:
    virtual ~TakesPackedRows() = default;

    /// Whether append() takes rows of this packing, among others, for the schema that was given to open.
    [[nodiscard]] virtual bool takesPacked(const std::string& packing) const = 0;
};

} // namespace headrace
