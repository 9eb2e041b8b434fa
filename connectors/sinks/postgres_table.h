// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/postgres/copy_writer.h"
#include "connectors/sinks/attachments.h"
#include "connectors/sinks/write_mode.h"

#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// The destination table in a PostgreSQL database and the table `headrace_commits` beside it. Statements run on the
/// connection given, inside its transaction if it has one. One thread at a time.
class PostgresTable {
public:
    struct Target : TableTarget {
        std::string schema; ///< "": the first of the search path
    };

    PostgresTable(postgres::Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming);

    /// Creates what is missing (schema, table, headrace_commits), adds columns and widens their types.
    /// A column whose type cannot hold the incoming one exactly is an error that names both types.
    Status prepare(std::stop_token stop);

    /// Takes the pipeline's row in headrace_commits over: from now on an older run cannot commit. Returns the position.
    [[nodiscard]] Result<std::optional<CommittedPosition>> takeOver(const RunIdentity& identity, std::stop_token stop);

    /// Whether the next transaction is the first one, and puts rows in the place of others: the mode is replace and
    /// nothing of this pull is committed, or prepare() has created the table.
    [[nodiscard]] bool replaces() const { return m_wantsReplacement || !m_removal.empty(); }
    /// Whether its rows go into a replacement, which several connections may fill unseen.
    [[nodiscard]] bool wantsReplacement() const { return m_wantsReplacement; }
    /// The SQL it begins with, "" for none: something is attached to the table, which stays; others see its rows until
    /// the commit.
    [[nodiscard]] const std::string& removal() const { return m_removal; }
    /// Makes an empty table beside the destination, into which rows go until swap(). Outside a transaction: other
    /// connections may write to it.
    Status beginReplacement();
    /// Whether several connections may write at once: no key can make them wait for each other, and nothing is staged.
    [[nodiscard]] Result<bool> takesSeveralWriters(const std::stop_token& stop);
    /// In the transaction that commits: the replacement takes the table's place, if there is one. A created table that
    /// others have changed meanwhile stays, and gets the rows.
    Status swap();
    /// After the first commit: the next transaction adds its rows, and writes to the table itself.
    void endExchange();
    /// Outside a transaction: removes a replacement that has not taken the table's place, and those of killed runs
    /// which the server had not yet noticed to be gone when this one began.
    void dropReplacements() noexcept;

    /// Where COPY writes: the table, its replacement, or the stage of an upsert.
    [[nodiscard]] postgres::CopyWriter writer(postgres::Connection& connection) const;
    [[nodiscard]] std::string copyTarget() const;
    /// The packing of rows that COPY takes as they are; "" for none. Also of a replacement that is not made yet.
    [[nodiscard]] Result<std::string> packing(const std::stop_token& stop);
    /// Brings rows from the stage into the table, where there is one.
    Status moveStagedRows();

    /// On any connection. Conflict when another run has taken over.
    Status saveCommit(postgres::Connection& connection, const RunIdentity& identity,
                      const CommittedPosition& committed) const;

private:
    struct Column {
        std::string name;
        postgres::Type type; ///< of the destination's column
        bool castFromText = false;
    };

    Status createTable(const std::string& name, const std::stop_token& stop);
    Status fit(const std::vector<postgres::Column>& existing, const std::stop_token& stop);
    Status adopt(const std::stop_token& stop);
    Status createKey(const std::stop_token& stop);
    [[nodiscard]] Result<Attachments> attachments(const std::stop_token& stop);
    Status createStage(const std::stop_token& stop);
    [[nodiscard]] Result<std::string> typeFor(const arrow::Field& field, const std::stop_token& stop);
    /// What shows that somebody has touched the table: "" when it is missing.
    [[nodiscard]] Result<std::string> state(const std::stop_token& stop);
    /// Locks the created table for the exchange unless somebody uses it, or has changed it.
    [[nodiscard]] Result<bool> lockUntouched();
    Status dropLeftReplacements(const std::stop_token& stop);
    [[nodiscard]] std::string replacementPrefix() const;
    [[nodiscard]] std::string written() const; ///< the table that rows end in for now, qualified
    [[nodiscard]] bool hasStage() const;
    [[nodiscard]] std::string columnList() const;
    [[nodiscard]] std::string qualified(const std::string& name) const;

    postgres::Connection& m_connection;
    Target m_target;
    std::shared_ptr<arrow::Schema> m_incoming;
    std::string m_title; ///< "table 'orders'"
    std::string m_what;
    std::vector<Column> m_columns; ///< in the order of the incoming ones
    std::string m_pipeline;
    bool m_wantsReplacement = false;
    std::string m_replacement; ///< the table that rows go into instead, "" for none
    std::string m_removal;
    std::string m_createdState; ///< state() of a table when prepare() had created it
};

} // namespace headrace
