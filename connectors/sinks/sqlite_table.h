// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/sinks/attachments.h"
#include "connectors/sinks/sqlite_database.h"
#include "connectors/sinks/sqlite_rows.h"
#include "connectors/sinks/write_mode.h"

#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// The destination table in an SQLite database and the table `headrace_commits` beside it. Statements run inside the
/// database's transaction if there is one. One thread at a time.
class SqliteTable {
public:
    using Target = TableTarget;

    /// Both references outlive the object.
    SqliteTable(SqliteWriteDatabase& database, Target target, const std::vector<SqliteColumn>& columns);

    /// Creates what is missing and adds missing columns. A column whose affinity would change incoming values is an
    /// error that names both types.
    Status prepare();

    /// Replaces the table by an empty one with the incoming columns; or where something is attached to it, removes its
    /// rows and leaves it as it is.
    Status removeRows();

    /// The statement that writes what SqliteRows is bound to.
    [[nodiscard]] Result<SqliteStatement> writer();

    [[nodiscard]] Result<std::optional<CommittedPosition>> committed(const RunIdentity& identity);
    Status saveCommit(const RunIdentity& identity, const CommittedPosition& committed);

private:
    struct Existing {
        std::string name;
        std::string declaredType;
    };

    [[nodiscard]] Result<std::vector<Existing>> existingColumns();
    [[nodiscard]] Result<Attachments> attachments();
    Status createTable();
    Status evolve(const std::vector<Existing>& existing);
    Status createKey();

    SqliteWriteDatabase& m_database;
    Target m_target;
    const std::vector<SqliteColumn>& m_columns;
    bool m_keepsTable = false; ///< where rows are replaced
};

} // namespace headrace
