// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_connection.h"

#include <cstdint>
#include <string>
#include <vector>

namespace headrace::duck {

/// A table or view of a database.
struct TableInfo {
    std::string schema;
    std::string name;
    bool isView = false;
    std::int64_t rows = 0; ///< estimated; 0 for views
    std::int64_t columns = 0;
};

/// All tables and views that users made, by schema and name.
[[nodiscard]] Result<std::vector<TableInfo>> listTables(DuckConnection& connection);

/// What is read: a table in the order of its row ids, or anything else in the order DuckDB gives it.
class Query {
public:
    struct Settings {
        std::string path; ///< for messages
        std::string schema;
        std::string table; ///< exactly one of `table` and `sql` is not empty
        std::string sql;
    };

    [[nodiscard]] static Result<Query> plan(DuckConnection& connection, const Settings& settings);

    /// Rows of a view or a query are counted instead.
    [[nodiscard]] bool hasRowId() const { return m_hasRowId; }
    [[nodiscard]] const std::string& title() const { return m_title; } ///< "table 'orders'"
    struct Column {
        std::string name;
        std::string type; ///< as DuckDB writes it
    };
    [[nodiscard]] const std::vector<Column>& columns() const { return m_columns; }
    /// As a SELECT takes them: "orders" AS input, and the columns, converted where no destination knows their type.
    [[nodiscard]] std::string from() const { return m_from + " AS input"; }
    [[nodiscard]] const std::string& selects() const { return m_selects; }
    /// A table, whose rows are counted; views and queries have none of their own.
    [[nodiscard]] bool hasRows() const { return m_rows >= 0; }
    [[nodiscard]] std::int64_t estimatedRows() const { return m_rows; }
    /// The same for the same names and types.
    [[nodiscard]] const std::string& fingerprint() const { return m_fingerprint; }

    /// A SELECT of the rows behind the row id `after`, which comes as the first column.
    [[nodiscard]] std::string behindRowId(std::int64_t after) const;
    /// The same of the row with exactly this id.
    [[nodiscard]] std::string atRowId(std::int64_t rowId) const;
    /// A SELECT of all rows but the first `rows`.
    [[nodiscard]] std::string behindRows(std::int64_t rows) const;
    /// A SELECT of the number of rows.
    [[nodiscard]] std::string count() const;

private:
    Status readColumns(DuckConnection& connection, const Settings& settings);

    std::string m_title;
    std::string m_from;    ///< the quoted table, or the query in brackets, without a name
    std::string m_selects; ///< the columns, converted where no destination knows their type
    std::string m_fingerprint;
    std::vector<Column> m_columns;
    std::int64_t m_rows = -1;
    bool m_hasRowId = false;
};

} // namespace headrace::duck
