// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/tls_mode.h"

#include "connectors/odbc/odbc_error.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace headrace::odbc {

namespace {

/// What a server says of the session; nothing when it cannot be asked.
struct Session {
    std::string protocol;
    std::string cipher; ///< "": not encrypted
};

std::optional<Session> askServer(Connection& connection, const std::stop_token& stop)
{
    constexpr std::string_view kWhat = "The session's encryption could not be looked up";
    if (connection.facts().dialect == Dialect::PostgreSql) {
        const auto rows = connection.query("SELECT version, cipher FROM pg_catalog.pg_stat_ssl WHERE pid = "
                                           "pg_catalog.pg_backend_pid()",
                                           kWhat, stop);
        if (rows && !rows->empty())
            return Session{textOf(*rows, 0, 0), textOf(*rows, 0, 1)};
    }
    if (connection.facts().dialect == Dialect::MySql) {
        const auto rows =
            connection.query("SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_cipher', 'Ssl_version')", kWhat, stop);
        if (rows && rows->size() == 2)
            return Session{textOf(*rows, 1, 1), textOf(*rows, 0, 1)};
    }
    return std::nullopt;
}

const char* certificateText(Tls mode)
{
    return mode == Tls::Verify            ? "certificate verified"
           : mode == Tls::VerifyAuthority ? "certificate verified but not the server's name"
                                          : "certificate not verified";
}

} // namespace

std::string tlsMode(Connection& connection, const std::stop_token& stop)
{
    if (connection.facts().dialect == Dialect::Sqlite)
        return {};
    const auto session = askServer(connection, stop);
    if (!session)
        return "whether it is encrypted the driver does not tell";
    if (session->cipher.empty())
        return "not encrypted";
    return fmt::format("{}, {}, {}", session->protocol.empty() ? "TLS" : session->protocol,
                       certificateText(connection.target().tls.mode), session->cipher);
}

Status checkTls(Connection& connection, const std::stop_token& stop)
{
    const TlsChoice& choice = connection.target().tls;
    if (!choice.mustBeEncrypted || connection.facts().dialect == Dialect::Sqlite)
        return {};
    const auto session = askServer(connection, stop);
    if (session ? !session->cipher.empty() : choice.mode < Tls::Require)
        return {};
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "The connection was stopped.");
    return fail(unreachable(connection.target(), ErrorCode::Permission,
                            session ? "it offers no TLS, or its driver uses none. Set sslmode to disable if the "
                                      "network can be trusted."
                                    : "whether it is encrypted its driver does not tell. Leave sslmode out, and write "
                                      "the driver's own words for it into 'attributes'."));
}

} // namespace headrace::odbc
