// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_connection.h"

#include <string>
#include <vector>

namespace headrace::odbc {

/// A table or view, by the parts that ODBC's functions take; parts that the server does not have are empty.
struct Table {
    std::string catalog;
    std::string schema;
    std::string name;
    bool isView = false;

    [[nodiscard]] std::string fullName() const; ///< "public.orders", of what a user tells tables apart by
    [[nodiscard]] std::string title() const;    ///< "table 'public.orders'"
};

/// The name as statements take it.
[[nodiscard]] std::string qualified(const Connection& connection, const Table& table);

/// Whether both are called so; letter case counts.
[[nodiscard]] Result<std::vector<Table>> listTables(Connection& connection, const std::stop_token& stop);

/// "orders", "shop.orders", or with the server's quotes around either part: the parts of the name.
[[nodiscard]] Table namedTable(const Connection& connection, const std::string& name);

/// The table or view of that name, by preference where the server looks itself; none when there is none.
[[nodiscard]] Result<std::optional<Table>> lookUpTable(Connection& connection, const std::string& name,
                                                       const std::stop_token& stop);

/// The same; NotFound with the nearest name.
[[nodiscard]] Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop);

} // namespace headrace::odbc
