// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/table_name.h"

#include <cstdint>
#include <optional>
#include <string>

namespace headrace::odbc {

/// What a server's own catalog says of a table; ODBC's functions do not ask for it in one way that all drivers answer.
struct TableFacts {
    std::optional<std::int64_t> rows; ///< estimated; nullopt where the server is not known or has no estimate
    bool isIndexed = false;           ///< an index begins with the column
};

[[nodiscard]] Result<TableFacts> tableFacts(Connection& connection, const Table& table, const std::string& column,
                                            const std::stop_token& stop);

} // namespace headrace::odbc
