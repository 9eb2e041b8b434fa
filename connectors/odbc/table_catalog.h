// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/table_name.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::odbc {

/// What SQLColumns tells of its columns, in their order and by the numbers that ODBC's manual gives to the parts, less
/// one: 3 the name, 4 the type, 5 the type's name, 6 the size, 8 the digits, 10 whether it takes NULL.
[[nodiscard]] Result<Rows> columnRows(Connection& connection, const Table& table, std::string_view what,
                                      const std::stop_token& stop);

/// Names of its columns in their order; none without a primary key.
[[nodiscard]] Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table,
                                                          const std::stop_token& stop);

/// Columns of each unique index over all rows, by its name; the primary key's is one where the server makes one.
using UniqueIndexes = std::map<std::string, std::vector<std::string>>;
[[nodiscard]] Result<UniqueIndexes> uniqueIndexes(Connection& connection, const Table& table, std::string_view what,
                                                  const std::stop_token& stop);

/// The table that each column of a foreign key refers to, by the column's name; none where the driver cannot tell.
[[nodiscard]] Result<std::map<std::string, std::string>> references(Connection& connection, const Table& table,
                                                                    const std::stop_token& stop);

} // namespace headrace::odbc
