// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <vector>

namespace headrace {

/// Which columns of `rows` repeat their values often enough for a dictionary, judged by a sample of at most 4,096 rows.
/// Nested columns, booleans and empty samples say no.
[[nodiscard]] std::vector<bool> repeatingColumns(const arrow::RecordBatch& rows);

} // namespace headrace
