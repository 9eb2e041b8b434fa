// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/duckdb/duck_connection.h"
#include "connectors/sinks/write_mode.h"

#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// The destination table in a DuckDB database and the table `headrace_commits` beside it. Statements run on the
/// connection given, inside its transaction if it has one. One thread at a time.
class DuckTable {
public:
    struct Target : TableTarget {
        std::string schema; ///< "main"
    };

    /// `incoming` is the full name of a view over the rows to write.
    DuckTable(DuckConnection& connection, Target target, std::string incoming);

    /// Creates what is missing (schema, table, headrace_commits) and adds missing columns.
    /// A column whose type cannot hold the incoming one exactly is an error that names both types.
    Status prepare();

    [[nodiscard]] Result<std::optional<CommittedPosition>> committed(const RunIdentity& identity);

    /// Replaces the table by an empty one with the incoming columns; or where something is attached to it, removes its
    /// rows and leaves it as it is.
    Status removeRows();

    /// Writes all incoming rows to the table.
    Status write();

    Status saveCommit(const RunIdentity& identity, const CommittedPosition& committed);

private:
    struct Column {
        std::string name;
        std::string type; ///< as DuckDB prints it
    };

    [[nodiscard]] Result<std::vector<Column>> columnsOf(const std::string& query);
    [[nodiscard]] Result<bool> tableExists();
    Status createTable();
    Status evolve();
    Status createStage();

    DuckConnection& m_connection;
    Target m_target;
    std::string m_view;
    std::string m_name;             ///< quoted "schema"."table"
    std::vector<Column> m_incoming; ///< with the types that the table gives them
    bool m_keepsTable = false;      ///< where rows are replaced
};

} // namespace headrace
