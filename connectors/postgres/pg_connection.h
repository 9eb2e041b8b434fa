// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/pg_target.h"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;
struct pg_cancel;

namespace headrace::postgres {

struct ResultCloser {
    void operator()(pg_result* result) const noexcept;
};
using ResultHandle = std::unique_ptr<pg_result, ResultCloser>;

/// The rows of a statement, as text.
class Rows {
public:
    explicit Rows(ResultHandle handle)
        : m_handle(std::move(handle))
    {
    }
    [[nodiscard]] int size() const;
    [[nodiscard]] bool isNull(int row, int column) const;
    [[nodiscard]] std::string text(int row, int column) const;
    [[nodiscard]] std::int64_t integer(int row, int column) const;
    [[nodiscard]] bool boolean(int row, int column) const; ///< of a boolean column
    [[nodiscard]] int columns() const;
    [[nodiscard]] std::string columnName(int column) const;
    [[nodiscard]] unsigned columnType(int column) const; ///< its OID
    [[nodiscard]] int columnModifier(int column) const;  ///< its typmod, −1 for none

private:
    ResultHandle m_handle;
};

/// One session. One thread at a time; a fired token cancels the running statement at the server.
class Connection {
public:
    /// Connects and sets the session up: UTC dates in ISO form, the statement timeout.
    [[nodiscard]] static Result<Connection> open(const Target& target, std::stop_token stop);

    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = default;
    ~Connection(); ///< cancels a statement that still runs: the server would not notice for long

    /// Runs statements. `what` opens the sentence of an error: "The table 'x' could not be read".
    Status execute(const std::string& sql, std::string_view what, std::stop_token stop = {});
    [[nodiscard]] Result<Rows> query(const std::string& sql, const std::vector<std::string>& parameters,
                                     std::string_view what, std::stop_token stop = {});

    /// The columns that one statement gives, without running it.
    [[nodiscard]] Result<Rows> describe(const std::string& sql, std::string_view what, std::stop_token stop = {});

    /// Sends COPY … TO STDOUT. The server may answer late, with its first rows: readCopy() waits for that.
    Status sendCopyOut(const std::string& sql, std::string_view what);
    /// Begins COPY … FROM STDIN.
    Status beginCopyIn(const std::string& sql, std::string_view what);

    /// Fills `room`, which is not empty, with what has come of COPY TO; messages may be cut anywhere. Returns how many
    /// bytes came, 0 when none did within `wait`; nullopt at the end.
    [[nodiscard]] Result<std::optional<std::size_t>> readCopy(std::span<char> room, std::chrono::milliseconds wait,
                                                              std::string_view what, std::stop_token stop);
    /// A piece of COPY FROM.
    Status putCopyData(std::string_view bytes, std::string_view what, std::stop_token stop);
    /// Ends COPY FROM; with `abort` the server forgets the rows and the statement fails.
    Status endCopy(bool abort, std::string_view what, std::stop_token stop);

    [[nodiscard]] bool isBroken() const;
    [[nodiscard]] int serverVersion() const;
    [[nodiscard]] std::string tlsMode() const; ///< "TLSv1.3, certificate verified, AES…", "not encrypted"
    [[nodiscard]] const Target& target() const { return m_target; }

private:
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };
    struct FreeCancel {
        void operator()(pg_cancel* cancel) const noexcept;
    };
    explicit Connection(Target target)
        : m_target(std::move(target))
    {
    }

    [[nodiscard]] Error error(std::string_view what, const pg_result* result) const;
    /// Waits until the socket can be read (or written); false after `wait`.
    [[nodiscard]] bool waitForSocket(bool write, std::chrono::milliseconds wait) const;
    /// The last result of what was sent; the first failure wins.
    [[nodiscard]] Result<ResultHandle> finish(std::string_view what, const std::stop_token& stop);
    /// False while COPY TO is sent, but not answered.
    [[nodiscard]] Result<bool> copyHasBegun(std::string_view what, const std::stop_token& stop);
    /// After the last row of COPY TO.
    Status endCopyOut(std::string_view what, const std::stop_token& stop);
    /// How many bytes the socket must hold before a wait for it ends.
    void setLowWater(int bytes) const noexcept;
    void cancel() noexcept;

    Target m_target;
    std::shared_ptr<SshTunnel> m_tunnel;
    std::unique_ptr<pg_conn, Finish> m_handle;
    std::unique_ptr<pg_cancel, FreeCancel> m_cancel;
    bool m_copyAwaited = false;   ///< COPY TO is sent, but not answered
    bool m_bufferIsLarge = false; ///< that of libpq
};

/// "name" in double quotes.
[[nodiscard]] std::string quoted(std::string_view name);
/// 'text' as a literal.
[[nodiscard]] std::string literal(std::string_view text);

} // namespace headrace::postgres
