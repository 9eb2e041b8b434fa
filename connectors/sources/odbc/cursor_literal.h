// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_target.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace headrace::odbc {

/// A value of a cursor or key column as text that cursorLiteral() takes.
[[nodiscard]] std::string cursorText(const arrow::Array& column, std::int64_t row);

/// The value in the server's SQL; "" when the text is no value of the type, or the dialect has no literal for it.
[[nodiscard]] std::string cursorLiteral(const arrow::DataType& type, const std::string& text, Dialect dialect);

} // namespace headrace::odbc
