// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <string>

namespace headrace {

/// A column's type in the words of the pipeline file: "text", "int64", "decimal(10,2)", "timestamptz". Types that no
/// option can name have Arrow's words: "int32", "uint64".
[[nodiscard]] std::string typeName(const arrow::DataType& type);

} // namespace headrace
