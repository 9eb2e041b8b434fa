// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/row_counter.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <memory>
#include <string_view>

namespace headrace {

/// Counts new rows of the selection by its cursor, over a connection of its own. Usage when it has no cursor; `owner`
/// is who has none then: "mariadb source".
[[nodiscard]] Result<std::unique_ptr<RowCounter>> makeTableCounter(const TableSelection& selection, OpenTable open,
                                                                   std::string_view owner);

} // namespace headrace
