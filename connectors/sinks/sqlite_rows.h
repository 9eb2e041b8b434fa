// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_context;

namespace headrace {

/// The SQLite value of a column's cells. Exact: what SQLite cannot hold is an error that names column and row.
class SqliteCells {
public:
    virtual ~SqliteCells() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< `array` outlives the answers
    /// Gives the value to SQLite, which reads it before the next answer. False with `error` set when it has none.
    virtual bool answer(std::int64_t row, sqlite3_context* context, std::string& error) = 0;
};

/// How a column is stored.
struct SqliteColumn {
    std::string name;
    std::string declaredType; ///< INTEGER, REAL, TEXT, BLOB, BOOLEAN, DATE, TIME, TIMESTAMP
    std::unique_ptr<SqliteCells> cells;
};

/// Whole numbers INTEGER, floats REAL (NaN is refused, SQLite would make it NULL), booleans 0 and 1, text TEXT, binary
/// BLOB, dates and times ISO 8601 text; decimals as TEXT with all digits, because REAL would round them; nested values
/// as JSON text.
[[nodiscard]] Result<std::vector<SqliteColumn>> sqliteColumns(const arrow::Schema& schema);

/// The table-valued function `headrace_rows` on one connection: a single INSERT … SELECT reads a whole record batch,
/// twice as fast as a bound INSERT a row. The object outlives the connection's statements.
class SqliteRows {
public:
    explicit SqliteRows(std::vector<SqliteColumn> columns);

    Status registerOn(sqlite3* database);

    /// What the next statement reads.
    Status bind(const std::shared_ptr<arrow::RecordBatch>& rows);

    [[nodiscard]] const std::vector<SqliteColumn>& columns() const { return m_columns; }

    static constexpr std::string_view kFunction = "headrace_rows";

private:
    struct Module;

    std::vector<SqliteColumn> m_columns;
    std::vector<std::shared_ptr<arrow::Array>> m_arrays;
    std::vector<bool> m_mayBeNull;
    std::int64_t m_rows = 0;
    std::int64_t m_rowsBefore = 0; ///< in batches read before, for error messages
};

} // namespace headrace
