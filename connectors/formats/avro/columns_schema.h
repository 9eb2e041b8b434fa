// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/avro/schema.h"
#include "connectors/formats/column_node.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace headrace::avro {

/// The columns as a tree without a name. The error names two columns that would be one field.
[[nodiscard]] Result<ColumnNode> treeOf(const arrow::FieldVector& columns);

/// As Avro allows it: every other character than a letter of ASCII, a digit or _ becomes _, and no digit stands first.
[[nodiscard]] std::string avroName(std::string_view name);

/// The JSON of a record of that name, which may begin with a namespace, with a field for every column; those whose
/// names have dots are records inside it. JSON of a type that is known is of that type, other JSON a text. Fields of
/// columns that may be null are unions with null, whose default it is. The error names a column whose values have no
/// form in Avro.
[[nodiscard]] Result<std::string> schemaOfColumns(const arrow::FieldVector& columns, const std::string& name);

/// The same of one column's values, which are not null; `name` is that of a type that needs one.
[[nodiscard]] Result<std::string> schemaOfColumn(const arrow::Field& column, const std::string& name);

/// The encoded default of a field, or null where it takes null; the error is a clause for fields that have neither.
[[nodiscard]] Result<std::string> presetOf(const Field& field);

} // namespace headrace::avro
