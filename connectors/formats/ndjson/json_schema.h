// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_column.h"

#include <arrow/type_fwd.h>

#include <map>
#include <string>
#include <vector>

namespace headrace::ndjson {

// JSON Schema (https://json-schema.org/specification), as far as it says what columns are.

/// The columns of objects of a schema, in its order. Objects inside become columns named a.b when `flatten`. Integers,
/// numbers, booleans, texts and texts of the formats date and date-time have such columns, multiples of 0.01 and the
/// like are decimals, base64 is bytes, the types that Kafka Connect says are its, whatever else is one of JSON text.
/// `references` are the texts of other schemas by the names that $ref calls them by. The error says why the schema
/// gives no columns.
[[nodiscard]] Result<std::vector<Column>>
columnsOfJsonSchema(const std::string& text, bool flatten, const std::map<std::string, std::string>& references = {});

/// A schema (draft 7) of the objects that the NDJSON writer makes of rows; a key of a column that may be null is null
/// or of the column's type.
[[nodiscard]] std::string jsonSchemaOf(const arrow::FieldVector& columns, const std::string& title);

/// The same of one column's values, which are not null.
[[nodiscard]] std::string jsonSchemaOfValue(const arrow::Field& column, const std::string& title);

} // namespace headrace::ndjson
