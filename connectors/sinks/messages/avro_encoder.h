// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sinks/messages/schema_settings.h"
#include "connectors/sinks/messages/value_encoder.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace headrace {

/// Rows as Avro records. With a registry each value stands behind the number of its schema there, which is the given
/// one or one made of the columns, registered now, or the newest that is there. `columns` are indexes into `schema` of
/// those that are written; one that `isAlone` is the value itself, of no record unless the schema has one, and NULL
/// there is no value. The error is the registry's, or names a column that does not fit the schema.
[[nodiscard]] Result<std::unique_ptr<ValueEncoder>> makeAvroEncoder(const SchemaSettings& settings,
                                                                    const arrow::Schema& schema,
                                                                    std::vector<int> columns, bool isAlone,
                                                                    const std::stop_token& stop);

} // namespace headrace
