// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/odbc/environment.h"
#include "connectors/odbc/odbc_error.h"
#include "connectors/odbc/odbc_target.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::odbc {

/// The rows of a small result, as text.
using Rows = std::vector<std::vector<std::optional<std::string>>>;

/// What a driver says of itself and its server.
struct Facts {
    Dialect dialect = Dialect::Standard;
    std::string product;           ///< "PostgreSQL 15.18"
    std::string driver;            ///< file and version: "psqlodbcw.so 13.02.0000"
    std::string quote;             ///< around names; "" when it has none
    std::string catalog;           ///< the current one, "" when it has none
    std::size_t longestName = 128; ///< of a column or table
    bool usesCatalogs = false;     ///< in the names of tables
    bool usesSchemas = false;
    bool hasTransactions = false;
    bool changesInTransactions = false; ///< creating and altering tables is part of a transaction
    bool rereads = false;               ///< a value longer than its buffer can be asked for once more
    bool rereadsInBlocks = false;       ///< also where rows come many at once
};

/// One statement of a connection, which outlives it.
class Statement {
public:
    explicit Statement(void* handle)
        : m_handle(handle)
    {
    }
    [[nodiscard]] void* handle() const { return m_handle.get(); }

private:
    struct Free {
        void operator()(void* handle) const noexcept;
    };
    std::unique_ptr<void, Free> m_handle;
};

/// One session, in UTC where the server keeps zones. One thread at a time. ODBC has only calls that block: a fired
/// token cancels the one that runs.
class Connection {
public:
    /// A stop ends the wait for a server that does not answer, too.
    [[nodiscard]] static Result<Connection> open(const Target& target, std::stop_token stop);

    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = delete;
    ~Connection() = default;

    [[nodiscard]] const Facts& facts() const { return m_facts; }
    [[nodiscard]] const Target& target() const { return m_target; }
    [[nodiscard]] bool isBroken() const { return m_broken; }

    /// Runs one statement. `what` opens the sentence of an error: "The table 'x' could not be read".
    Status execute(const std::string& sql, std::string_view what, const std::stop_token& stop = {});
    [[nodiscard]] Result<Rows> query(const std::string& sql, std::string_view what, const std::stop_token& stop = {});
    /// What one of ODBC's functions that look things up lists: SQLTables and the like.
    using Ask = std::function<short(void* statement)>;
    [[nodiscard]] Result<Rows> ask(const Ask& ask, std::string_view what, const std::stop_token& stop = {});

    Status setAutoCommit(bool on, std::string_view what);
    /// Runs one statement and returns how many rows it changed.
    [[nodiscard]] Result<std::int64_t> change(const std::string& sql, std::string_view what,
                                              const std::stop_token& stop = {});
    Status commit(std::string_view what);
    Status rollback(std::string_view what);

    [[nodiscard]] std::string quoted(std::string_view name) const;
    [[nodiscard]] std::string literal(std::string_view text) const;

    // --- for statements of one's own

    [[nodiscard]] Result<Statement> statement(std::string_view what);
    /// Makes a call on the statement that may take long, and returns SQL_SUCCESS, SQL_SUCCESS_WITH_INFO or SQL_NO_DATA;
    /// anything else is an error.
    [[nodiscard]] Result<short> run(const Statement& statement, const std::function<short()>& call,
                                    std::string_view what, const std::stop_token& stop);
    /// The failure of the last call on the statement; notes when the connection is gone.
    [[nodiscard]] Error error(std::string_view what, const Statement& statement);

private:
    struct Close {
        void operator()(void* handle) const noexcept;
    };

    Connection(Target target, Environment environment)
        : m_target(std::move(target))
        , m_environment(std::move(environment))
    {
    }

    [[nodiscard]] static Result<Connection> connected(const Target& target);
    Status connect();
    void readFacts();
    Status setUp(const std::stop_token& stop);
    [[nodiscard]] std::string info(unsigned short what) const;
    [[nodiscard]] unsigned number(unsigned short what) const;
    [[nodiscard]] Result<Rows> fetchAll(const Statement& statement, std::string_view what, const std::stop_token& stop);
    Status end(short how, std::string_view what);
    [[nodiscard]] Error failure(std::string_view what, const std::vector<Diagnostic>& diagnostics);

    Target m_target;
    Environment m_environment;
    std::unique_ptr<void, Close> m_handle;
    Facts m_facts;
    bool m_broken = false;
};

/// A text as a literal that no setting of the server reads otherwise.
[[nodiscard]] std::string textLiteral(std::string_view text, Dialect dialect);

/// The text of a cell, "" for NULL.
[[nodiscard]] std::string textOf(const Rows& rows, std::size_t row, std::size_t column);
[[nodiscard]] std::int64_t integerOf(const Rows& rows, std::size_t row, std::size_t column);

} // namespace headrace::odbc
