// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/block_parser.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace headrace::ndjson {

/// Applies the option `columns`; names that were not seen become columns too.
Status applyTypes(const std::map<std::string, std::string>& types, std::vector<Column>& columns);

/// The shape of records with these columns; the error names a column that comes twice.
[[nodiscard]] Result<std::shared_ptr<RecordShape>> shapeOf(std::vector<Column> columns, ExtraKeys extra,
                                                           const std::string& origin);

/// The columns of a schema that shapeOf() made.
[[nodiscard]] Result<std::vector<Column>> columnsOf(const arrow::Schema& schema, ExtraKeys extra);

} // namespace headrace::ndjson
