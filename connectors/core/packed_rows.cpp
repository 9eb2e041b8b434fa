// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/packed_rows.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace headrace {

namespace {

/// Batches are known by this very object, so that no table with such columns is taken for one.
const std::shared_ptr<arrow::Schema>& packedSchema()
{
    static const auto schema = arrow::schema(
        {arrow::field("row", arrow::binary(), false), arrow::field("value bytes", arrow::int64(), false)});
    return schema;
}

} // namespace

std::shared_ptr<arrow::RecordBatch> packedRows(std::shared_ptr<arrow::BinaryArray> rows,
                                               std::shared_ptr<arrow::Int64Array> valueBytes)
{
    const std::int64_t count = rows->length();
    return arrow::RecordBatch::Make(packedSchema(), count, arrow::ArrayVector{std::move(rows), std::move(valueBytes)});
}

bool isPacked(const arrow::RecordBatch& rows)
{
    return rows.schema() == packedSchema();
}

} // namespace headrace
