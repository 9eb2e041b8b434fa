// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_connection.h"
#include "connectors/odbc/parameter_column.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace::odbc {

/// Writes rows by prepared statements. INSERTs of many rows at once are what all drivers send at once. Their own arrays
/// of parameters were measured: PostgreSQL's and SQLite's drivers go through them row by row, MariaDB's server takes as
/// long. One thread at a time.
class RowWriter {
public:
    struct Column {
        std::string name;
        std::string placeholder; ///< "?", or a cast of it
        std::unique_ptr<ParameterColumn> parameter;
    };

    struct Statements {
        std::string insert; ///< up to VALUES
        std::string end;    ///< behind the rows: ON CONFLICT …
        bool takesMany = true;
        bool numbersRows = false;            ///< each row of VALUES begins with its number
        std::string remove;                  ///< DELETE … WHERE key = ?, before each row; "" for none
        std::vector<std::size_t> keyColumns; ///< its parameters
    };

    /// The connection outlives the writer. `title` names the table in messages.
    RowWriter(Connection& connection, std::vector<Column> columns, Statements statements, std::string title);

    /// A value that does not fit is an error that names row and column.
    Status write(const arrow::RecordBatch& rows);

private:
    struct Prepared {
        std::int64_t rows = 0;
        Statement statement;
    };

    [[nodiscard]] Result<Prepared> prepared(const std::string& sql, std::int64_t rows);
    Status prepareAll();
    Status writePiece(const arrow::RecordBatch& rows, std::int64_t from, std::int64_t count);
    /// Deletes what the row at `index` of the loaded ones replaces, the row `row` of this run.
    Status remove(std::int64_t index, std::int64_t row);
    Status execute(const Prepared& prepared, std::int64_t firstRow);
    [[nodiscard]] Error misfit(const arrow::RecordBatch& rows, std::int64_t row, std::size_t column) const;

    Connection& m_connection;
    std::vector<Column> m_columns;
    Statements m_statements;
    std::string m_title;
    std::string m_what;
    std::vector<Prepared> m_inserts; ///< for many rows first, for one last
    std::optional<Prepared> m_remove;
    std::int64_t m_rows = 0; ///< of this run
};

} // namespace headrace::odbc
