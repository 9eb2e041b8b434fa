// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_column.h"
#include "connectors/odbc/odbc_connection.h"

#include <chrono>
#include <string>

namespace headrace::odbc {

/// What the upper bound of a read by cursor is found from.
struct BoundRequest {
    const ReadColumn& cursor;
    std::string order; ///< the cursor as comparisons take it
    std::string from;  ///< the table, or (query) AS input
    std::string above; ///< condition of the rows behind the last position; "" at the start
    std::string title; ///< "table 'shop.orders'"
    std::chrono::milliseconds lag{};
    bool waits = true; ///< for the lag; false: there is no bound where it would have to
};

/// Where a read by cursor ends.
struct Bound {
    std::string condition; ///< "" when all rows may be read
    std::string now = {};  ///< the server's time, as the cursor has it; "" when the cursor is no time or it tells none
};

/// A condition that holds for rows which no transaction may still slip below, as long as it commits within the lag. The
/// wait is for the lag unless the cursor is a time whose server tells its own.
[[nodiscard]] Result<Bound> upperBound(Connection& connection, const BoundRequest& request,
                                       const std::stop_token& stop);

} // namespace headrace::odbc
