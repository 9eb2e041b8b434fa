// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_library.h"

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace {

// The Arrow door of DuckDB's C API; included by this folder's .cpp files only.

struct DestroyDuckType {
    void operator()(_duckdb_logical_type* type) const noexcept { duckdb_destroy_logical_type(&type); }
};
struct DestroyDuckChunk {
    void operator()(_duckdb_data_chunk* chunk) const noexcept { duckdb_destroy_data_chunk(&chunk); }
};
struct DestroyConvertedSchema {
    void operator()(_duckdb_arrow_converted_schema* schema) const noexcept
    {
        duckdb_destroy_arrow_converted_schema(&schema);
    }
};

using DuckType = std::unique_ptr<_duckdb_logical_type, DestroyDuckType>;
using DuckChunk = std::unique_ptr<_duckdb_data_chunk, DestroyDuckChunk>;
using DuckConvertedSchema = std::unique_ptr<_duckdb_arrow_converted_schema, DestroyConvertedSchema>;

/// A larger chunk crashes duckdb_data_chunk_from_arrow.
inline constexpr std::int64_t kDuckChunkRows = 2048;

/// Turns DuckDB's error object into a Status and destroys it.
Status takeError(duckdb_error_data error, std::string_view what);

[[nodiscard]] Result<std::shared_ptr<arrow::Schema>>
arrowSchema(duckdb_arrow_options options, const std::vector<DuckType>& types, const std::vector<std::string>& names);

[[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>>
arrowRows(duckdb_arrow_options options, const DuckChunk& chunk, const std::shared_ptr<arrow::Schema>& schema);

[[nodiscard]] Result<DuckConvertedSchema> duckSchema(duckdb_connection connection, const arrow::Schema& schema);

/// At most kDuckChunkRows rows.
[[nodiscard]] Result<DuckChunk> duckChunk(duckdb_connection connection, const arrow::RecordBatch& rows,
                                          const DuckConvertedSchema& schema);

} // namespace headrace
