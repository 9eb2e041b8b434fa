// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sinks/messages/schema_settings.h"

#include <arrow/type_fwd.h>

#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

/// What stands before JSON values of these columns, which are objects, or of one that `isAlone`: the number of their
/// JSON Schema in the registry, which is made of the columns and registered now, or the newest that is there. The error
/// is the registry's, or names a column that the newest schema does not have.
[[nodiscard]] Result<std::string> jsonSchemaFrame(const SchemaSettings& settings, const arrow::Schema& schema,
                                                  const std::vector<int>& columns, bool isAlone,
                                                  const std::stop_token& stop);

} // namespace headrace
