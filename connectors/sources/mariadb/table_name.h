// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/mariadb/maria_column.h"
#include "connectors/mariadb/maria_connection.h"

#include <cstdint>
#include <string>
#include <vector>

namespace headrace::mariadb {

/// A table or view of a server.
struct Table {
    std::string database;
    std::string name;
    bool isView = false;
    std::int64_t rows = -1; ///< by the server's estimate; −1: it has none

    [[nodiscard]] std::string title() const; ///< "table 'shop.orders'"
    [[nodiscard]] std::string quotedName() const;
};

/// "orders", "shop.orders", or with backticks around either part; NotFound with the nearest name.
[[nodiscard]] Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop);

/// Names of its columns in their order; none without a primary key.
[[nodiscard]] Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table,
                                                          const std::stop_token& stop);

/// Whether an index begins with the column.
[[nodiscard]] Result<bool> startsIndex(Connection& connection, const Table& table, const std::string& column,
                                       const std::stop_token& stop);

/// Fills Column::declared of the table's columns.
Status addDeclarations(Connection& connection, const Table& table, std::vector<Column>& columns,
                       const std::stop_token& stop);

} // namespace headrace::mariadb
