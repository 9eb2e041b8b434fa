// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/qtsql/qt_connection.h"

#include <string>
#include <vector>

namespace headrace::qtsql {

struct Table {
    std::string name; ///< as Qt writes it: "shop.orders"
    bool isView = false;

    /// "table 'shop.orders'"
    [[nodiscard]] std::string title() const;
};

/// The tables that the user may see, then the views.
[[nodiscard]] Result<std::vector<Table>> listTables(Connection& connection, const std::stop_token& stop);

/// The table of that name, in whatever case if there is no other one; NotFound, with a name that is near.
[[nodiscard]] Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop);

/// As SQL has it: "\"shop\".\"orders\"".
[[nodiscard]] std::string qualified(const Connection& connection, const Table& table);

/// The columns of its primary key in their order; none where it has none.
[[nodiscard]] Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table,
                                                          const std::stop_token& stop);

/// Those of its columns that take no NULL, as far as the driver tells.
[[nodiscard]] Result<std::vector<std::string>> requiredColumns(Connection& connection, const Table& table,
                                                               const std::stop_token& stop);

} // namespace headrace::qtsql
