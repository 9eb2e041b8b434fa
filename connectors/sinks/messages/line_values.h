// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/sinks/messages/value_encoder.h"

#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// `columns` of the schema as JSON objects.
[[nodiscard]] Result<std::unique_ptr<ValueEncoder>> makeJsonValues(const arrow::Schema& schema,
                                                                   std::vector<int> columns, NonFinite nonFinite);

/// The same as CSV records without a line end.
[[nodiscard]] Result<std::unique_ptr<ValueEncoder>> makeCsvValues(const arrow::Schema& schema,
                                                                  std::vector<int> columns);

/// The cells of one column as JSON; none for NULL.
[[nodiscard]] Result<std::unique_ptr<ValueEncoder>> makeJsonCellValues(const arrow::Schema& schema, int column,
                                                                       NonFinite nonFinite);

/// Values behind the number of their schema.
[[nodiscard]] std::unique_ptr<ValueEncoder> makeFramedValues(std::unique_ptr<ValueEncoder> values, std::string frame);

} // namespace headrace
