// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace headrace {

/// A schema as one line of text, for positions: names, types of any nesting and metadata survive.
[[nodiscard]] Result<std::string> encodeSchema(const arrow::Schema& schema);
[[nodiscard]] Result<std::shared_ptr<arrow::Schema>> decodeSchema(std::string_view text);

/// What a reader wants of a column and a file does not give, as one sentence that names both files; "" when `actual`
/// has the names and types of `expected` in the same order.
[[nodiscard]] std::string schemaDifference(const arrow::Schema& expected, const std::string& expectedFrom,
                                           const arrow::Schema& actual, const std::string& actualFrom);

} // namespace headrace
