// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/sqlite/sqlite_column.h"
#include "connectors/sources/sqlite/sqlite_database.h"

#include <map>
#include <string>
#include <vector>

namespace headrace::sqlite {

/// What is read: a table in the order of its row ids, or anything else in the order SQLite gives it.
class Query {
public:
    /// Exactly one of `table` and `sql` is not empty.
    [[nodiscard]] static Result<Query> plan(Database& database, const std::string& table, const std::string& sql);

    /// Rows of a table without row ids, a view or a query are counted instead.
    [[nodiscard]] bool hasRowId() const { return !m_rowId.empty(); }
    [[nodiscard]] const std::vector<std::string>& columns() const { return m_columns; }
    [[nodiscard]] const std::string& title() const { return m_title; } ///< "table 'orders'"

    /// What its columns are selected from, as SQL.
    [[nodiscard]] const std::string& relation() const { return m_relation; }

    /// Its rows; with row ids, the first column is the row id, and parameter 1 the one to begin behind.
    [[nodiscard]] Result<Statement> statement(Database& database) const;

    /// How many rows lie behind a row id, counted no further than `enough`; only with row ids.
    [[nodiscard]] Result<std::int64_t> countBehind(Database& database, std::int64_t rowId, std::int64_t enough) const;

    struct TypeOptions {
        bool detect = true; ///< false: text
        std::map<std::string, std::string> columns;
        std::int64_t sampleRows = 10'000;
    };

    /// The types of the columns, from their declarations and a sample.
    [[nodiscard]] Result<std::vector<ColumnType>> types(Database& database, const TypeOptions& options) const;

private:
    Status readColumns(Database& database);

    std::string m_title;
    std::string m_relation;
    std::string m_from;  ///< the query, or the quoted table
    std::string m_rowId; ///< the name under which the row id is not hidden by a column
    std::vector<std::string> m_columns;
    std::vector<std::string> m_declarations;
};

} // namespace headrace::sqlite
