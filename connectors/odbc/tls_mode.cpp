// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/tls_mode.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

constexpr std::string_view kWhat = "The session's encryption could not be looked up";

bool isSet(const Target& target, std::string_view setting)
{
    const auto lower = [](unsigned char c) { return std::tolower(c); };
    return !std::ranges::search(target.connectionString, setting, {}, lower, lower).empty();
}

/// The driver alone knows whether it looked at the certificate: it is told so here, or in the data source.
std::string verified(const Target& target, bool isVerified)
{
    if (isVerified)
        return "certificate verified";
    return target.source.empty() ? "certificate not verified" : "certificate verified only if the data source says so";
}

std::string described(const std::string& protocol, const std::string& cipher, const std::string& certificate)
{
    if (cipher.empty())
        return "not encrypted";
    return fmt::format("{}, {}, {}", protocol.empty() ? "TLS" : protocol, certificate, cipher);
}

} // namespace

std::string tlsMode(Connection& connection, const std::stop_token& stop)
{
    const Target& target = connection.target();
    switch (connection.facts().dialect) {
    case Dialect::PostgreSql: {
        const auto rows = connection.query("SELECT version, cipher FROM pg_catalog.pg_stat_ssl WHERE pid = "
                                           "pg_catalog.pg_backend_pid()",
                                           kWhat, stop);
        if (!rows || rows->empty())
            break;
        return described(textOf(*rows, 0, 0), textOf(*rows, 0, 1), verified(target, isSet(target, "SSLmode=verify-")));
    }
    case Dialect::MySql: {
        const auto rows =
            connection.query("SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_cipher', 'Ssl_version')", kWhat, stop);
        if (!rows || rows->size() != 2)
            break;
        return described(textOf(*rows, 1, 1), textOf(*rows, 0, 1), verified(target, isSet(target, "SSLVERIFY=1")));
    }
    case Dialect::Sqlite:
        return {};
    default:
        break;
    }
    return "whether it is encrypted the driver does not tell";
}

} // namespace headrace::odbc
