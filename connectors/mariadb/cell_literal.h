// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <string>

namespace headrace::mariadb {

/// A cell of a column that readColumn() made, as text from which cellLiteral() makes exactly the same value. The cell
/// is not null.
[[nodiscard]] std::string cellText(const arrow::Array& column, std::int64_t row);

/// The SQL for such a text. "" when it is no text of that type.
[[nodiscard]] std::string cellLiteral(const arrow::DataType& type, const std::string& text);

} // namespace headrace::mariadb
