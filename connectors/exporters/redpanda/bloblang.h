// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/exporters/redpanda/draft.h"

#include <string>
#include <vector>

namespace headrace::redpanda {

/// A row-wise SELECT as Bloblang.
struct ShapeMapping {
    std::string filter;           ///< mapping that deletes rows outside WHERE; empty without one
    std::string projection;       ///< mapping that makes the columns; empty for SELECT *
    std::vector<Column> columns;  ///< empty when SELECT * hides them
    bool comparesNumbers = false; ///< WHERE compares as 64-bit floating point
    bool comparesTexts = false;   ///< WHERE compares a column with a text, byte by byte
    bool casts = false;
};

/// Translates `SELECT columns, constants, CASTs FROM input WHERE comparisons joined by AND and OR`. Anything else is
/// an error that names the first part without a translation. Where SQL's answer is unknown (NULL), the row is dropped
/// as SQL does: each comparison is false for NULL, which is right because NOT is not translated.
[[nodiscard]] Result<ShapeMapping> translateShape(const std::string& sql);

} // namespace headrace::redpanda
