// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/pg_type.h"

#include <string>

namespace headrace {

/// Whether a column of `existing` takes every value of the field unchanged, also by way of its text.
[[nodiscard]] bool holds(const postgres::Type& existing, const arrow::Field& incoming);

/// A type that holds both the values of `existing` and the incoming ones; "" when there is none.
[[nodiscard]] std::string widened(const postgres::Type& existing, const arrow::DataType& incoming);

/// text, or text[] for lists: what values are written as that PostgreSQL casts itself.
[[nodiscard]] postgres::Type textTypeFor(const arrow::DataType& incoming);

} // namespace headrace
