// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/odbc/row_writer.h"
#include "connectors/sinks/attachments.h"
#include "connectors/sinks/odbc/column_types.h"
#include "connectors/sinks/write_mode.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// Usage without them: rows and the position they reach could not be saved together.
Status checkTransactions(const odbc::Connection& connection);

/// The destination table of an ODBC connection and the table `headrace_commits` beside it. Statements run on the
/// connection given: those of prepare() each for itself, the others in its transaction. One thread at a time.
class OdbcTable {
public:
    using Target = TableTarget;

    OdbcTable(odbc::Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming);

    /// Creates headrace_commits, and takes the pipeline's row in it over: from now on an older run cannot commit.
    /// Returns the position.
    [[nodiscard]] Result<std::optional<CommittedPosition>> takeOver(const RunIdentity& identity, std::stop_token stop);

    /// Creates the table if it is missing, adds columns and widens their types. A column whose type cannot hold the
    /// incoming one exactly is an error that names both types.
    Status prepare(std::stop_token stop);

    /// To the table, or to its replacement.
    [[nodiscard]] std::unique_ptr<odbc::RowWriter> writer();

    /// Whether a table made within a transaction can take the place of this one at its end, and nothing is lost with
    /// it; else rows do. Usage when rows of other tables would go with those.
    [[nodiscard]] Result<bool> canExchange(const std::stop_token& stop);
    /// In place of prepare() where it exchanges: whether the rows can be written.
    Status checkTypes() const;
    // Within one transaction:
    Status beginReplacement();
    Status finishReplacement();                     ///< nothing without a replacement
    void dropReplacement() { m_replacing = false; } ///< which the rollback has dropped

    Status removeAllRows();
    /// Conflict when another run has taken over.
    Status saveCommit(const RunIdentity& identity, const CommittedPosition& committed);

private:
    Status checkServer(const std::stop_token& stop);
    Status checkNames() const;
    Status createCommits(const std::stop_token& stop);
    Status createTable(const std::stop_token& stop);
    Status adoptColumns(const std::stop_token& stop);
    [[nodiscard]] odbc::Table written() const; ///< the table or its replacement
    Status checkEngine(const std::stop_token& stop);
    Status fit(const std::vector<odbc::ExistingColumn>& existing, const std::stop_token& stop);
    Status createKey(const std::stop_token& stop);
    [[nodiscard]] Result<std::string> typeFor(const arrow::Field& field) const;
    [[nodiscard]] Result<Attachments> attachments(const std::stop_token& stop);
    [[nodiscard]] Result<bool> exists(const odbc::Table& table, const std::stop_token& stop);
    [[nodiscard]] odbc::RowWriter::Statements statements() const;
    [[nodiscard]] std::string upsertEnd() const;
    [[nodiscard]] bool isKey(const std::string& column) const;
    [[nodiscard]] std::string keyList() const;
    [[nodiscard]] std::string name() const;    ///< the table as statements take it
    [[nodiscard]] std::string commits() const; ///< headrace_commits as statements take it
    [[nodiscard]] std::string where(const RunIdentity& identity) const;

    odbc::Connection& m_connection;
    Target m_target;
    std::shared_ptr<arrow::Schema> m_incoming;
    std::string m_title; ///< "table 'orders'"
    std::string m_what;
    odbc::Table m_table;
    bool m_replacing = false;
    std::unique_ptr<odbc::ColumnTypes> m_types;
    std::vector<odbc::ExistingColumn> m_columns; ///< of the destination, in the order of the incoming ones
};

} // namespace headrace
