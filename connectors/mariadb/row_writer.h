// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/mariadb/maria_connection.h"
#include "connectors/mariadb/parameter_column.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

struct st_mysql_stmt;

namespace headrace::mariadb {

/// Writes rows by one prepared INSERT that takes many rows at once (MariaDB 10.2 and later; other servers get them one
/// by one). LOAD DATA LOCAL was not taken: there the server turns values that do not fit into warnings. One thread at a
/// time.
class RowWriter {
public:
    struct Column {
        std::string name;
        std::unique_ptr<ParameterColumn> parameter;
    };

    /// The connection outlives the writer. `title` names the table in messages.
    RowWriter(Connection& connection, std::vector<Column> columns, std::string title);
    ~RowWriter();
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;

    /// `insert` has a question mark for each column.
    Status prepare(const std::string& insert, const std::stop_token& stop);
    /// A value that does not fit is an error that names row and column.
    Status write(const arrow::RecordBatch& rows);

private:
    Status writePiece(const arrow::RecordBatch& rows, std::int64_t from, std::int64_t count);
    Status execute(std::int64_t firstRow, std::int64_t count);
    [[nodiscard]] Error misfit(const arrow::RecordBatch& rows, std::int64_t row, std::size_t column) const;

    Connection& m_connection;
    std::vector<Column> m_columns;
    std::string m_title;
    std::string m_what;
    st_mysql_stmt* m_statement = nullptr;
    bool m_takesMany = false;
    std::int64_t m_rows = 0; ///< of this run
};

} // namespace headrace::mariadb
