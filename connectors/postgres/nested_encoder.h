// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/cell_encoder.h"

namespace headrace::postgres {

/// makeEncoder() for lists, which become arrays or JSON, for structs and maps, which become JSON, and for dictionaries.
[[nodiscard]] std::unique_ptr<CellEncoder> makeNestedEncoder(const arrow::DataType& type, const Type& target);

} // namespace headrace::postgres
