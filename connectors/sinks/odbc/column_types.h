// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_connection.h"
#include "connectors/odbc/table_name.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::odbc {

/// A column of the destination.
struct ExistingColumn {
    std::string name;
    std::string declaration; ///< "varchar(20)", as the server writes it
    std::string cast;        ///< the type without its limits, where parameters have to be cast to it; else ""
    std::int64_t most = -1;  ///< characters or bytes that it takes; −1: no such limit
    bool isPlain = true;     ///< has no default, comment or other property that a new type would take away
    // What the dialects tell types by:
    unsigned oid = 0;     ///< PostgreSQL
    int modifier = -1;    ///< PostgreSQL
    unsigned element = 0; ///< PostgreSQL
    int type = 0;         ///< ODBC's number
    int precision = 0;
    int scale = 0;
};

/// What a server knows of types. One object per connection.
class ColumnTypes {
public:
    virtual ~ColumnTypes() = default;

    /// Columns of the table in their order; empty when there is none.
    [[nodiscard]] virtual Result<std::vector<ExistingColumn>> columnsOf(const Table& table, std::string_view what,
                                                                        const std::stop_token& stop) = 0;
    /// Whether the column takes every value of the field unchanged.
    [[nodiscard]] virtual bool holds(const ExistingColumn& existing, const arrow::Field& incoming) const = 0;
    /// The type of a new column for such values; "" when nothing holds them exactly. `isKey`: it can be indexed.
    [[nodiscard]] virtual std::string newType(const arrow::Field& field, bool isKey) const = 0;
    /// What ALTER TABLE takes so that the column holds both its values and the incoming ones; "" when there is no way.
    [[nodiscard]] virtual std::string widening(const ExistingColumn& existing, const arrow::Field& incoming) const = 0;
    /// The type of a text without limit, and of one that a key can be made of.
    [[nodiscard]] virtual std::string textType(bool isKey) const = 0;
};

[[nodiscard]] std::unique_ptr<ColumnTypes> postgresTypes(Connection& connection);
[[nodiscard]] std::unique_ptr<ColumnTypes> mysqlTypes(Connection& connection);
[[nodiscard]] std::unique_ptr<ColumnTypes> sqliteTypes(Connection& connection);
/// Of what the driver itself lists.
[[nodiscard]] Result<std::unique_ptr<ColumnTypes>> standardTypes(Connection& connection, const std::stop_token& stop);

/// The ones of the connection's dialect.
[[nodiscard]] Result<std::unique_ptr<ColumnTypes>> columnTypes(Connection& connection, const std::stop_token& stop);

} // namespace headrace::odbc
