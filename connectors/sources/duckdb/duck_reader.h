// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_database.h"
#include "connectors/sources/duckdb/duck_query.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <memory>

namespace headrace::duck {

/// The next rows of a result, joined until there are so many; null at the end.
[[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> nextRows(DuckResult& result, std::int64_t wanted);

/// A read by cursor. Looks the table or query up.
[[nodiscard]] Result<std::unique_ptr<TableReader>> openTable(std::shared_ptr<DuckDatabase> database,
                                                             const Query::Settings& settings,
                                                             const TableSelection& selection,
                                                             const std::stop_token& stop);

} // namespace headrace::duck
