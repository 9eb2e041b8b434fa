// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/mariadb/row_writer.h"
#include "connectors/sinks/attachments.h"
#include "connectors/sinks/write_mode.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// The destination table in a MariaDB database and the table `headrace_commits` beside it. Statements run on the
/// connection given. A statement that creates, alters or renames a table commits what is open, so none of them runs
/// within a transaction; a replacement is exchanged behind its commit, which notes that it still has to be. One thread
/// at a time.
class MariaTable {
public:
    struct Target : TableTarget {
        std::string database; ///< "": that of the connection
    };

    MariaTable(mariadb::Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming);

    /// Creates headrace_commits, and takes the pipeline's row in it over: from now on an older run cannot commit.
    /// Finishes an exchange that was interrupted. Returns the position.
    [[nodiscard]] Result<std::optional<CommittedPosition>> takeOver(const RunIdentity& identity, std::stop_token stop);

    /// Creates the table if it is missing, adds columns and widens their types. A column whose type cannot hold the
    /// incoming one exactly is an error that names both types.
    Status prepare(std::stop_token stop);

    /// In place of prepare(), after takeOver(): looks whether something is attached to the destination, which then is
    /// prepared too.
    Status prepareReplacement(std::stop_token stop);
    [[nodiscard]] bool keepsTable() const { return m_keepsTable; }
    /// Makes an empty table beside the destination, into which rows go until exchange().
    Status beginReplacement();
    /// Instead, within the transaction, for a table that is kept.
    Status removeRows();
    /// Puts the replacement in the table's place, behind the commit of its rows.
    Status exchange(const RunIdentity& identity);

    /// Writes into the table or its replacement.
    [[nodiscard]] Result<std::unique_ptr<mariadb::RowWriter>> writer(std::stop_token stop);

    /// Conflict when another run has taken over.
    Status saveCommit(const RunIdentity& identity, const CommittedPosition& committed);

private:
    struct Column {
        std::string name;
        mariadb::ColumnType type;
        std::string rest; ///< of the declaration, for a change of the type: NOT NULL, default, comment
        bool isComputed = false;
    };

    Status checkNames() const;
    Status createTable(const std::string& name, const std::stop_token& stop);
    Status checkEngine(const std::string& name, const std::stop_token& stop);
    [[nodiscard]] Result<std::vector<Column>> columnsOf(const std::string& name, const std::stop_token& stop);
    Status fit(const std::vector<Column>& existing, const std::stop_token& stop);
    Status adopt(const std::string& name, const std::stop_token& stop);
    Status createKey(const std::stop_token& stop);
    [[nodiscard]] Result<Attachments> attachments(const std::stop_token& stop);
    [[nodiscard]] Result<std::string> typeFor(const arrow::Field& field) const;
    [[nodiscard]] Result<bool> exists(const std::string& name, const std::stop_token& stop);
    Status rename(const std::string& replacement, const std::stop_token& stop);
    [[nodiscard]] std::string replacementName() const;
    [[nodiscard]] std::string qualified(const std::string& name) const;
    [[nodiscard]] std::string where(const RunIdentity& identity) const;

    mariadb::Connection& m_connection;
    Target m_target;
    std::shared_ptr<arrow::Schema> m_incoming;
    std::string m_title; ///< "table 'orders'"
    std::string m_what;
    std::vector<mariadb::ColumnType> m_types; ///< of the destination's columns, in the order of the incoming ones
    bool m_keepsTable = false;                ///< where rows are replaced
    bool m_replacing = false;
};

} // namespace headrace
