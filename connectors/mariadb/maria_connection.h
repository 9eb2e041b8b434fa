// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/mariadb/maria_error.h"
#include "connectors/mariadb/maria_target.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct st_mysql;
struct st_mysql_stmt;

namespace headrace::mariadb {

/// The rows of a small result, as text.
class Rows {
public:
    using Cell = std::optional<std::string>;

    explicit Rows(std::vector<std::vector<Cell>> rows)
        : m_rows(std::move(rows))
    {
    }
    [[nodiscard]] std::size_t size() const { return m_rows.size(); }
    [[nodiscard]] bool isNull(std::size_t row, std::size_t column) const { return !m_rows[row][column]; }
    [[nodiscard]] std::string text(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::vector<std::int64_t> integers(std::size_t row) const; ///< all of its cells

private:
    std::vector<std::vector<Cell>> m_rows;
};

/// One session, in UTC and utf8mb4. One thread at a time. A fired token ends the running statement at the server and
/// the connection with it. Built on the library's non-blocking calls: each answers 0 or for what it waits.
class Connection {
public:
    [[nodiscard]] static Result<Connection> open(const Target& target, std::stop_token stop);

    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = default;
    ~Connection() = default;

    /// Runs one statement. `what` opens the sentence of an error: "The table 'x' could not be read".
    Status execute(const std::string& sql, std::string_view what, std::stop_token stop = {});
    [[nodiscard]] Result<Rows> query(const std::string& sql, std::string_view what, std::stop_token stop = {});

    [[nodiscard]] bool isBroken() const { return m_broken; }
    [[nodiscard]] bool isMariaDb() const;      ///< false: MySQL
    [[nodiscard]] std::string tlsMode() const; ///< "TLSv1.3, certificate verified, AES…", "not encrypted"
    [[nodiscard]] const Target& target() const { return m_target; }

    // --- for statements of the binary protocol
    using Proceed = std::function<int(int ready)>;

    [[nodiscard]] st_mysql* handle() const { return m_handle.get(); }
    /// Waits for what a call asked for; 0 when nothing came within `wait`.
    [[nodiscard]] int waitFor(int status, std::chrono::milliseconds wait) const;
    /// Brings a call to its end. Only a stop is an error here; the caller asks the library for others.
    Status finish(int status, const Proceed& proceed, std::string_view what, const std::stop_token& stop);
    /// Ends the connection and what runs at the server: nothing is read to its end.
    void abandon() noexcept;
    /// The failure of a statement of the binary protocol, or of the last call; notes when the connection is gone.
    [[nodiscard]] Error error(std::string_view what, st_mysql_stmt* statement = nullptr);

private:
    struct Close {
        void operator()(st_mysql* handle) const noexcept;
    };

    explicit Connection(Target target)
        : m_target(std::move(target))
    {
    }

    void setOptions();
    Status connect(const std::stop_token& stop);
    Status setUp(const std::stop_token& stop);
    [[nodiscard]] Failure failure() const;

    Target m_target;
    std::shared_ptr<SshTunnel> m_tunnel;
    std::unique_ptr<st_mysql, Close> m_handle;
    bool m_broken = false;
};

/// `name` in backticks.
[[nodiscard]] std::string quoted(std::string_view name);
/// A text as a literal that no sql_mode reads otherwise: _utf8mb4 X'…'.
[[nodiscard]] std::string literal(std::string_view text);

} // namespace headrace::mariadb
