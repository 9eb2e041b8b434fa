// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/column_node.h"

#include <arrow/type_fwd.h>

namespace headrace::ndjson {

/// The columns as members of an object without a name, in their order. Those of a flattened object are members of an
/// object again, as their paths say; one whose place another column takes stands under its own name.
[[nodiscard]] ColumnNode treeOf(const arrow::FieldVector& columns);

} // namespace headrace::ndjson
