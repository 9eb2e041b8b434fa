// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/qtsql/qt_target.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace headrace::qtsql {

/// A value of a cursor or key column as text; outlives any reader.
[[nodiscard]] std::string cursorText(const arrow::Array& column, std::int64_t row);

/// Whether values of the type have a literal that is exactly them.
[[nodiscard]] bool hasLiterals(const arrow::DataType& type, Server server);

/// The same as SQL; "" when it is none of the type.
[[nodiscard]] std::string cursorLiteral(const arrow::DataType& type, const std::string& text, Server server);

} // namespace headrace::qtsql
