// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace headrace::postgres {

/// A cell of a column that readColumn() made, as text that PostgreSQL casts back to exactly the same value. The cell is
/// not null, the column no list.
[[nodiscard]] std::string cellText(const arrow::Array& column, std::int64_t row);

} // namespace headrace::postgres
